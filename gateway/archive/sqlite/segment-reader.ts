/** Reads events back from a volume's segments; the segments used last are kept unpacked. */
import { zstdDecompressSync } from 'node:zlib';
import type { SegmentRow } from '../../../shared/api/session.ts';
import type { Event } from '../../../shared/recording/event.ts';
import {
  packSegment,
  readBody,
  readHeads,
  readSegment,
  type StoredEvent,
} from '../../../shared/recording/record.ts';
import { carriedEvents } from './carried-rows.ts';
import { bodyOf, rawEvents, type RawEvent } from './raw-events.ts';
import { RedactionRows } from './redaction-rows.ts';
import {
  Budget,
  isAnswerTo,
  searchAnswer,
  SEARCHED_BYTES,
  SearchedTexts,
  searchParameters,
} from '../fold/statement-texts.ts';
import type { Volume } from './read-volume.ts';
import { SegmentEvents } from './segment-events.ts';
import { readVolumeRow } from './volume-row.ts';

/** Raw bytes of unpacked segments kept: those of a page of statements from a hundred sessions. */
const KEPT_BYTES = 32 << 20;

/** Segments told around an event: before it as many as fill a window, behind it those that one goes on to. */
export const TOLD_BEFORE = 24;
export const TOLD_BEHIND = 8;

/** Segments of one session in one volume around an event. */
export interface Neighbours {
  /** How many end before it, and the last of them. */
  readonly count: number;
  readonly before: readonly SegmentRow[];
  /** The one that holds it, and those behind. */
  readonly from: readonly SegmentRow[];
}

/** What is told of a segment. */
const ROW =
  'number, first_sequence AS firstSequence, last_sequence AS lastSequence, events_bytes + payloads_bytes AS bytes';

interface Place {
  readonly id: number;
  readonly key: string;
}

interface Found {
  readonly raw: number;
  readonly events: Buffer;
  readonly payloads: Buffer;
}

const FOUND = 'events_bytes + payloads_bytes AS raw, events, payloads';

/** Where the events of a statement lie. */
interface StatementEvents {
  readonly session_id: number;
  readonly number: number;
  readonly ordinal: number;
  readonly sequence: number;
  readonly outcome_sequence: number | null;
}

export class SegmentReader {
  readonly #holding;
  readonly #identify;
  readonly #from;
  readonly #heads;
  readonly #numbered;
  readonly #list;
  readonly #endedCount;
  readonly #ended;
  readonly #goingOn;
  readonly #before;
  readonly #sidOf;
  readonly #db: Volume['db'];
  readonly #redactions: RedactionRows;
  #carried: ReadonlyMap<string, RawEvent> | null = null;
  /** By session and sequences, least recently used first: what stands there never changes, whatever is merged. */
  readonly #kept = new Map<string, { readonly events: SegmentEvents; readonly raw: number }>();
  readonly #log: Uint8Array;
  #keptBytes = 0;

  constructor({ db }: Volume) {
    this.#db = db;
    this.#redactions = new RedactionRows(db);
    this.#log = readVolumeRow(db).log;
    this.#sidOf = db.prepare<[number], Buffer>('SELECT sid FROM session WHERE id = ?').pluck();
    this.#before = db
      .prepare<[number, number], number>(
        `SELECT first_sequence FROM segment WHERE session_id = ? AND first_sequence <= ?
         ORDER BY last_sequence DESC LIMIT 1 OFFSET 1`,
      )
      .pluck();
    const holding = 'session_id = ? AND last_sequence >= ? ORDER BY last_sequence LIMIT 1';
    this.#identify = db.prepare<[number, number], Place>(
      `SELECT id, session_id || '/' || first_sequence || '/' || last_sequence AS key FROM segment WHERE ${holding}`,
    );
    this.#holding = db.prepare<[number], Found>(`SELECT ${FOUND} FROM segment WHERE id = ?`);
    this.#from = db.prepare<[number, number], Found>(
      `SELECT ${FOUND} FROM segment WHERE session_id = ? AND last_sequence >= ? ORDER BY last_sequence`,
    );
    this.#heads = db
      .prepare<[number, number], Buffer>(
        'SELECT events FROM segment WHERE session_id = ? AND last_sequence >= ? ORDER BY last_sequence',
      )
      .pluck();
    this.#numbered = db.prepare<[number, number, number], Found>(
      `SELECT ${FOUND} FROM segment WHERE session_id = ? AND number <= ? AND number + last_sequence - first_sequence >= ?
       ORDER BY number DESC LIMIT 1`,
    );
    this.#list = db.prepare<[number], SegmentRow>(
      `SELECT ${ROW} FROM segment WHERE session_id = ? ORDER BY number`,
    );
    const ended = 'FROM segment WHERE session_id = ? AND last_sequence < ?';
    this.#endedCount = db.prepare<[number, number], number>(`SELECT count(*) ${ended}`).pluck();
    this.#ended = db.prepare<[number, number], SegmentRow>(
      `SELECT ${ROW} ${ended} ORDER BY last_sequence DESC LIMIT ${TOLD_BEFORE}`,
    );
    this.#goingOn = db.prepare<[number, number], SegmentRow>(
      `SELECT ${ROW} FROM segment WHERE session_id = ? AND last_sequence >= ? ORDER BY last_sequence LIMIT ${TOLD_BEHIND + 1}`,
    );
  }

  list(sessionId: number): SegmentRow[] {
    return this.#list.all(sessionId);
  }

  /** Those around the event of a sequence, which need not be here. */
  around(sessionId: number, sequence: number): Neighbours {
    return {
      count: this.#endedCount.get(sessionId, sequence) ?? 0,
      before: this.#ended.all(sessionId, sequence).toReversed(),
      from: this.#goingOn.all(sessionId, sequence),
    };
  }

  /**
   * The segment of a number, packed; null when there is none. A small segment that was merged since it was listed is found
   * by its old number: as the one that holds its events.
   */
  packed(sessionId: number, number: number): Uint8Array | null {
    const found = this.#numbered.get(sessionId, number, number);
    if (found === undefined) return null;
    const [events, payloads] = [zstdDecompressSync(found.events), zstdDecompressSync(found.payloads)];
    if (this.#redactions.none) return packSegment(events, payloads);
    const told = Array.from(rawEvents(events, payloads), (raw) =>
      this.#redactions.toldIn(raw.event, raw.payloads),
    );
    return packSegment(events, Buffer.concat(told));
  }

  /** The event at a sequence of a session, which the volume may repeat of an earlier one; null when it is not there. */
  event(sessionId: number, sequence: number): StoredEvent | null {
    const place = this.#identify.get(sessionId, sequence);
    const found = place === undefined ? null : (this.#opened(place)?.at(sequence) ?? null);
    return found === null ? this.#repeated(sessionId, sequence) : this.#redactions.told(found);
  }

  #repeated(sessionId: number, sequence: number): StoredEvent | null {
    const carried = this.#carriedBy();
    const sid = carried.size === 0 ? undefined : this.#sidOf.get(sessionId);
    const found = sid === undefined ? undefined : carried.get(`${sid.toString('hex')}/${sequence}`);
    return found === undefined ? null : this.#redactions.told(readBody(bodyOf(found)));
  }

  /** What the volume repeats, by session and sequence: there once and for all when the volume begins. */
  #carriedBy(): ReadonlyMap<string, RawEvent> {
    this.#carried ??= new Map(
      [...carriedEvents(this.#db)].map((raw) => [
        `${Buffer.from(raw.event.session ?? []).toString('hex')}/${raw.event.sequence}`,
        raw,
      ]),
    );
    return this.#carried;
  }

  /** What free text searches of a statement beside its SQL. */
  textsOf({ session_id, number, ordinal, sequence, outcome_sequence }: StatementEvents): string[] {
    const answers = new Budget(SEARCHED_BYTES);
    const searched = new SearchedTexts();
    const intent = this.event(session_id, sequence);
    if (intent?.event.kind === 'statement' && ordinal === 0)
      this.#searchParameters(session_id, intent, searched);
    for (const stored of this.#keptFrom(session_id, sequence)) {
      const { event } = stored;
      if (outcome_sequence !== null && event.sequence > outcome_sequence) break;
      if (isAnswerTo(event, number, ordinal)) searchAnswer(stored, answers, searched);
      if (answers.cut && event.kind !== 'outcome' && outcome_sequence === null) break;
    }
    return searched.texts;
  }

  #searchParameters(sessionId: number, { event, payloads }: StoredEvent, searched: SearchedTexts): void {
    const own = payloads['parameters'];
    const boundAt = event.kind === 'statement' ? event.fields.boundAt : null;
    const bound = own ?? (boundAt === null ? null : this.event(sessionId, boundAt)?.payloads['parameters']);
    if (bound) searchParameters(bound, new Budget(SEARCHED_BYTES), searched);
  }

  /** The sequence of the first event of the segment before the one that holds a sequence, or of that one where it is the first. */
  before(sessionId: number, sequence: number): number {
    return this.#before.get(sessionId, sequence) ?? sequence;
  }

  /** The events of a session from a sequence on, in order. */
  *events(sessionId: number, from: number): Generator<StoredEvent> {
    for (const found of this.#from.iterate(sessionId, from)) {
      for (const stored of unpack(found))
        if (stored.event.sequence >= from) yield this.#redactions.told(stored);
    }
  }

  /** The same out of segments that are kept: several statements of one are looked at after each other. */
  *#keptFrom(sessionId: number, from: number): Generator<StoredEvent> {
    for (let at = from; ;) {
      const place = this.#identify.get(sessionId, at);
      const segment = place === undefined ? null : this.#opened(place);
      if (segment === null || segment.last < at) return;
      for (const stored of segment.from(at)) yield this.#redactions.told(stored);
      at = segment.last + 1;
    }
  }

  /** The events of a session from the segment that holds a sequence on, in order, without what stands beside them. */
  *heads(sessionId: number, from: number): Generator<Event> {
    for (const packed of this.#heads.iterate(sessionId, from)) yield* readHeads(zstdDecompressSync(packed));
  }

  #opened({ id, key }: Place): SegmentEvents | null {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.events;
    }
    const found = this.#holding.get(id);
    if (found === undefined) return null;
    const { raw } = found;
    const events = new SegmentEvents(
      zstdDecompressSync(found.events),
      zstdDecompressSync(found.payloads),
      this.#log,
    );
    this.#kept.set(key, { events, raw });
    this.#keptBytes += raw;
    for (const [oldest, old] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES || oldest === key) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= old.raw;
    }
    return events;
  }
}

function unpack({ events, payloads }: Found): Generator<StoredEvent> {
  return readSegment(zstdDecompressSync(events), zstdDecompressSync(payloads));
}
