import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { originOf, printCheckpoint } from '../../shared/recording/checkpoint.ts';
import { checkSignature, ED25519, parseNote, signNote, type NoteKey } from '../../shared/recording/note.ts';
import { consistencyProof, Frontier, leafHash, type Subtree } from '../../shared/recording/tree.ts';
import { sha256, signerOf, verifyEd25519 } from '../archive/ed25519.ts';
import type { SignedCheckpoint } from './anchor.ts';
import { startWitness, type TestWitness } from './testing/witness.ts';
import { witnessAnchor, WitnessError } from './witness.ts';

const signer = signerOf(
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
);
const origin = originOf(new Uint8Array(16).fill(5));
const key: NoteKey = { name: origin, type: ED25519, key: signer.publicKey };

/** A log of so many events, each of which is told apart by `salt`. */
function grow(events: number, salt = 'a') {
  const hashes = new Map<string, Uint8Array>();
  const tree = new Frontier(sha256);
  const roots = [tree.root()];
  for (let i = 0; i < events; i++) {
    tree.add(leafHash(sha256, Buffer.from(`${salt}${i}`)), ({ height, number }, hash) =>
      hashes.set(`${height}/${number}`, hash),
    );
    roots.push(tree.root());
  }
  const hashOf = ({ height, number }: Subtree) => hashes.get(`${height}/${number}`) as Uint8Array;
  return {
    at(size: number): SignedCheckpoint {
      const root = roots[size] as Uint8Array;
      const signed = signNote(sha256, printCheckpoint({ origin, size, root }), key, signer.sign);
      return { origin, size, root, note: signed };
    },
    prove: async (from: number, to: number) => consistencyProof(sha256, from, to, hashOf),
  };
}
type Log = ReturnType<typeof grow>;

let witness: TestWitness;
let trusted: NoteKey | null;
beforeEach(async () => {
  trusted = key;
  witness = await startWitness(() => trusted);
});
afterEach(() => witness.close());

const anchorOf = (log: Log) =>
  witnessAnchor({
    url: witness.url,
    key: witness.key,
    fetch,
    prove: log.prove,
    crypto: { sha256, verify: verifyEd25519 },
  });

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof WitnessError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'it cosigned';
}

it('cosigns checkpoint after checkpoint, each with the proof from the last', async () => {
  const log = grow(700);
  const anchor = anchorOf(log);
  const notes: string[] = [];
  for (const size of [1, 2, 3, 300, 300, 700]) notes.push((await anchor.leave(log.at(size))) ?? '');
  expect(witness.answered).toEqual([200, 200, 200, 200, 200, 200]);
  expect({ seen: witness.seen.size, root: Buffer.from(witness.seen.root) }).toEqual({
    seen: 700,
    root: Buffer.from(log.at(700).root),
  });
  const note = parseNote(notes.at(-1) ?? '');
  const crypto = { sha256, verify: verifyEd25519 };
  expect(note?.signatures.map(({ name }) => name)).toEqual([origin, 'witness.test/w1']);
  expect(note && checkSignature(note, witness.key, crypto).result).toBe('good');
});

it('is told by the witness where it stands after a start', async () => {
  const log = grow(50);
  await anchorOf(log).leave(log.at(20));
  await anchorOf(log).leave(log.at(50));
  expect(witness.answered).toEqual([200, 409, 200]);
});

it('says that the witness has seen another history of the log', async () => {
  const log = grow(50);
  await anchorOf(log).leave(log.at(40));
  const forked = grow(60, 'b');
  const unlike = `WITNESS_CONTRADICTS witness.test/w1 has seen another history of ${origin}`;
  expect([
    await failure(anchorOf(forked).leave(forked.at(60))),
    await failure(anchorOf(forked).leave(forked.at(40))),
    await failure(anchorOf(log).leave(log.at(30))),
  ]).toEqual([
    `${unlike}, or does not follow its proof`,
    `${unlike}, or does not follow its proof`,
    `${unlike}: 40 events, where this log has 30; it was cut or put back`,
  ]);
  expect(witness.seen.size).toBe(40);
});

it('says why a witness does not cosign', async () => {
  const log = grow(10);
  const said: string[] = [];
  const attempt = async () => said.push(await failure(anchorOf(log).leave(log.at(10))));
  witness.away = true;
  await attempt();
  witness.away = false;
  trusted = { ...key, key: new Uint8Array(32).fill(9) };
  await attempt();
  trusted = null;
  await attempt();
  trusted = key;
  witness.unsound = true;
  await attempt();
  await witness.close();
  await attempt();
  expect(said.map((line) => line.replace(/(?<=does not answer): \w+$/, ''))).toEqual([
    'WITNESS_UNREACHABLE witness.test/w1 answers 503',
    `WITNESS_REFUSED witness.test/w1 does not trust the key of ${origin}; register it there`,
    `WITNESS_REFUSED witness.test/w1 does not know the log ${origin}; register it there`,
    'WITNESS_UNSOUND the answer of witness.test/w1 is not signed with its key',
    'WITNESS_UNREACHABLE witness.test/w1 does not answer',
  ]);
});

it('says that a proof cannot be made where what is between is gone', async () => {
  const log = grow(10);
  await anchorOf(log).leave(log.at(4));
  const gone = { ...log, prove: () => Promise.reject(new Error('event 5 is in no volume here')) };
  expect(await failure(anchorOf(gone).leave(log.at(10)))).toBe(
    'NO_PROOF witness.test/w1 has seen 4 events of the log: event 5 is in no volume here',
  );
});
