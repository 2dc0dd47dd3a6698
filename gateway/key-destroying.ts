/**
 * Takes back what a remote store holds of sessions, by destroying the keys that their values are sealed with: the log says so first, on disk,
 * then the key store's journal, then they go. What is under way is kept in a file, so that a crash, or a key store that is away, only puts it
 * off.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { ArchiveError } from './archive/archive.ts';
import { signerOf } from './archive/ed25519.ts';
import { listVolumes } from './archive/sqlite/archive-events.ts';
import { replaceFile } from './archive/sqlite/replace-file.ts';
import type { RemoteConfig } from './config-remote.ts';
import type { KeysRequest, KeysResult } from './control-schema.ts';
import { say } from './log.ts';
import type { Recording } from './recording.ts';
import type { KeyOwner } from './remote/keys/key-record.ts';
import type { HeldKey, KeyStore } from './remote/keys/key-store.ts';
import { openKeys } from './remote/keys/open-keys.ts';
import { tenantKeysOf } from './remote/keys/tenant-keys.ts';

/** Keys as a worker is asked to destroy them. */
export interface KeysCall {
  readonly request: KeysRequest;
  /** Logs (hex) that are written now, by any worker. */
  readonly open: readonly string[];
  /** Whether this worker looks after logs that are closed, too. */
  readonly closed: boolean;
}

export interface KeyDestroyingOptions {
  /** The archive's folder: logs that lie in it are the gateway's own. */
  readonly archive: string;
  readonly spoolDir: string;
  readonly remote: RemoteConfig | undefined;
  readonly recording: Pick<Recording, 'recorder' | 'keys' | 'head' | 'put' | 'forgetKeys'>;
  readonly log: Logger;
}

/** Who destroys keys, and why. */
export interface About {
  readonly by: string;
  readonly reason: string;
}

/** How long the store may take to have what was recorded by now, ms. */
const PATIENCE_MS = 30_000;

/** A key store that was away is asked again after this long, ms. */
const AGAIN_MS = 60_000;

const Pending = z.array(
  z.object({
    log: z.string(),
    session: z.string().nullable(),
    by: z.string(),
    reason: z.string(),
    time: z.int(),
  }),
);
type PendingKeys = z.infer<typeof Pending>[number];

export class KeyDestroying {
  readonly #options: KeyDestroyingOptions;
  readonly #path: string;
  readonly #log: string;
  #opened: Promise<KeyStore> | null = null;
  #latest: Promise<unknown> = Promise.resolve();
  #again: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: KeyDestroyingOptions) {
    this.#options = options;
    this.#path = join(options.spoolDir, 'keys.json');
    this.#log = Buffer.from(options.recording.recorder.log).toString('hex');
  }

  /** Whether values in the remote store can be taken back at all. */
  get isOn(): boolean {
    return this.#options.remote?.keys !== undefined;
  }

  /** Finds the keys of sessions of its logs, and destroys them where that is asked. Rejects with ArchiveError. */
  async run({ request, open, closed }: KeysCall): Promise<KeysResult> {
    const { sessions, by, reason, apply } = request;
    const logs = [this.#log, ...(closed ? this.#closedLogs(open) : [])];
    const owners = logs.flatMap((log) => sessions.map((session) => ({ log, session })));
    const keys = await this.#held(owners);
    if (apply && keys.length > 0) {
      this.intend(keys, { by, reason });
      await this.carryOut();
    }
    return { destroyed: apply && keys.length > 0, keys };
  }

  /** Notes on disk that the keys of sessions are to go; {@link carryOut} does it. */
  intend(owners: readonly KeyOwner[], { by, reason }: About): void {
    const time = Date.now() * 1000;
    const wanted = owners.map(({ log, session }) => ({ log, session, by, reason, time }));
    const nameOf = ({ log, session }: KeyOwner) => `${log} ${session ?? ''}`;
    const all = new Map([...wanted, ...this.#pending()].map((one) => [nameOf(one), one]));
    replaceFile(this.#path, JSON.stringify([...all.values()]));
  }

  /** Destroys what was noted; resolves to how many keys went. Rejects with ArchiveError where it has to be tried again, which it is. */
  carryOut(): Promise<number> {
    const done = this.#latest.then(() => this.#carryOut());
    this.#latest = done.catch(() => this.#retry());
    return done;
  }

  /** Goes on with what a crash interrupted; what cannot be done now is tried again. */
  async resume(): Promise<void> {
    if (this.#pending().length === 0) return;
    await this.carryOut().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      if (!this.#closed)
        say(
          this.#options.log,
          'error',
          'keys.failed',
          `keys that were to be destroyed are still there: ${why}`,
        );
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#again !== null) clearTimeout(this.#again);
    await this.#latest;
    (await this.#opened?.catch(() => null))?.[Symbol.dispose]();
  }

  async #carryOut(): Promise<number> {
    const pending = this.#pending();
    if (pending.length === 0) return 0;
    const { recording, log } = this.#options;
    // What is not in the store yet would be put there under another key, and stay.
    await recording.put((await recording.head()).events, PATIENCE_MS);
    const held = new Map<PendingKeys, HeldKey[]>();
    for (const one of pending) held.set(one, await this.#held([one]));
    for (const [{ session, by, reason, ...one }, keys] of held) {
      if (keys.length === 0) continue;
      const fields = {
        log: Buffer.from(one.log, 'hex'),
        session: session === null ? null : Buffer.from(session, 'hex'),
        keys: keys.map(({ id }) => id),
        by,
        reason,
      };
      if (!recording.recorder.record('keysDestroyed', fields))
        throw new ArchiveError('BUSY', 'nothing can be recorded at present, so no key is destroyed');
    }
    await recording.head(); // no key goes before the disk has the events that say so
    const count = await this.#destroy(held);
    recording.forgetKeys();
    rmSync(this.#path, { force: true });
    if (count > 0)
      say(log, 'warn', 'keys.destroyed', 'values in the remote store were taken back', {
        keys: count,
        sessions: pending.length,
      });
    return count;
  }

  /** One line of the journal for what was asked at once. */
  async #destroy(held: ReadonlyMap<PendingKeys, readonly HeldKey[]>): Promise<number> {
    const store = await this.#store();
    const { keys } = this.#options.recording;
    const signers = {
      signer: signerOf(keys.current),
      previous: keys.previous === null ? null : signerOf(keys.previous.pem),
    };
    let count = 0;
    const acts = Map.groupBy(held, ([{ log, by, reason, time }]) => JSON.stringify([log, by, reason, time]));
    for (const act of acts.values()) {
      const [first] = act;
      const gone = act.flatMap(([, own]) => own);
      if (first === undefined || gone.length === 0) continue;
      const [{ log, by, reason, time }] = first;
      const named = gone.map(({ session, id }) => ({ session, id }));
      await store.destroy(Buffer.from(log, 'hex'), named, { by, reason, time }, signers);
      count += gone.length;
    }
    return count;
  }

  async #held(owners: readonly KeyOwner[]): Promise<HeldKey[]> {
    const store = await this.#store();
    const found: HeldKey[] = [];
    for (const owner of owners) found.push(...(await store.heldBy(owner)));
    return found;
  }

  #store(): Promise<KeyStore> {
    const { remote } = this.#options;
    if (remote?.keys === undefined)
      throw new ArchiveError(
        'REFUSED',
        'this gateway puts no values under keys that could be destroyed: name a place for them as archive.remote.keys',
      );
    const tenant = tenantKeysOf(remote.tenant.map((key) => Buffer.from(key, 'base64')));
    return (this.#opened ??= openKeys(remote.keys, tenant, process.env));
  }

  #closedLogs(open: readonly string[]): string[] {
    const logs = new Set(listVolumes(this.#options.archive).map(({ log }) => log));
    return [...logs].filter((log) => !open.includes(log));
  }

  #retry(): void {
    if (this.#closed) return;
    this.#again = setTimeout(() => void this.resume(), AGAIN_MS).unref();
  }

  #pending(): PendingKeys[] {
    try {
      return Pending.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}
