import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { originOf } from '../../../shared/recording/checkpoint.ts';
import { checkSignature, ED25519, parseNote, type Signer } from '../../../shared/recording/note.ts';
import { sha256, signerOf, verifyEd25519 } from '../ed25519.ts';
import { LogSigner } from './log-signer.ts';

const log = new Uint8Array(16).fill(3);
const [first, second, third] = [newSigner(), newSigner(), newSigner()] as const;
const root = new Uint8Array(32);

function newSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return signerOf(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
}

/** Whose good signatures a note has, as numbers of the keys. */
function signersOf(text: string): number[] {
  const note = parseNote(text);
  if (note === null) return [];
  return [first, second, third].flatMap(({ publicKey }, i) => {
    const key = { name: originOf(log), type: ED25519, key: publicKey } as const;
    return checkSignature(note, key, { sha256, verify: verifyEd25519 }).result === 'good' ? [i + 1] : [];
  });
}

it('lets a new key take over where the log says so, and both sign the first checkpoint then', () => {
  const signer = new LogSigner(log, { signer: first }, null);
  const signed = [signersOf(signer.checkpoint(1, root))];
  signer.rekey({ signer: second, previous: first });
  signed.push(signersOf(signer.checkpoint(2, root)));
  signer.keyed({ key: second.publicKey, previous: first.publicKey });
  signed.push(signersOf(signer.checkpoint(3, root)), signersOf(signer.checkpoint(4, root)));
  expect(signed).toEqual([[1], [1], [1, 2], [2]]);
});

it('knows by the newest note whether the log has gone over to the new key', () => {
  const before = new LogSigner(log, { signer: first }, null).checkpoint(1, root);
  const keys = { signer: second, previous: first };
  const pending = new LogSigner(log, keys, before);
  const signed = [signersOf(pending.checkpoint(2, root))];
  pending.keyed({ key: second.publicKey, previous: first.publicKey });
  const both = pending.checkpoint(3, root);
  signed.push(signersOf(both), signersOf(new LogSigner(log, keys, both).checkpoint(4, root)));
  expect(signed).toEqual([[1], [1, 2], [2]]);
});

it('signs alone where the key before is lost', () => {
  const before = new LogSigner(log, { signer: first }, null).checkpoint(1, root);
  const signer = new LogSigner(log, { signer: second }, before);
  signer.keyed({ key: second.publicKey, previous: first.publicKey });
  expect(signersOf(signer.checkpoint(2, root))).toEqual([2]);
});

it('stays with its key when the log names one that is not here', () => {
  const signer = new LogSigner(log, { signer: second, previous: first }, null);
  signer.keyed({ key: third.publicKey, previous: second.publicKey });
  expect(signersOf(signer.checkpoint(1, root))).toEqual([2]);
});
