/**
 * Secrets of a gateway's configuration, locked with the system's keychain in a file beside it, `<configuration>.sealed`: the
 * configuration has only their names.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { z } from 'zod';
import type { Secrets } from '../../gateway/config.ts';
import { ApiError } from '../../shared/api/error.ts';
import type { Keychain } from '../gateway-config/keychain.ts';
import { reasonAgainst } from './sealed-key.ts';
import type { SafeStorage } from './shell.ts';
import { KEYCHAIN } from './words.ts';

/** Each secret locked on its own, base64. */
const Sealed = z.object({ version: z.literal(1), secrets: z.record(z.string(), z.base64()) });

export class SealedSecrets implements Keychain {
  readonly #safe: SafeStorage;
  readonly #platform: NodeJS.Platform;

  constructor(safe: SafeStorage, platform: NodeJS.Platform) {
    this.#safe = safe;
    this.#platform = platform;
  }

  reason(): Promise<string | null> {
    return reasonAgainst(this.#safe, this.#platform);
  }

  names(config: string): string[] {
    return Object.keys(read(config));
  }

  async open(config: string): Promise<Secrets> {
    const opened = Object.entries(read(config)).map(async ([name, locked]) => {
      const { result } = await this.#safe.decryptStringAsync(Buffer.from(locked, 'base64'));
      return [name, result] as const;
    });
    try {
      return Object.fromEntries(await Promise.all(opened));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ApiError('CONFIG_UNUSABLE', KEYCHAIN.secretsClosed(fileOf(config), why), { cause });
    }
  }

  async keep(config: string, name: string, secret: string): Promise<string> {
    const why = await this.reason();
    if (why !== null) throw new ApiError('NOT_AVAILABLE_HERE', why);
    const locked = await this.#safe.encryptStringAsync(secret);
    const before = read(config);
    // What was kept first stays until nothing names it: the configuration that does may yet be the one that holds.
    let free = name;
    for (let more = 2; free in before; more++) free = `${name}-${more}`;
    write(config, { ...before, [free]: locked.toString('base64') });
    return free;
  }

  retain(config: string, names: readonly string[]): void {
    const before = Object.entries(read(config));
    const kept = before.filter(([name]) => names.includes(name));
    if (kept.length < before.length) write(config, Object.fromEntries(kept));
  }
}

function fileOf(config: string): string {
  return `${config}.sealed`;
}

/** Throws {@link ApiError} rather than lose what it does not understand. */
function read(config: string): Secrets {
  const file = fileOf(config);
  if (!existsSync(file)) return {};
  try {
    return Sealed.parse(JSON.parse(readFileSync(file, 'utf8'))).secrets;
  } catch (cause) {
    throw new ApiError('CONFIG_UNUSABLE', KEYCHAIN.secretsDamaged(file), { cause });
  }
}

/** Whole or not at all; without secrets there is no file. */
function write(config: string, secrets: Secrets): void {
  const file = fileOf(config);
  if (Object.keys(secrets).length === 0) return rmSync(file, { force: true });
  const draft = `${file}.${process.pid}.tmp`;
  rmSync(draft, { force: true });
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(
      handle,
      `${JSON.stringify({ version: 1, secrets } satisfies z.infer<typeof Sealed>, null, 2)}\n`,
    );
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
}
