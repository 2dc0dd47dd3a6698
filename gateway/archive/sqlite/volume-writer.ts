/** Writes one volume: the events of a log in order, the evidence beside them and their projections, a transaction at a time. */
import { statSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { readSegment, type StoredEvent } from '../../../shared/recording/record.ts';
import { ArchiveError, type FactsOf } from '../archive.ts';
import { checkpointOf, type StoredCheckpoint } from './checkpoints.ts';
import { Dictionaries } from './dictionaries.ts';
import type { LogKeys } from './log-signer.ts';
import { LOG_SESSION } from './schema.ts';
import { SegmentStore, type SessionSegments } from './segments.ts';
import { SessionRows, type StoredSession } from './session-rows.ts';
import { SessionWriter, type VolumeParts } from './session-writer.ts';
import { StatementRows } from './statement-rows.ts';
import { UsageCounts } from './usage-counts.ts';
import { readVolumeRow, type VolumeRow } from './volume-row.ts';
import { VolumeTree } from './volume-tree.ts';

/** What volumes are written with. */
export interface VolumeOptions extends LogKeys {
  readonly factsOf: FactsOf;
  /** Wall clock, µs since 1970. */
  readonly now: () => number;
}

/** What a volume holds in all. */
interface Total {
  events: number;
  first_time: number | null;
  last_time: number | null;
}

/** A transaction is open from the first event after a commit. */
export class VolumeWriter {
  readonly #db: Database.Database;
  readonly #options: VolumeOptions;
  readonly #row: VolumeRow;
  readonly #tree: VolumeTree;
  readonly #sessionRows: SessionRows;
  readonly #segmentStore: SegmentStore;
  readonly #parts: VolumeParts;
  readonly #logSegments: SessionSegments;
  readonly #sessions = new Map<string, SessionWriter>();
  readonly #dirty = new Set<SessionWriter>();
  readonly #setNext;
  readonly #setTotal;
  /** Of the file at its path when it was opened. */
  readonly #inode: number;
  #next: number;
  #lastTime: number;
  readonly #total: Total;
  #open = false;

  /** Goes on with a volume; throws {@link ArchiveError}. */
  constructor(db: Database.Database, options: VolumeOptions) {
    this.#db = db;
    this.#options = options;
    this.#inode = statSync(db.name).ino;
    this.#row = readVolumeRow(db);
    this.#next = this.#row.next;
    this.#lastTime = this.#row.last_time;
    this.#tree = new VolumeTree(db, this.#row, options);
    this.#sessionRows = new SessionRows(db);
    this.#segmentStore = new SegmentStore(db);
    const counts = new UsageCounts(db);
    this.#parts = {
      sessions: this.#sessionRows,
      statements: new StatementRows(db, counts),
      dictionaries: new Dictionaries(db),
      counts,
      factsOf: options.factsOf,
      storedText: textReader(db),
    };
    this.#total = db.prepare<[], Total>('SELECT events, first_time, last_time FROM total').get() ?? {
      events: 0,
      first_time: null,
      last_time: null,
    };
    this.#logSegments = this.#segmentStore.of(LOG_SESSION);
    this.#setNext = db.prepare('UPDATE volume SET next = ?, last_time = ? WHERE id = 1');
    this.#setTotal = db.prepare(
      `UPDATE total SET events = ?, statements = (SELECT coalesce(max(id), 0) FROM statement), sessions = (SELECT coalesce(max(id), 0) FROM session), first_time = ?, last_time = ?`,
    );
  }

  /** Index of the next event this volume expects. */
  get next(): number {
    return this.#next;
  }

  /** The newest checkpoint; null before the first. */
  get checkpoint(): StoredCheckpoint | null {
    return this.#tree.checkpoint;
  }

  /** Takes the event {@link next}. */
  append(stored: StoredEvent, body: Uint8Array): void {
    const { event } = stored;
    if (!this.#open) this.#begin();
    this.#tree.add(body);
    if (event.session === null) this.#ofLog(stored, body);
    else {
      const session = this.#session(event.session, stored);
      session.segments.add(body, event.sequence, event.index);
      session.apply(stored);
      this.#dirty.add(session);
    }
    this.#next = event.index + 1;
    this.#lastTime = event.time;
    this.#total.events++;
    this.#total.first_time ??= event.time;
    this.#total.last_time = event.time;
  }

  /** Makes all of it durable and visible, under a checkpoint. */
  commit(): void {
    if (!this.#open) return;
    for (const session of this.#dirty) session.commit(this.#total.events);
    this.#dirty.clear();
    this.#parts.statements.flush();
    this.#parts.counts.flush();
    const ended = [...this.#sessions].filter(([, session]) => session.closed);
    for (const [key] of ended) this.#sessions.delete(key);
    this.#logSegments.flush();
    this.#tree.commit(this.#options.now(), ended.length > 0);
    this.#setNext.run(this.#next, this.#lastTime);
    this.#setTotal.run(this.#total.events, this.#total.first_time, this.#total.last_time);
    this.#db.exec('COMMIT');
    this.#open = false;
    this.#mustBeThere();
  }

  /** Gives it other keys to sign with. */
  rekey(keys: LogKeys): void {
    this.#tree.signer.rekey(keys);
  }

  /** Keeps a checkpoint of this volume with the signatures that others added; one of an earlier volume is passed over. */
  keepCheckpoint(note: string): void {
    const size = checkpointOf(note)?.size ?? 0;
    if (size <= this.#row.first || size > this.#next || this.#open) return;
    this.#tree.keep(note, this.#options.now());
  }

  /** Closes the file; what was not committed is gone and will be shipped again. */
  close(): void {
    if (this.#open) this.#db.exec('ROLLBACK');
    this.#db.close();
  }

  /** What was written to a file that was moved or removed is nowhere: the spool must keep it, and somebody must know. */
  #mustBeThere(): void {
    const { name } = this.#db;
    if (statSync(name, { throwIfNoEntry: false })?.ino === this.#inode) return;
    throw new ArchiveError(
      'DAMAGED',
      `${name} was moved or removed while the gateway writes it; stop the gateway, put the file back and start again: what it lacks waits in the spool`,
    );
  }

  #begin(): void {
    this.#db.exec('BEGIN IMMEDIATE');
    this.#open = true;
  }

  #ofLog(stored: StoredEvent, body: Uint8Array): void {
    const { event } = stored;
    this.#logSegments.add(body, event.index, event.index);
    if (event.kind === 'signingKey') this.#tree.signer.keyed(event.fields);
    if (event.kind !== 'logOpened' && event.kind !== 'recovered') return;
    // Sessions belong to one run of a gateway: whatever was live before has ended, and nobody recorded how.
    for (const session of this.#sessions.values()) session.commit(this.#total.events);
    this.#dirty.clear();
    this.#sessions.clear();
    this.#sessionRows.abandon(this.#total.events);
  }

  #session(sid: Uint8Array, stored: StoredEvent): SessionWriter {
    const key = String.fromCharCode(...sid);
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const row = this.#sessionRows.find(sid) ?? this.#newSession(sid, stored);
    const session = new SessionWriter(row, this.#segmentStore.of(row.id), this.#parts);
    this.#sessions.set(key, session);
    return session;
  }

  #newSession(sid: Uint8Array, { event }: StoredEvent): StoredSession {
    if (event.kind !== 'sessionOpened') {
      throw new ArchiveError(
        'DAMAGED',
        `${this.#db.name}: event ${event.index} belongs to a session that was never opened`,
      );
    }
    const id = this.#sessionRows.open(sid, event.time, event.fields);
    return {
      id,
      carried: 0,
      token_id: null,
      job_id: null,
      provenance: null,
      statements: 0,
      rows: 0,
      errors: 0,
      bytes: 0,
      events: 0,
      denied: 0,
      held: 0,
      masked: 0,
    };
  }
}

/** Reads the SQL text of a stored event back from its segment. */
function textReader(db: Database.Database): (sessionId: number, sequence: number) => Uint8Array | null {
  const find = db.prepare<[number, number], { events: Buffer; payloads: Buffer }>(
    'SELECT events, payloads FROM segment WHERE session_id = ? AND last_sequence >= ? ORDER BY last_sequence LIMIT 1',
  );
  return (sessionId, sequence) => {
    const segment = find.get(sessionId, sequence);
    if (segment === undefined) return null;
    for (const { event, payloads } of readSegment(
      zstdDecompressSync(segment.events),
      zstdDecompressSync(segment.payloads),
    )) {
      if (event.sequence !== sequence) continue;
      return payloads['text'] ?? null;
    }
    return null;
  };
}
