/**
 * The signing key of a gateway that the desktop app runs, locked with the system's keychain: `<key>.sealed` in place of the
 * key's own file. A key that lies in a file already stays there, and so does one where the keychain is none.
 */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { signerOf } from '../../gateway/archive/ed25519.ts';
import { KeyError, writeNew, writePublicKey } from '../../gateway/archive/key-file.ts';
import type { SafeStorage } from './shell.ts';
import { KEYCHAIN } from './words.ts';

/** Where the gateway's key is. */
export type KeyPlace =
  /** The gateway is handed it, PEM. */
  | { readonly kind: 'keychain'; readonly pem: string }
  /** The gateway reads or makes the file itself; `why` says why there is no better place, where there is none. */
  | { readonly kind: 'file'; readonly why: string | null };

/** `path` is the key's of the configuration. Rejects with {@link KeyError} where a locked key does not open. */
export async function signingKey(
  path: string,
  safe: SafeStorage,
  platform: NodeJS.Platform,
): Promise<KeyPlace> {
  if (existsSync(path)) return { kind: 'file', why: null };
  const sealed = `${path}.sealed`;
  if (existsSync(sealed)) return { kind: 'keychain', pem: await opened(sealed, safe) };
  const why = await reasonAgainst(safe, platform);
  if (why !== null) return { kind: 'file', why };
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const locked = await safe.encryptStringAsync(pem);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  writeNew(sealed, locked.toString('base64'), 0o600);
  // Verifiers look for it beside the key, wherever the key is.
  writePublicKey(path, signerOf(pem));
  return { kind: 'keychain', pem };
}

async function opened(sealed: string, safe: SafeStorage): Promise<string> {
  try {
    const { result } = await safe.decryptStringAsync(Buffer.from(readFileSync(sealed, 'utf8'), 'base64'));
    signerOf(result);
    return result;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KeyError('KEY_UNUSABLE', KEYCHAIN.closed(sealed, why), { cause });
  }
}

/** Why a keychain is not to be trusted; null: it is. On Linux, without a keyring, the password is one that everybody knows. */
export async function reasonAgainst(safe: SafeStorage, platform: NodeJS.Platform): Promise<string | null> {
  if (!(await safe.isAsyncEncryptionAvailable())) return KEYCHAIN.none;
  return platform === 'linux' && safe.getSelectedStorageBackend() === 'basic_text'
    ? KEYCHAIN.basicText
    : null;
}
