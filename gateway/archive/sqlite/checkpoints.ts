/**
 * The checkpoints of a volume: one is signed with every commit that adds events. Kept are one for every thousand events, every
 * ten seconds and every session's end, and the newest (DESIGN §5); the others make room for the next.
 */
import type Database from 'better-sqlite3';
import { parseCheckpoint, type Checkpoint } from '../../../shared/recording/checkpoint.ts';
import { parseNote } from '../../../shared/recording/note.ts';
import { type LogKeys, LogSigner } from './log-signer.ts';
import type { VolumeRow } from './volume-row.ts';

const KEEP_EVENTS = 1_000;
const KEEP_US = 10_000_000;

/** A checkpoint as it is stored. */
export interface StoredCheckpoint {
  /** Events of the log. */
  readonly size: number;
  /** µs since 1970, when it was signed. */
  readonly time: number;
  /** The signed note. */
  readonly note: string;
}

export class Checkpoints {
  readonly #signer: LogSigner;
  readonly #add;
  readonly #remove;
  #newest: StoredCheckpoint | null;
  /** The last one that stays. */
  #kept: Pick<StoredCheckpoint, 'size' | 'time'>;

  constructor(db: Database.Database, { log, first, opening }: VolumeRow, keys: LogKeys) {
    this.#add = db.prepare<[number, number, string]>(
      'INSERT OR REPLACE INTO checkpoint (size, time, note) VALUES (?, ?, ?)',
    );
    this.#remove = db.prepare<[number]>('DELETE FROM checkpoint WHERE size = ?');
    this.#newest =
      db
        .prepare<[], StoredCheckpoint>('SELECT size, time, note FROM checkpoint ORDER BY size DESC LIMIT 1')
        .get() ?? null;
    // Whether an earlier run meant the newest one to stay is not known: one more does no harm.
    this.#kept = this.#newest ?? { size: first, time: 0 };
    this.#signer = new LogSigner(log, keys, this.#newest?.note ?? opening);
  }

  /** The newest one; null before the first. */
  get newest(): StoredCheckpoint | null {
    return this.#newest;
  }

  /** See {@link LogSigner}. */
  get signer(): LogSigner {
    return this.#signer;
  }

  /** Keeps a checkpoint with the signatures that others added to it, newest or not. `time`: µs since 1970. */
  keep(note: string, time: number): void {
    const size = checkpointOf(note)?.size;
    if (size === undefined) return;
    this.#add.run(size, time, note);
    if (size !== this.#newest?.size) return;
    this.#newest = { size, time, note };
    this.#kept = this.#newest;
  }

  /** Signs the tree of the first `size` events, which must be on disk. `time`: µs since 1970; `keep`: it is to stay whatever comes. */
  sign(size: number, root: Uint8Array, time: number, keep: boolean): void {
    const replaced = this.#newest;
    if (replaced !== null && replaced.size !== this.#kept.size) this.#remove.run(replaced.size);
    const stays = keep || this.#signer.handsOver;
    const note = this.#signer.checkpoint(size, root);
    this.#add.run(size, time, note);
    this.#newest = { size, time, note };
    const due = size - this.#kept.size >= KEEP_EVENTS || Math.abs(time - this.#kept.time) >= KEEP_US;
    if (stays || due) this.#kept = this.#newest;
  }
}

/** What a stored note says; null when it is no checkpoint. Its signatures are not looked at. */
export function checkpointOf(note: string): Checkpoint | null {
  const parsed = parseNote(note);
  return parsed === null ? null : parseCheckpoint(parsed.text);
}
