import { randomBytes, randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { keyIdOf, seal, SEAL_BYTES, unseal } from './seal.ts';

const key = Buffer.alloc(32, 7);

test('what was sealed comes out with the same key and about the same, and comes out sealed the same again', () => {
  for (const bytes of [0, 1, 15, 16, 17, 4096]) {
    const plain = Buffer.alloc(bytes, 5);
    const sealed = seal(key, 'payloads a b 0', plain);
    expect(sealed.length).toBe(bytes + SEAL_BYTES);
    expect(seal(key, 'payloads a b 0', plain)).toEqual(sealed);
    expect(unseal(key, 'payloads a b 0', sealed)).toEqual(plain);
  }
});

test('a byte that is another, one too few, another key or another place opens nothing', () => {
  const sealed = seal(key, 'payloads a b 0', Buffer.from('four hundred and five'));
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(unseal(key, 'payloads a b 0', changed)).toBeNull();
  }
  for (let length = 0; length < sealed.length; length++)
    expect(unseal(key, 'payloads a b 0', sealed.subarray(0, length))).toBeNull();
  expect(unseal(Buffer.alloc(32, 8), 'payloads a b 0', sealed)).toBeNull();
  expect(unseal(key, 'payloads a b 1', sealed)).toBeNull();
});

test('no nonce is ever used for two things', () => {
  const seen = new Map<string, string>();
  const known = [randomBytes(40), Buffer.alloc(0), Buffer.from([0]), Buffer.from([0, 0])];
  for (let i = 0; i < 4_000; i++) {
    const drawn = known[randomInt(known.length)] ?? known[0];
    const plain = i % 3 === 0 ? (drawn ?? Buffer.alloc(0)) : randomBytes(randomInt(64));
    // Words that end where bytes begin must not run into each other.
    const about = `payloads ${'a'.repeat(randomInt(3))}`;
    const nonce = seal(key, about, plain).toString('hex', 0, 12);
    const what = `${about}|${plain.toString('hex')}`;
    expect(seen.get(nonce) ?? what).toBe(what);
    seen.set(nonce, what);
  }
});

test('the id of a key tells keys apart', () => {
  expect(keyIdOf(key)).toMatch(/^[0-9a-f]{16}$/);
  expect(keyIdOf(key)).not.toBe(keyIdOf(Buffer.alloc(32, 8)));
});
