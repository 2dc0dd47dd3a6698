/** The local archive's writer: takes the events of one log in order and keeps them, with their projections, in a volume. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { readBody, readSegment, type StoredEvent } from '../../../shared/recording/record.ts';
import { ArchiveError, type ArchiveWriter, type FactsOf } from '../archive.ts';
import { Dictionaries } from './dictionaries.ts';
import { LOG_SESSION, openForWriting, VOLUME_SUFFIX } from './schema.ts';
import { SegmentStore, type SessionSegments } from './segments.ts';
import { SessionRows, type StoredSession } from './session-rows.ts';
import { SessionWriter, type VolumeParts } from './session-writer.ts';
import { StatementRows } from './statement-rows.ts';

/** `path` is the archive's folder, made when absent. */
export interface WriterOptions {
  readonly path: string;
  readonly factsOf: FactsOf;
}

/** Opens the archive for writing; throws {@link ArchiveError}. */
export function openSqliteWriter(options: WriterOptions): ArchiveWriter {
  const volumes = new Map<string, VolumeWriter>();
  let latest: VolumeWriter | null = null;
  const volumeOf = (log: Uint8Array): VolumeWriter => {
    // One spool, one log: nearly always the same as before.
    if (latest?.isOf(log) === true) return latest;
    latest = find(log);
    return latest;
  };
  const find = (log: Uint8Array): VolumeWriter => {
    const name = Buffer.from(log).toString('hex');
    const open = volumes.get(name);
    if (open !== undefined) return open;
    makeFolder(options.path);
    const volume = new VolumeWriter(
      openForWriting(join(options.path, name + VOLUME_SUFFIX)),
      log,
      options.factsOf,
    );
    volumes.set(name, volume);
    return volume;
  };
  return {
    watermark: (log) => volumeOf(log).next,
    append(body) {
      const stored = readBody(body);
      volumeOf(stored.event.log).append(stored, body);
    },
    commit() {
      for (const volume of volumes.values()) volume.commit();
    },
    close() {
      for (const volume of volumes.values()) volume.close();
      volumes.clear();
      latest = null;
    },
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const what = existsSync(path) ? 'is a file, not a folder of volumes' : 'cannot be made';
    throw new ArchiveError('NOT_AN_ARCHIVE', `${path} ${what}; name another folder as archive`, { cause });
  }
}

/** What a volume holds in all. */
interface Total {
  events: number;
  first_time: number | null;
  last_time: number | null;
}

/** Writes one volume; a transaction is open from the first event after a commit. */
class VolumeWriter {
  readonly #db: Database.Database;
  readonly #log: Buffer;
  readonly #logId: number;
  readonly #sessionRows: SessionRows;
  readonly #segmentStore: SegmentStore;
  readonly #parts: VolumeParts;
  readonly #logSegments: SessionSegments;
  readonly #sessions = new Map<string, SessionWriter>();
  readonly #dirty = new Set<SessionWriter>();
  readonly #setLog;
  readonly #setTotal;
  /** Of the file at its path when it was opened. */
  readonly #inode: number;
  #next: number;
  readonly #total: Total;
  #open = false;

  constructor(db: Database.Database, log: Uint8Array, factsOf: FactsOf) {
    this.#db = db;
    this.#inode = statSync(db.name).ino;
    this.#log = Buffer.from(log);
    this.#sessionRows = new SessionRows(db);
    this.#segmentStore = new SegmentStore(db);
    this.#parts = {
      sessions: this.#sessionRows,
      statements: new StatementRows(db),
      dictionaries: new Dictionaries(db),
      factsOf,
      storedText: textReader(db),
    };
    db.prepare('INSERT OR IGNORE INTO log (log, next, last_time) VALUES (?, 0, 0)').run(log);
    const row = db
      .prepare<[Uint8Array], { id: number; next: number }>('SELECT id, next FROM log WHERE log = ?')
      .get(log);
    if (row === undefined) throw new ArchiveError('DAMAGED', `${db.name}: the log has no row`);
    this.#logId = row.id;
    this.#next = row.next;
    this.#total = db.prepare<[], Total>('SELECT events, first_time, last_time FROM total').get() ?? {
      events: 0,
      first_time: null,
      last_time: null,
    };
    this.#logSegments = this.#segmentStore.of(LOG_SESSION);
    this.#setLog = db.prepare('UPDATE log SET next = ?, last_time = ? WHERE id = ?');
    this.#setTotal = db.prepare(
      `UPDATE total SET events = ?, statements = (SELECT coalesce(max(id), 0) FROM statement), sessions = (SELECT coalesce(max(id), 0) FROM session), first_time = ?, last_time = ?`,
    );
  }

  isOf(log: Uint8Array): boolean {
    return this.#log.equals(log);
  }

  /** Index of the next event this volume expects. */
  get next(): number {
    return this.#next;
  }

  append(stored: StoredEvent, body: Uint8Array): void {
    const { event } = stored;
    if (event.index < this.#next) return;
    if (event.index > this.#next) {
      throw new ArchiveError(
        'DAMAGED',
        `${this.#db.name} expects event ${this.#next} of its log and got ${event.index}: events between are missing`,
      );
    }
    if (!this.#open) this.#begin();
    if (event.session === null) this.#ofLog(stored, body);
    else {
      const session = this.#session(event.session, stored);
      session.segments.add(body, event.sequence, event.index);
      session.apply(stored);
      this.#dirty.add(session);
    }
    this.#next = event.index + 1;
    this.#total.events++;
    this.#total.first_time ??= event.time;
    this.#total.last_time = event.time;
  }

  commit(): void {
    if (!this.#open) return;
    for (const session of this.#dirty) session.commit(this.#total.events);
    this.#dirty.clear();
    this.#parts.statements.flush();
    for (const [key, session] of this.#sessions) if (session.closed) this.#sessions.delete(key);
    this.#logSegments.flush();
    this.#setLog.run(this.#next, this.#total.last_time ?? 0, this.#logId);
    this.#setTotal.run(this.#total.events, this.#total.first_time, this.#total.last_time);
    this.#db.exec('COMMIT');
    this.#open = false;
    this.#mustBeThere();
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

  /** Closes the file; what was not committed is gone and will be shipped again. */
  close(): void {
    if (this.#open) this.#db.exec('ROLLBACK');
    this.#db.close();
  }

  #begin(): void {
    this.#db.exec('BEGIN IMMEDIATE');
    this.#open = true;
  }

  #ofLog(stored: StoredEvent, body: Uint8Array): void {
    const { event } = stored;
    this.#logSegments.add(body, event.index, event.index);
    if (event.kind !== 'logOpened' && event.kind !== 'recovered') return;
    // Sessions belong to one run of a gateway: whatever was live before has ended, and nobody recorded how.
    for (const session of this.#sessions.values()) session.commit(this.#total.events);
    this.#dirty.clear();
    this.#sessions.clear();
    this.#sessionRows.abandon(this.#logId, this.#total.events);
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
    const id = this.#sessionRows.open(sid, this.#logId, event.time, event.fields);
    return {
      id,
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
