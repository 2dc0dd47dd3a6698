/** The two files of a development issuer: its lasting key, and the runtime file by which others find and use it. */
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { isObject } from './strict-json.ts';

/** What lasts from start to start, so that tokens stay valid: the signing key, and the port that is part of the issuer's URL. */
export interface IssuerState {
  readonly key: JWK;
  /** 0 before the first start. */
  readonly port: number;
}

/** Content of `issuer.json` while the issuer runs. Whoever can read it can mint tokens. */
export interface IssuerRuntime {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly audience: string;
  readonly pid: number;
}

/** Why a development issuer does not start. */
export class IssuerError extends Error {
  readonly code: 'NOT_LOOPBACK' | 'PORT_TAKEN' | 'KEY_UNUSABLE';
  constructor(code: IssuerError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IssuerError';
    this.code = code;
  }
}

/** The public client of the development issuer that people sign in with. */
export const DEVELOPMENT_CLIENT = 'auditorium-cli';

/** Its client for a team server on the same machine, at whatever port that listens. */
export const DEVELOPMENT_SERVER_CLIENT = 'auditorium-server';

const STATE_FILE = 'state.json';
const RUNTIME_FILE = 'issuer.json';

/** The runtime file of the issuer in `dir`. */
export function runtimeFileOf(dir: string): string {
  return join(dir, RUNTIME_FILE);
}

/** Reads the state in `dir`, or makes folder and key. Throws {@link IssuerError} when the key is damaged or exposed. */
export async function openState(dir: string): Promise<IssuerState> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, STATE_FILE);
  try {
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
      throw new IssuerError('KEY_UNUSABLE', `others can read the signing key; run: chmod 600 ${path}`);
    }
    const state: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (isState(state)) return state;
    throw new SyntaxError('it has no key');
  } catch (error) {
    if (error instanceof IssuerError) throw error;
    if (!isAbsence(error)) {
      const why = error instanceof Error ? error.message : String(error);
      throw new IssuerError('KEY_UNUSABLE', `${path} cannot be read (${why}); remove it to make a new key`, {
        cause: error,
      });
    }
  }
  // P-256: its key is there in a millisecond, and every verifier knows ES256 (RFC 7518 §3.1).
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { key: { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }, port: 0 };
}

function isState(value: unknown): value is IssuerState {
  return (
    isObject(value) &&
    isObject(value['key']) &&
    value['key']['kty'] === 'EC' &&
    typeof value['port'] === 'number'
  );
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Keeps the state in `dir`. */
export async function saveState(dir: string, state: IssuerState): Promise<void> {
  await writePrivate(join(dir, STATE_FILE), state);
}

/** Tells the world, as far as it is this user, that the issuer runs. */
export async function saveRuntime(dir: string, runtime: IssuerRuntime): Promise<void> {
  await writePrivate(runtimeFileOf(dir), runtime);
}

/** Removes the runtime file if it is still that of `runtime`: another issuer may have started in the same folder. */
export async function removeRuntime(dir: string, runtime: IssuerRuntime): Promise<void> {
  const content = await readFile(runtimeFileOf(dir), 'utf8').catch(() => '');
  if (content.includes(runtime.clientSecret)) await rm(runtimeFileOf(dir), { force: true });
}

/** Whole or not at all, and never readable by others, not even for a moment. */
async function writePrivate(path: string, value: IssuerState | IssuerRuntime): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  await rm(draft, { force: true });
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await chmod(draft, 0o600);
  await rename(draft, path);
}
