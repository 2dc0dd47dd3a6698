/** The sessions of a volume while it is written: who is open, who goes on, and what is needed for it. */
import type Database from 'better-sqlite3';
import { readBody, type StoredEvent } from '../../../shared/recording/record.ts';
import { ArchiveError } from '../archive.ts';
import { carriedEvents } from './carried-rows.ts';
import { recalled } from './carry.ts';
import { bodyOf } from './raw-events.ts';
import { RedactionRows } from './redaction-rows.ts';
import type { SegmentStore } from './segments.ts';
import { SessionEvents } from './session-events.ts';
import { SessionMemory } from '../fold/session-memory.ts';
import type { SessionRows } from './session-rows.ts';
import type { StatementRows } from './statement-rows.ts';
import type { StoredSession } from '../fold/store.ts';
import { SessionWriter } from '../fold/session-writer.ts';
import type { VolumeParts } from '../fold/volume-parts.ts';
import type { TextIndex } from './text-index.ts';
import type { WithdrawnRows } from './withdrawn-rows.ts';

/** What sessions are written with, into the tables of a volume. */
type SqliteParts = VolumeParts & { readonly sessions: SessionRows; readonly statements: StatementRows };

/** Of a session whose opening was in a volume that is lost. */
const NOT_RECORDED = { connection: '', user: '', applicationName: '', clientAddress: '' } as const;

export class VolumeSessions {
  readonly #db: Database.Database;
  readonly #parts: SqliteParts;
  readonly #segments: SegmentStore;
  readonly #words: TextIndex;
  readonly #events: SessionEvents;
  readonly #redactions: RedactionRows;
  readonly #open = new Map<string, SessionWriter>();
  /** With events since the last commit. */
  readonly #dirty = new Set<SessionWriter>();

  /** `words` takes those of all statements. */
  constructor(
    db: Database.Database,
    parts: Omit<SqliteParts, 'storedText' | 'words'>,
    segments: SegmentStore,
    words: TextIndex,
  ) {
    this.#db = db;
    this.#words = words;
    this.#events = new SessionEvents(db);
    this.#redactions = new RedactionRows(db);
    this.#parts = { ...parts, words, storedText: this.#textsOf(db) };
    this.#segments = segments;
  }

  /** Takes the next event of a session. `first`: index of the volume's first event. */
  append(stored: StoredEvent, body: Uint8Array, sid: Uint8Array, first: number): void {
    const session = this.#session(sid, stored, first);
    session.segments.add(body, stored.event.sequence, stored.event.index);
    session.apply(stored);
    this.#dirty.add(session);
  }

  /** Takes what the volume repeats of the sessions that it goes on with. */
  repeat(): void {
    for (const raw of carriedEvents(this.#db)) {
      const stored = this.#redactions.told(readBody(bodyOf(raw)));
      const { event } = stored;
      if (event.session === null) continue;
      const session = this.#open.get(keyOf(event.session)) ?? this.#added(event.session, stored, true);
      if (session === null) continue;
      session.memory.note(event, raw.open);
      session.repeat(stored, { resumed: false, open: raw.open });
      this.#dirty.add(session);
    }
  }

  /** Stores what was taken; returns whether a session ended. `changed` is the volume's count of events. */
  commit(changed: number): boolean {
    for (const session of this.#dirty) this.#store(session, changed);
    this.#dirty.clear();
    const ended = [...this.#open].filter(([, session]) => session.closed);
    for (const [key] of ended) this.#open.delete(key);
    return ended.length > 0;
  }

  /** Sessions belong to one run of a gateway: whatever was live before has ended, and nobody recorded how. */
  abandon(changed: number): void {
    for (const session of this.#open.values()) {
      session.abandon();
      this.#store(session, changed);
    }
    this.#dirty.clear();
    this.#open.clear();
    this.#parts.sessions.abandon(changed);
  }

  /** The volume ends: what is open goes on in the next. Everything is stored before, and {@link commit} follows. */
  leave(withdrawn: WithdrawnRows, changed: number): void {
    const open = this.#parts.sessions
      .live()
      .map((sid) => this.#open.get(keyOf(sid)) ?? this.#found(sid))
      .filter((session) => session !== null);
    this.#parts.statements.flush();
    for (const session of open) {
      const unsettled = session.memory.unsettled();
      this.#words.forget(session.id, unsettled);
      session.leave(unsettled, withdrawn.withdraw(session.id, unsettled));
      session.segments.merge();
      this.#dirty.add(session);
    }
    this.#parts.sessions.leave(changed);
  }

  #store(session: SessionWriter, changed: number): void {
    session.commit(changed);
    const searchable = session.finishWords();
    if (searchable !== null) this.#words.mark(session.id, searchable);
    if (session.hasLostWords) this.#words.touched(session.id);
  }

  /** What is needed to go on with the sessions that are open, by their rows' ids. */
  memories(): Map<number, SessionMemory> {
    return new Map([...this.#open.values()].map(({ id, memory }) => [id, memory]));
  }

  #session(sid: Uint8Array, stored: StoredEvent, first: number): SessionWriter {
    const open = this.#open.get(keyOf(sid));
    if (open !== undefined) return open;
    const { kind, index } = stored.event;
    // Nearly every one that opens is new: its row is not looked for.
    const opened = kind === 'sessionOpened' ? this.#added(sid, stored, false) : null;
    const known = opened ?? this.#found(sid) ?? (first > 0 ? this.#added(sid, stored, true) : null);
    if (known !== null) return known;
    throw new ArchiveError(
      'DAMAGED',
      `${this.#db.name}: event ${index} belongs to a session that was never opened`,
    );
  }

  /** Null where the session has a row already. */
  #added(sid: Uint8Array, { event }: StoredEvent, carried: boolean): SessionWriter | null {
    const opening = event.kind === 'sessionOpened' ? event.fields : NOT_RECORDED;
    const row = this.#parts.sessions.open(sid, event.time, opening, carried);
    return row && this.#writer(sid, row, new SessionMemory());
  }

  /** A session that an earlier run of the shipper wrote; null when there is none. */
  #found(sid: Uint8Array): SessionWriter | null {
    const row = this.#parts.sessions.find(sid);
    if (row === undefined) return null;
    const key = { id: row.id, sid };
    const memory = recalled(this.#events, key);
    const session = this.#writer(sid, row, memory);
    const kept = memory.kept();
    for (const raw of this.#events.at(key, [...kept.keys()])) {
      const open = kept.get(raw.event.sequence) === true;
      session.repeat(this.#redactions.told(readBody(bodyOf(raw))), { resumed: true, open });
    }
    return session;
  }

  /** Reads the SQL text in the payload of an event; null when it is not there. */
  #textsOf(db: Database.Database): VolumeParts['storedText'] {
    const sidOf = db.prepare<[number], Uint8Array>('SELECT sid FROM session WHERE id = ?').pluck();
    return (id, sequence) => {
      const sid = sidOf.get(id);
      if (sid === undefined) return null;
      this.#open.get(keyOf(sid))?.segments.flush();
      const [raw] = this.#events.at({ id, sid }, [sequence]);
      return raw === undefined
        ? null
        : (this.#redactions.told(readBody(bodyOf(raw))).payloads['text'] ?? null);
    };
  }

  #writer(sid: Uint8Array, row: StoredSession, memory: SessionMemory): SessionWriter {
    const session = new SessionWriter(row, this.#segments.of(row.id), this.#parts, memory);
    this.#open.set(keyOf(sid), session);
    return session;
  }
}

/** Two bytes a character, spelled out: every event's session is looked up by it, and spreading costs ten times as much. */
function keyOf(sid: Uint8Array): string {
  const pair = (at: number) => ((sid[at] ?? 0) << 8) | (sid[at + 1] ?? 0);
  return String.fromCharCode(pair(0), pair(2), pair(4), pair(6), pair(8), pair(10), pair(12), pair(14));
}
