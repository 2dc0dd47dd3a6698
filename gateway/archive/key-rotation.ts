/**
 * A gateway's key and its replacement. The new key takes the file's place, the one before waits beside it as `<file>.previous`
 * until each log has said so in an event and both have signed the first checkpoint behind it; then it is removed.
 */
import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { signerOf } from './ed25519.ts';
import {
  KeyError,
  makeKey,
  publicKeyPath,
  readKey,
  readOrMakeKey,
  readPublicKeys,
  syncFolder,
  writeNew,
  writePublicKey,
} from './key-file.ts';

/** What logs are signed with, as private keys in PEM; can be sent to other threads and processes. */
export interface SigningKeys {
  readonly current: string;
  /** While a rotation is under way: the key before, and why it was replaced. */
  readonly previous: { readonly pem: string; readonly reason: string } | null;
}

/** Reads the keys, makes one where there is none, and mends what a crash left half done. Throws {@link KeyError}. */
export function openSigningKeys(path: string): SigningKeys {
  const { pem: current, signer } = readOrMakeKey(path);
  if (!isBeside(path, signer.publicKey)) writePublicKey(path, signer);
  const previous = readPrevious(path);
  if (previous !== null && sameKey(signerOf(previous.pem).publicKey, signer.publicKey)) {
    forgetPreviousKey(path); // the crash came before the new key was there
    return { current, previous: null };
  }
  return { current, previous };
}

/** Puts a new key in the place of the one in the file. Throws {@link KeyError}. */
export function replaceKey(path: string, reason: string): SigningKeys {
  const { current, previous } = openSigningKeys(path);
  if (previous !== null) {
    const message = `the key before ${path} is not given up by all logs yet; start the gateway once, then rotate again`;
    throw new KeyError('KEY_EXISTS', message);
  }
  const next = `${path}.new`;
  const before = previousPath(path);
  for (const left of [next, publicKeyPath(next), `${before}.new`]) rmSync(left, { force: true });
  const made = makeKey(next);
  writeNew(`${before}.new`, `${JSON.stringify({ reason })}\n${current}`, 0o600);
  renameSync(`${before}.new`, before);
  syncFolder(dirname(path)); // the key before must be there for sure when the new one takes its place
  renameSync(next, path);
  renameSync(publicKeyPath(next), publicKeyPath(path));
  syncFolder(dirname(path));
  return { current: made.pem, previous: { pem: current, reason } };
}

/** Removes the key before, once nothing more is to be signed with it. */
export function forgetPreviousKey(path: string): void {
  rmSync(previousPath(path), { force: true });
}

/** Whether two public keys are one. */
export function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function previousPath(path: string): string {
  return `${path}.previous`;
}

function readPrevious(path: string): SigningKeys['previous'] {
  try {
    const { pem: text } = readKey(previousPath(path));
    const [, reason = '{}', pem = text] = /^(\{.*\})\n([^]*)$/.exec(text) ?? [];
    return { pem, reason: reasonIn(reason) };
  } catch (error) {
    if (error instanceof KeyError && error.code === 'KEY_NOT_FOUND') return null;
    throw error;
  }
}

function reasonIn(json: string): string {
  const read = JSON.parse(json) as { readonly reason?: unknown };
  return typeof read.reason === 'string' ? read.reason : '';
}

/** Whether `<path>.pub` is the public half of the key in the file. */
function isBeside(path: string, publicKey: Uint8Array): boolean {
  try {
    return readPublicKeys(publicKeyPath(path)).every((key) => sameKey(key, publicKey));
  } catch (error) {
    if (error instanceof KeyError) return false;
    throw error;
  }
}
