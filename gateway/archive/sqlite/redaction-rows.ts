/** What a volume's notes tell of the values that were taken out of it, where its events are read to be shown. */
import type Database from 'better-sqlite3';
import type { Event } from '../../../shared/recording/event.ts';
import { parseNote } from '../../../shared/recording/note.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { writeTold } from '../../../shared/recording/told-redaction.ts';
import { parseRedaction, type Redaction } from '../redaction-note.ts';
import { type RawEvent, storedPayloads } from './raw-events.ts';

/** A row as it is stored. */
export interface RedactionRow {
  readonly idx: number;
  readonly field: string;
  /** Signed (docs/format.md §7). */
  readonly note: string;
}

export class RedactionRows {
  readonly #db: Database.Database;
  /** By index, then field; read when it is first asked for. */
  #rows: ReadonlyMap<number, ReadonlyMap<string, Redaction>> | null = null;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** Whether nothing was taken out: then nothing below needs to be called. */
  get none(): boolean {
    return this.#all.size === 0;
  }

  /** What is told of a payload that is gone; null: nothing. */
  of(index: number, field: string): Redaction | null {
    return this.#all.get(index)?.get(field) ?? null;
  }

  /** The event with what was kept of its payloads, and who took out the rest. */
  told(stored: StoredEvent): StoredEvent {
    const rows = this.#all.get(stored.event.index);
    if (rows === undefined) return stored;
    const gone = [...rows].filter(([field]) => stored.payloads[field] === null);
    return {
      ...stored,
      payloads: {
        ...stored.payloads,
        ...Object.fromEntries(gone.map(([field, row]) => [field, row.remainder])),
      },
      redactions: Object.fromEntries(gone),
    };
  }

  /** Payloads of an event as they lie, with what is told in the place of those that are gone. */
  toldIn(event: Event, payloads: Uint8Array): Uint8Array {
    const rows = this.#all.get(event.index);
    return rows === undefined ? payloads : Buffer.concat([...parts(event, payloads, rows)]);
  }

  get #all(): ReadonlyMap<number, ReadonlyMap<string, Redaction>> {
    return (this.#rows ??= readRows(this.#db));
  }
}

function* parts(
  event: Event,
  payloads: Uint8Array,
  rows: ReadonlyMap<string, Redaction>,
): Generator<Uint8Array> {
  for (const { field, from, to, length } of storedPayloads(event, payloads)) {
    const told = length === null ? rows.get(field) : undefined;
    yield told === undefined ? payloads.subarray(from, to) : writeTold(told, told.remainder);
  }
}

/** The rows of a volume. */
export function redactionsIn(db: Database.Database): RedactionRow[] {
  return db.prepare<[], RedactionRow>('SELECT idx, field, note FROM redaction ORDER BY idx, field').all();
}

/** The rows of some of its events. */
export function redactionsOf(db: Database.Database, events: readonly RawEvent[]): RedactionRow[] {
  const indexes = new Set(events.map(({ event }) => event.index));
  return redactionsIn(db).filter(({ idx }) => indexes.has(idx));
}

/** Writes rows, in the place of those that are there of the same field. */
export function insertRedactions(db: Database.Database, rows: readonly RedactionRow[]): void {
  const insert = db.prepare('INSERT OR REPLACE INTO redaction (idx, field, note) VALUES (?, ?, ?)');
  for (const { idx, field, note } of rows) insert.run(idx, field, note);
}

function readRows(db: Database.Database): ReadonlyMap<number, ReadonlyMap<string, Redaction>> {
  const found = new Map<number, Map<string, Redaction>>();
  for (const { idx, field, note } of redactionsIn(db)) {
    const said = parseRedaction(parseNote(note)?.text ?? '');
    if (said?.index !== idx || said.field !== field) continue;
    const fields = found.get(idx) ?? new Map<string, Redaction>();
    found.set(idx, fields.set(field, said));
  }
  return found;
}
