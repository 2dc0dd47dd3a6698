/**
 * Sessions that were fetched without their values, as their keys were not to be had: noted before they are kept, so that what is here
 * without values is never taken for what was redacted, and is fetched anew once their keys can be had.
 */
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ArchiveError } from '../../archive/archive.ts';
import type { KeySource, Unread } from '../keys/key-source.ts';
import { abreast } from './abreast.ts';
import { forgetFetched, UNREAD } from './erased.ts';

/** Keys that are asked for again when a store is opened, the newest: who still has none of so many has none of the others. */
const ASKED_AGAIN = 500;

/** A key that was not to be had. */
interface LackedKey {
  readonly log: string;
  /** Hex; null: the log's own values. */
  readonly session: string | null;
  readonly id: string;
  /** Why, and how it might be had. */
  readonly why: string;
}

/** Keys as they come from `keys`, of which those that are lacked are noted in the folder. */
export class NotingKeys implements KeySource {
  readonly #path: string;
  readonly #keys: KeySource;
  readonly #noted: Set<string>;

  constructor(folder: string, keys: KeySource) {
    this.#path = join(folder, UNREAD);
    this.#keys = keys;
    this.#noted = new Set(readLacked(this.#path).map(({ log, id }) => log + id));
  }

  async sessionKey(log: string, session: string | null, id: string): Promise<Uint8Array | Unread> {
    const found = await this.#keys.sessionKey(log, session, id);
    if (found instanceof Uint8Array || found.why === 'destroyed' || this.#noted.has(log + id)) return found;
    const lacked: LackedKey = { log, session, id, why: found.message };
    appendFileSync(this.#path, `${JSON.stringify(lacked)}\n`, { mode: 0o600 });
    this.#noted.add(log + id);
    return found;
  }

  tenantKey(id: string): Uint8Array | null {
    return this.#keys.tenantKey(id);
  }
}

/** Why the values of sessions cannot be read here, as it is noted by now. */
export class UnreadSessions {
  readonly #path: string;
  #size = 0;
  #why = new Map<string, string>();

  constructor(folder: string) {
    this.#path = join(folder, UNREAD);
  }

  /** By session (hex). */
  get all(): ReadonlyMap<string, string> {
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    if (size !== this.#size)
      this.#why = new Map(
        readLacked(this.#path).flatMap(({ session, why }) => (session === null ? [] : [[session, why]])),
      );
    this.#size = size;
    return this.#why;
  }
}

/**
 * Throws away what was fetched where a key that was lacked can be had now. To be called before anything in the folder is opened. A key
 * store that cannot be asked keeps nobody from what is here; otherwise rejects as the keys do.
 */
export async function forgetWhatWasUnread(folder: string, keys: KeySource): Promise<void> {
  const lacked = readLacked(join(folder, UNREAD)).slice(-ASKED_AGAIN);
  const done = new AbortController();
  try {
    await abreast(
      lacked,
      async ({ log, session, id }) => {
        if ((await keys.sessionKey(log, session, id)) instanceof Uint8Array) done.abort();
      },
      done.signal,
    );
  } catch (error) {
    const isAway = error instanceof ArchiveError && error.code === 'UNREACHABLE';
    if (!isAway && !done.signal.aborted) throw error;
  }
  if (done.signal.aborted) forgetFetched(folder);
}

/** A line that was cut short as its process ended is of a session that was not kept yet. */
function readLacked(path: string): LackedKey[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as LackedKey];
      } catch {
        return [];
      }
    });
}
