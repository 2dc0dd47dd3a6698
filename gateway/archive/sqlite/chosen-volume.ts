/**
 * A volume of chosen sessions of a log, each of them whole: what of a remote store is on hand here, so that it can be listed and
 * searched. Events of other sessions are missing between, so nothing is proved by it.
 */
import { setImmediate } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Signer } from '../../../shared/recording/note.ts';
import { readBody } from '../../../shared/recording/record.ts';
import type { FactsOf } from '../archive.ts';
import { bodyOf, type RawEvent } from './raw-events.ts';
import { openForWriting } from './schema.ts';
import { insertVolumeRow, type VolumeStart } from './volume-row.ts';
import { VolumeWriter } from './volume-writer.ts';

/** Words are made searchable for so long at a time, ms. */
const INDEX_MS = 25;

/** A session that the volume holds. */
export interface ChosenSession {
  /** Hex. */
  readonly id: string;
  /** Whether more of it may come. */
  readonly isLive: boolean;
}

export class ChosenVolume {
  readonly #db: Database.Database;
  readonly #writer: VolumeWriter;

  /**
   * Made where it is not there; `log`: 16 bytes; `first`: index of its first event, by which it is told from others of the log. Throws
   * ArchiveError and what SQLite throws.
   */
  constructor(path: string, { log, first }: Pick<VolumeStart, 'log' | 'first'>, factsOf: FactsOf) {
    this.#db = openForWriting(path, (made) => {
      const frontier = new Uint8Array();
      insertVolumeRow(made, { log, number: 0, first, lastTime: 0, frontier, opening: null });
    });
    try {
      // What a crash of this machine leaves of it is fetched anew.
      this.#db.pragma('synchronous = NORMAL');
      this.#writer = new VolumeWriter(this.#db, {
        factsOf,
        now: () => Date.now() * 1000,
        signer: NOBODY,
        unproved: true,
      });
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** It takes events from this index on alone. */
  get next(): number {
    return this.#writer.next;
  }

  /** As of the last commit. */
  sessions(): ChosenSession[] {
    const rows = this.#db.prepare<[], { sid: Buffer; outcome: string }>('SELECT sid, outcome FROM session');
    return rows.all().map(({ sid, outcome }) => ({ id: sid.toString('hex'), isLive: outcome === 'live' }));
  }

  /** Takes the next event of one of its sessions, or of the log; one that it has is passed over. */
  take(raw: RawEvent): void {
    if (raw.event.index < this.next) return;
    const body = bodyOf(raw);
    this.#writer.append(readBody(body), body);
  }

  /** Makes what was taken visible, and its words searchable: others may go on between. */
  async commit(): Promise<void> {
    this.#writer.commit();
    while (this.#writer.index(INDEX_MS).more) await setImmediate();
  }

  close(): void {
    this.#writer.close();
  }
}

/** Nothing is signed. */
const NOBODY: Signer = { publicKey: new Uint8Array(32), sign: () => new Uint8Array(64) };
