/**
 * The key that checkpoints, seals and redactions are signed with: a private key in a file of its owner's alone (PEM, PKCS#8,
 * Ed25519), its public half beside it as `<file>.pub` (PEM, `PUBLIC KEY`), and the files in which others pin that half.
 */
import { generateKeyPairSync } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ED25519, parseKey, type Signer } from '../../shared/recording/note.ts';
import { publicKeyOf, publicKeyPem, sha256, signerOf } from './ed25519.ts';

/** KEY_NOT_FOUND: there is no such file; KEY_EXISTS: there is one already; KEY_UNUSABLE: anything else. */
export class KeyError extends Error {
  readonly code: 'KEY_NOT_FOUND' | 'KEY_EXISTS' | 'KEY_UNUSABLE';
  constructor(code: KeyError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeyError';
    this.code = code;
  }
}

/** A private key as read. */
export interface PrivateKey {
  /** PKCS#8: what other threads and processes make their own {@link Signer} of. */
  readonly pem: string;
  readonly signer: Signer;
}

/** Rights of the group and of everybody. */
const OTHERS = 0o077;

/** No key file is larger, and no list of pinned keys. */
const MAX_BYTES = 1 << 20;

/** Reads a private key. Throws {@link KeyError}; no message holds any of the key. */
export function readKey(path: string): PrivateKey {
  const pem = readFile(path, true);
  try {
    return { pem, signer: signerOf(pem) };
  } catch (cause) {
    throw unusable(path, 'holds no private key of Ed25519 in PEM (PKCS#8)', cause);
  }
}

/** Makes a key in a file that does not exist yet, mode 0600, on disk when this returns, and `.pub` beside it. Throws {@link KeyError}. */
export function makeKey(path: string): PrivateKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const signer = signerOf(pem);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeNew(path, pem, 0o600);
  writePublicKey(path, signer);
  return { pem, signer };
}

/** The key in the file, or a new one where there is none. Throws {@link KeyError}. */
export function readOrMakeKey(path: string): PrivateKey {
  try {
    return readKey(path);
  } catch (error) {
    if (!(error instanceof KeyError) || error.code !== 'KEY_NOT_FOUND') throw error;
  }
  try {
    return makeKey(path);
  } catch (error) {
    // Another process was faster.
    if (error instanceof KeyError && error.code === 'KEY_EXISTS') return readKey(path);
    throw error;
  }
}

/** Where the public half of a private key's file is. */
export function publicKeyPath(path: string): string {
  return `${path}.pub`;
}

/** Writes `<path>.pub` anew. Throws {@link KeyError}. */
export function writePublicKey(path: string, { publicKey }: Signer): void {
  rmSync(publicKeyPath(path), { force: true });
  writeNew(publicKeyPath(path), publicKeyPem(publicKey), 0o644);
}

/** The keys that a file pins: see {@link publicKeysIn}. Throws {@link KeyError}. */
export function readPublicKeys(path: string): Uint8Array[] {
  return publicKeysIn(readFile(path, false), `the key file ${path}`);
}

/**
 * The public keys in a text, 32 bytes each: PEM blocks (`PUBLIC KEY`), C2SP verifier keys one a line, or both; lines that
 * begin with # are comments. `what` is what errors call the text. Throws {@link KeyError}, also where there is no key in it.
 */
export function publicKeysIn(text: string, what: string): Uint8Array[] {
  const fail = (why: string, cause?: unknown) => new KeyError('KEY_UNUSABLE', `${what} ${why}`, { cause });
  const blocks = text.match(PEM) ?? [];
  const lines = text.replaceAll(PEM, '').split('\n');
  const keys = blocks.map((block) => {
    // Node would take the public half of a private key: nobody who pins a key should have that.
    if (!block.startsWith('-----BEGIN PUBLIC KEY-----'))
      throw fail('holds something else than public keys; a verifier needs the file ending in .pub');
    try {
      return publicKeyOf(block);
    } catch (cause) {
      throw fail('holds a public key that is not of Ed25519', cause);
    }
  });
  for (const [number, line] of lines.map((written) => written.trim()).entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const key = parseKey(sha256, line);
    if (key?.type !== ED25519)
      throw fail(`has neither a PEM public key nor a C2SP verifier key in line ${number + 1}`);
    keys.push(key.key);
  }
  if (keys.length === 0) throw fail('holds no public key');
  return keys;
}

const PEM = /-----BEGIN ([A-Z ]+)-----[^-]*-----END \1-----/g;

/** What the opened file holds, not what the path may lead to a moment later. */
function readFile(path: string, secret: boolean): string {
  let fd: number;
  try {
    // Without O_NONBLOCK a pipe would keep its reader waiting.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new KeyError('KEY_NOT_FOUND', `there is no key file ${path}`, { cause });
    throw unusable(path, `cannot be read: ${(cause as Error).message}`, cause);
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size > MAX_BYTES) throw unusable(path, 'is no file of keys');
    if (secret && process.platform !== 'win32') refuseShared(path, stats);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function refuseShared(path: string, { mode, uid }: { readonly mode: number; readonly uid: number }): void {
  if (uid !== 0 && uid !== process.getuid?.())
    throw unusable(path, `belongs to user ${uid}; run: chown ${process.getuid?.()} ${path}`);
  if ((mode & OTHERS) !== 0) throw unusable(path, `can be read by others; run: chmod 600 ${path}`);
}

/** Writes a file that does not exist yet; it is on disk, and found there, when this returns. Throws {@link KeyError}. */
export function writeNew(path: string, text: string, mode: number): void {
  try {
    const fd = openSync(path, 'wx', mode);
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    syncFolder(dirname(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw new KeyError('KEY_EXISTS', `there is a key file ${path} already`, { cause });
    throw unusable(path, `cannot be written: ${(cause as Error).message}`, cause);
  }
}

/** Puts a folder's entries on disk: that files were made, renamed or removed. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return; // folders cannot be opened there
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function unusable(path: string, what: string, cause?: unknown): KeyError {
  return new KeyError('KEY_UNUSABLE', `the key file ${path} ${what}`, { cause });
}
