import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256, verifyEd25519 } from '../../gateway/archive/ed25519.ts';
import { fromBase64 } from '../../shared/recording/base64.ts';
import { parseCheckpoint } from '../../shared/recording/checkpoint.ts';
import { decodeEvent } from '../../shared/recording/codec.ts';
import { checkSignature, parseKey, parseNote, type NoteKey } from '../../shared/recording/note.ts';
import {
  Frontier,
  isConsistent,
  leafHash,
  rootFromInclusion,
  rootFromSelection,
} from '../../shared/recording/tree.ts';
import { parseShipped, shippedKey } from '../../shared/remote/manifest.ts';
import { digestOf, eventsOf } from '../../gateway/remote/bundles.ts';
import { keyIn } from '../../gateway/remote/keys/key-record.ts';
import type { KeySource } from '../../gateway/remote/keys/key-source.ts';
import { keyIdOf, seal, unseal } from '../../gateway/remote/keys/seal.ts';
import { tenantKeysOf } from '../../gateway/remote/keys/tenant-keys.ts';
import { parseDestruction } from '../../shared/remote/key-journal.ts';
import { hex } from './seeded.ts';
import { jsonVectors } from './json.ts';

const made = jsonVectors();
const bytes = (base64: string): Uint8Array => Buffer.from(fromBase64(base64) ?? []);
const unhex = (text: string): Uint8Array => Buffer.from(text, 'hex');

test('the vectors in docs are those that are made', () => {
  const stored = Object.keys(made).map((name) => [
    name,
    JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/vectors', name), 'utf8')),
  ]);
  expect(Object.fromEntries(stored)).toEqual(made);
});

test('proofs of the vectors lead to their roots', () => {
  const { roots, inclusion, consistency, selections } = made['tree.json'];
  const leaf = (index: number) => leafHash(sha256, Buffer.from(String(index)));
  const root = (size: number) => bytes(roots[size] as string);
  for (const { size, index, path } of inclusion)
    expect(rootFromInclusion(sha256, leaf(index), index, size, path.map(bytes))).toEqual(root(size));
  for (const { first, size, proof } of consistency) {
    const whole = { size, root: root(size) };
    expect(isConsistent(sha256, { size: first, root: root(first) }, whole, proof.map(bytes))).toBe(true);
  }
  for (const { size, indexes, beside } of selections) {
    const hashes = bytes(beside);
    const each = Array.from({ length: hashes.length / 32 }, (_, i) => hashes.subarray(32 * i, 32 * i + 32));
    const leaves = indexes.map((index) => ({ index, hash: leaf(index) }));
    expect(rootFromSelection(sha256, size, leaves, each)).toEqual(root(size));
  }
});

test('bytes that are no event are refused', () => {
  const refused = made['events.json'].malformed.map(({ why, event }) => {
    try {
      decodeEvent(unhex(event));
      return [why, false];
    } catch {
      return [why, true];
    }
  });
  expect(refused.filter(([, thrown]) => thrown !== true)).toEqual([]);
});

test('notes are what the vectors say', () => {
  const { keys, notes, malformed, checkpoints } = made['notes.json'];
  const [log, , witness] = keys.map(({ verifierKey }) => parseKey(sha256, verifierKey)) as NoteKey[];
  const crypto = { sha256, verify: verifyEd25519 };
  for (const { note, signature, cosignature } of notes) {
    const parsed = parseNote(note);
    if (parsed === null) throw new Error(`no note: ${note}`);
    const found = [log, witness].map((key) => checkSignature(parsed, key as NoteKey, crypto).result);
    expect(found).toEqual([signature, cosignature]);
  }
  expect(malformed.map(parseNote)).toEqual(malformed.map(() => null));
  expect(
    checkpoints.map(({ text }) => {
      const said = parseCheckpoint(text);
      return { text, size: said?.size ?? null, root: said === null ? null : hex(said.root) };
    }),
  ).toEqual(checkpoints);
});

test('signatures are good that the vectors call good, and no others', () => {
  const { signatures } = made['ed25519.json'];
  expect(
    signatures.map((one) => ({
      ...one,
      good: verifyEd25519(unhex(one.key), unhex(one.message), unhex(one.signature)),
    })),
  ).toEqual(signatures);
});

test('manifests of the vectors name their bundles and each other, and bundles hold their events', async () => {
  const { log, bundles, manifests, malformed } = made['remote.json'];
  const id = unhex(log);
  const read = manifests.map(({ key, note }) => {
    const manifest = parseShipped(id, note);
    expect(manifest && shippedKey(log, manifest.number)).toBe(key);
    return manifest;
  });
  expect(read.map((manifest) => manifest?.note.signatures.length)).toEqual([1, 2]);
  expect(read[1]?.previous).toBe(digestOf(manifests[0]?.note ?? ''));
  const tree = new Frontier(sha256);
  for (const [i, { key, bundle, events }] of bundles.entries()) {
    const found = await eventsOf(unhex(bundle), key);
    expect(found.map((stored) => hex(stored.bytes))).toEqual(events);
    for (const stored of found) tree.add(leafHash(sha256, stored.bytes));
    expect([read[i]?.bundles[0]?.key, read[i]?.root]).toEqual([
      key,
      Buffer.from(tree.root()).toString('base64'),
    ]);
  }
  for (const { why, note } of malformed) expect([why, parseShipped(id, note)]).toEqual([why, null]);
});

test('what is sealed in the vectors opens with the keys beside it, and with no other', async () => {
  const { log, sealed } = made['remote.json'];
  const [sessionKey, tenantKey] = [unhex(sealed.sessionKey), unhex(sealed.tenantKey)];
  for (const { key, about, plain, sealed: bytesOfIt } of sealed.seals) {
    expect(hex(seal(unhex(key), about, unhex(plain)))).toBe(bytesOfIt);
    expect(hex(unseal(unhex(key), about, unhex(bytesOfIt)) ?? Buffer.from('no'))).toBe(plain);
    expect(unseal(tenantKey, about, unhex(bytesOfIt))).toBeNull();
  }
  expect([keyIdOf(sessionKey), keyIdOf(tenantKey)]).toEqual([sealed.ids.sessionKey, sealed.ids.tenantKey]);
  const source: KeySource = {
    sessionKey: async () => sessionKey,
    tenantKey: (id) => (id === sealed.ids.tenantKey ? tenantKey : null),
  };
  for (const { bundle, events, payloads } of sealed.bundles) {
    const found = await eventsOf(unhex(bundle), 'it', source);
    expect(found.map((stored) => hex(stored.bytes))).toEqual(events);
    const values = found.map((stored) =>
      Object.values(stored.payloads).map((value) => hex(value ?? Buffer.alloc(0))),
    );
    // Behind its length and its salt each value stands as it is.
    expect(values.map((of) => of.join(''))).toEqual(payloads.map((of) => of.slice(40)));
  }
  const [plain, wrapped] = sealed.records;
  const owner = { log, session: sealed.session };
  for (const [text, tenant] of [
    [plain, null],
    [wrapped, tenantKeysOf([tenantKey])],
  ] as const)
    expect(keyIn(text ?? '', owner, sealed.ids.sessionKey, tenant)).toEqual({ key: Buffer.from(sessionKey) });
  expect(parseDestruction(unhex(log), sealed.journal)?.keys).toEqual([
    { session: owner.session, id: sealed.ids.sessionKey },
  ]);
});
