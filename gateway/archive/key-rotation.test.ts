import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publicKeyPem, signerOf } from './ed25519.ts';
import { KeyError } from './key-file.ts';
import { forgetPreviousKey, openSigningKeys, replaceKey } from './key-rotation.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'auditorium-rotation-'));
  path = join(dir, 'signing.key');
});
afterEach(() => rmSync(dir, { recursive: true }));

const publicFile = () => readFileSync(`${path}.pub`, 'utf8');
const publicOf = (pem: string) => publicKeyPem(signerOf(pem).publicKey);

it('makes the first key, and replaces it by another that the one before is kept beside', () => {
  const first = openSigningKeys(path);
  expect(first.previous).toBe(null);
  const second = replaceKey(path, 'an operator left');
  expect(second.previous).toEqual({ pem: first.current, reason: 'an operator left' });
  expect(second.current).not.toBe(first.current);
  expect([openSigningKeys(path), publicFile()]).toEqual([second, publicOf(second.current)]);
});

it('gives the key before up when told, and not before is there another rotation', () => {
  replaceKey(path, 'once');
  expect(() => replaceKey(path, 'twice')).toThrow(KeyError);
  forgetPreviousKey(path);
  const kept = openSigningKeys(path);
  expect([kept.previous, readdirSync(dir).toSorted()]).toEqual([null, ['signing.key', 'signing.key.pub']]);
});

it('mends what a crash left half done', () => {
  const { current } = openSigningKeys(path);
  writeFileSync(`${path}.new`, 'half a key', { mode: 0o600 });
  linkSync(path, `${path}.previous`); // the new key did not come to its place
  rmSync(`${path}.pub`);
  expect(openSigningKeys(path)).toEqual({ current, previous: null });
  expect(publicFile()).toBe(publicOf(current));
  const old = join(dir, 'old.pub');
  copyFileSync(`${path}.pub`, old);
  const next = replaceKey(path, 'after a crash');
  copyFileSync(old, `${path}.pub`); // the public half did not come to its place
  expect([openSigningKeys(path), publicFile()]).toEqual([next, publicOf(next.current)]);
});
