/** A volume that is made anew from events that lie elsewhere: with the code that wrote it, and nothing of its lists and indexes. */
import type Database from 'better-sqlite3';
import type { Signer } from '../../../shared/recording/note.ts';
import { readBody } from '../../../shared/recording/record.ts';
import type { FactsOf } from '../archive.ts';
import { insertCarried, type CarriedEvent } from './carried-rows.ts';
import { bodyOf, type RawEvent } from './raw-events.ts';
import { insertRedactions, type RedactionRow, RedactionRows } from './redaction-rows.ts';
import { openForWriting } from './schema.ts';
import { insertVolumeRow, type VolumeRow } from './volume-row.ts';
import { VolumeWriter } from './volume-writer.ts';

/** Words are made searchable for so long at a time, ms. */
const INDEX_MS = 100;

/** Events of a transaction: with more of them the write-ahead log grows, with fewer segments are merged more often. */
const AT_ONCE = 20_000;

/** What a volume begins with. */
export interface RemadeStart {
  readonly row: Omit<VolumeRow, 'next'>;
  readonly carried: readonly CarriedEvent[];
  readonly redactions: readonly RedactionRow[];
}

export interface RemadeOptions {
  readonly factsOf: FactsOf;
  /** Is told how many more events were taken. */
  readonly onEvents?: (events: number) => void;
}

/** A checkpoint as it is stored. */
interface CheckpointRow {
  readonly size: number;
  readonly time: number;
  readonly note: string;
}

export class RemadeVolume {
  readonly #db: Database.Database;
  readonly #writer: VolumeWriter;
  readonly #redactions: RedactionRows;
  readonly #onEvents: (events: number) => void;
  readonly #sealed: number | null;
  #taken = 0;

  /** At `path`, where no file is. Throws {@link ArchiveError}. */
  constructor(
    path: string,
    { row, carried, redactions }: RemadeStart,
    { factsOf, onEvents = () => {} }: RemadeOptions,
  ) {
    const { log, number, first, last_time: lastTime, frontier, opening, sealed } = row;
    this.#db = openForWriting(path, (made) => {
      insertVolumeRow(made, { log, number, first, lastTime, frontier, opening });
      insertCarried(made, carried);
      // Before any event: lists and searches tell of what was kept.
      insertRedactions(made, redactions);
    });
    try {
      // What a crash of this machine leaves of it is made anew.
      this.#db.pragma('synchronous = OFF');
      this.#redactions = new RedactionRows(this.#db);
      this.#writer = new VolumeWriter(this.#db, { factsOf, now: () => sealed ?? lastTime, signer: NOBODY });
    } catch (error) {
      this.#db.close();
      throw error;
    }
    this.#onEvents = onEvents;
    this.#sealed = sealed;
  }

  /** Takes the next event; its index is greater than that of the one before. */
  take(raw: RawEvent): void {
    const body = bodyOf(raw);
    this.#writer.append(this.#redactions.told(readBody(body)), body);
    if (++this.#taken % AT_ONCE > 0) return;
    this.#writer.commit();
    this.#onEvents(AT_ONCE);
  }

  /**
   * All of its events came: it ends as it had ended, and is searchable. `over`: of what is still open nothing more comes, ever;
   * `followed`: what the next volume repeats of this one is returned, else nothing is.
   */
  finish({
    over = false,
    followed = false,
  }: { readonly over?: boolean; readonly followed?: boolean } = {}): CarriedEvent[] {
    let carried: CarriedEvent[] = [];
    if (this.#sealed !== null && followed) carried = this.#writer.seal();
    else if (this.#sealed !== null) this.#writer.settle();
    else {
      this.#writer.commit();
      if (over) this.#writer.abandon();
      while (this.#writer.index(INDEX_MS).more);
    }
    this.#onEvents(this.#taken % AT_ONCE);
    return carried;
  }

  /** Puts checkpoints in the place of those that the writer made. */
  sign(rows: Iterable<CheckpointRow>): void {
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM checkpoint').run();
      const insert = this.#db.prepare(
        'INSERT INTO checkpoint (size, time, note) VALUES (@size, @time, @note)',
      );
      for (const row of rows) insert.run(row);
    })();
  }

  /** Events are missing in it: nothing that is signed can be proved by it, and nothing is to seem so. */
  unsign(): void {
    this.#db.exec('DELETE FROM checkpoint; DELETE FROM tile; UPDATE volume SET opening = NULL');
  }

  close(): void {
    this.#writer.close();
  }
}

/** The checkpoints of a volume. */
export function checkpointsIn(db: Database.Database): Iterable<CheckpointRow> {
  return db.prepare<[], CheckpointRow>('SELECT size, time, note FROM checkpoint').iterate();
}

/** Signs in the place of the log's own key until its checkpoints are put back. */
const NOBODY: Signer = { publicKey: new Uint8Array(32), sign: () => new Uint8Array(64) };
