import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ED25519, printKey } from '../../shared/recording/note.ts';
import { publicKeyPem, sha256, verifyEd25519 } from './ed25519.ts';
import { KeyError, makeKey, readKey, readOrMakeKey, readPublicKeys } from './key-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'auditorium-key-'));
afterEach(() => {
  for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true });
});
const file = (name: string) => join(dir, name);

function failure(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof KeyError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}

it('makes a key that only its owner can read, with its public half beside it', () => {
  const made = makeKey(file('a.key'));
  expect(statSync(file('a.key')).mode & 0o777).toBe(0o600);
  expect(readKey(file('a.key')).signer.publicKey).toEqual(made.signer.publicKey);
  expect(readFileSync(file('a.key.pub'), 'utf8')).toBe(publicKeyPem(made.signer.publicKey));
  expect(readPublicKeys(file('a.key.pub'))).toEqual([made.signer.publicKey]);
});

it('signs what its public key verifies, and nothing else', () => {
  const { signer } = makeKey(file('a.key'));
  const other = makeKey(file('b.key')).signer;
  const message = Buffer.from('what is said');
  const signature = signer.sign(message);
  expect([
    verifyEd25519(signer.publicKey, message, signature),
    verifyEd25519(signer.publicKey, Buffer.from('what was said'), signature),
    verifyEd25519(other.publicKey, message, signature),
    verifyEd25519(new Uint8Array(31), message, signature),
  ]).toEqual([true, false, false, false]);
});

it('takes the key that is there before it makes one', () => {
  const first = readOrMakeKey(file('a.key'));
  expect(readOrMakeKey(file('a.key')).pem).toBe(first.pem);
  expect(failure(() => makeKey(file('a.key')))).toEqual({
    code: 'KEY_EXISTS',
    message: `there is a key file ${file('a.key')} already`,
  });
});

it('refuses a key that others may read, of another kind, or that is none', () => {
  makeKey(file('open.key'));
  chmodSync(file('open.key'), 0o640);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(file('ec.key'), privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(file('none.key'), 'secret', { mode: 0o600 });
  const said = ['open.key', 'ec.key', 'none.key', 'absent.key'].map((name) =>
    failure(() => readKey(file(name))),
  );
  const path = `the key file ${dir}/`;
  expect(said).toEqual([
    {
      code: 'KEY_UNUSABLE',
      message: `${path}open.key can be read by others; run: chmod 600 ${file('open.key')}`,
    },
    { code: 'KEY_UNUSABLE', message: `${path}ec.key holds no private key of Ed25519 in PEM (PKCS#8)` },
    { code: 'KEY_UNUSABLE', message: `${path}none.key holds no private key of Ed25519 in PEM (PKCS#8)` },
    { code: 'KEY_NOT_FOUND', message: `there is no key file ${file('absent.key')}` },
  ]);
});

it('reads pinned keys as PEM and as verifier keys, several in a file', () => {
  const [a, b, c] = ['a.key', 'b.key', 'c.key'].map((name) => makeKey(file(name)).signer.publicKey);
  if (a === undefined || b === undefined || c === undefined) throw new Error('there are three');
  const vkey = printKey(sha256, { name: 'auditorium.local/00', type: ED25519, key: b });
  writeFileSync(file('pinned'), `# the gateway in Vienna\n${publicKeyPem(a)}\n${vkey}\n${publicKeyPem(c)}`);
  expect(readPublicKeys(file('pinned'))).toEqual([a, c, b]);
});

it('refuses a list of pinned keys with a private key, another text, or nothing in it', () => {
  makeKey(file('a.key'));
  writeFileSync(file('text'), 'auditorium.local/00+00000000+AAAA\n');
  writeFileSync(file('empty'), '# none yet\n');
  const said = ['a.key', 'text', 'empty'].map((name) => failure(() => readPublicKeys(file(name))).message);
  expect(said).toEqual([
    `the key file ${file('a.key')} holds something else than public keys; a verifier needs the file ending in .pub`,
    `the key file ${file('text')} has neither a PEM public key nor a C2SP verifier key in line 1`,
    `the key file ${file('empty')} holds no public key`,
  ]);
});
