/** Follows one log through the volumes of a folder, event by event, with what lists show of its sessions and statements. */
import { statSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import type { SessionId, SessionRow, StatementRow } from '../../../shared/api/session.ts';
import { STATEMENT_STATUSES } from '../../../shared/recording/event.ts';
import { readSegment, type StoredEvent } from '../../../shared/recording/record.ts';
import { type Asked, askedOf, NOT_ASKED } from '../lines/asked.ts';
import { OpenVolume } from './open-volumes.ts';
import { withVolume } from './archive-events.ts';
import { openVolume } from './read-volume.ts';
import { volumeFilesOf } from './volume-files.ts';
import { readVolumeRow } from './volume-row.ts';

/** Raw bytes of unpacked segments kept from one window to the next: sessions that go on are in several. */
const KEPT_BYTES = 32 << 20;

/** Raw bytes unpacked at a time, beyond those of sessions that began before: rows are large, and of no use here. */
const MOST_RAW = 16 << 20;

/** Events of a session's beginning: who it is and where it went stands among them. */
const BEGINNING = 24;

/** What came since. */
export interface Followed {
  /** Events that are not in the folder any more, or not readable; null: none. */
  readonly gap: { readonly from: number; readonly to: number } | null;
  /** In the order of the log. */
  readonly events: readonly StoredEvent[];
  /** Where to go on. */
  readonly next: number;
}

/** A SQL statement by its place in its session. */
export interface StatementPlace {
  readonly session: SessionId;
  readonly statement: number;
  readonly ordinal: number;
}

/** What is known of a statement by now. */
export interface FollowedStatement {
  readonly row: StatementRow;
  readonly intent: StoredEvent | null;
  /** `described`: types of parameters as the server told them of a prepared statement, by its name. */
  asked(described: (name: string) => readonly number[]): Asked;
  /** What free text searches of it, and its text in normal form. */
  searched(): { readonly normalised: string; readonly texts: readonly string[] };
}

interface Window {
  readonly id: number;
  readonly key: string;
  readonly first: number;
  readonly last: number;
  readonly raw: number;
}

/** Statements behind one that did not end, however many: what an agent sends ahead of answers ends in its order, as a rule. */
const MOST_PIPELINED = 64;

const UNENDED = STATEMENT_STATUSES.indexOf('unknown');

export class LogFollower {
  readonly #folder: string;
  readonly #log: Uint8Array;
  #open: { readonly volume: OpenVolume; readonly first: number } | null = null;
  /** By session and sequences, of the volume that is open. */
  #kept = new Map<string, readonly StoredEvent[]>();

  /** `log` has 16 bytes. */
  constructor(folder: string, log: Uint8Array) {
    this.#folder = folder;
    this.#log = log;
  }

  /** The first index that the folder has of the log, and the one behind the last. Throws {@link ArchiveError}. */
  extent(): { readonly first: number; readonly next: number } {
    const files = this.#files();
    const last = files.at(-1);
    if (last === undefined) return { first: 0, next: 0 };
    const next = withVolume(last.path, (db) => readVolumeRow(db).next);
    return { first: files[0]?.first ?? 0, next };
  }

  /** The events from `from` on, of at most so many indexes; none where nothing came. Throws {@link ArchiveError}. */
  read(from: number, most: number): Followed {
    const files = this.#files();
    const at = files.findLastIndex(({ first }) => first <= from);
    const file = files[at];
    const following = files[at + 1];
    if (file === undefined)
      return following === undefined ? nothing(from) : missing(from, following.first, []);
    const volume = this.#opened(file);
    const { next } = volume.start;
    const until = Math.min(next, from + most);
    if (from >= next)
      return following === undefined || following.first <= from
        ? nothing(from)
        : missing(from, following.first, []);
    const { events, to } = volume.run(() => this.#window(volume, from, until));
    return events.length === to - from ? { gap: null, events, next: to } : missing(from, to, events);
  }

  /** Asks many things of the volume that was read last in one transaction: each by itself would lock the file anew. */
  atOnce<T>(ask: () => T): T {
    const volume = this.#open?.volume;
    return volume === undefined ? ask() : volume.run(() => volume.db.transaction(ask)());
  }

  /** A session of the volume that was read last; null where it is not in it. */
  session(id: SessionId): SessionRow | null {
    return this.#asking(null, (volume) => {
      const key = volume.sessions.idOf(id);
      return key === null ? null : (volume.sessions.rows([key]).get(key) ?? null);
    });
  }

  /** The events that a session began with. */
  beginningOf(id: SessionId): StoredEvent[] {
    return this.#asking([], (volume) => {
      const key = volume.sessions.idOf(id);
      if (key === null) return [];
      return Array.from({ length: BEGINNING }, (_, sequence) => volume.segments.event(key, sequence)).filter(
        (stored) => stored !== null,
      );
    });
  }

  /** Those of the places where there is a statement. */
  statements(places: readonly StatementPlace[]): FollowedStatement[] {
    return this.#asking([], (volume) => {
      const find = volume.db
        .prepare<[number, number, number], number>(
          'SELECT statement_id FROM statement_session WHERE session_id = ? AND number = ? AND ordinal = ?',
        )
        .pluck();
      return this.#statements(
        volume,
        places.map(({ session, statement, ordinal }) => {
          const key = volume.sessions.idOf(session);
          return key === null ? undefined : find.get(key, statement, ordinal);
        }),
      );
    });
  }

  /** How many SQL statements a text of a session held. */
  ordinals(session: SessionId, statement: number): number {
    return this.#asking(0, (volume) => {
      const key = volume.sessions.idOf(session);
      const count = volume.db
        .prepare<[number, number], number>(
          'SELECT count(*) FROM statement_session WHERE session_id = ? AND number = ?',
        )
        .pluck();
      return key === null ? 0 : (count.get(key, statement) ?? 0);
    });
  }

  /** The statements of a session of which no end was recorded. */
  unended(session: SessionId): FollowedStatement[] {
    return this.#asking([], (volume) => {
      const key = volume.sessions.idOf(session);
      if (key === null) return [];
      const latest = volume.db.prepare<[number], { id: number; status: number }>(
        `SELECT x.id, x.status FROM statement_session y CROSS JOIN statement x ON x.id = y.statement_id
         WHERE y.session_id = ? ORDER BY y.number DESC, y.ordinal DESC`,
      );
      const ids: number[] = [];
      let ended = 0;
      for (const { id, status } of latest.iterate(key)) {
        if (status === UNENDED) ids.unshift(id);
        else if (++ended > MOST_PIPELINED) break;
      }
      return this.#statements(volume, ids);
    });
  }

  close(): void {
    this.#open?.volume.db.close();
    this.#open = null;
    this.#kept.clear();
  }

  #statements(volume: OpenVolume, ids: readonly (number | undefined)[]): FollowedStatement[] {
    const known = ids.filter((id) => id !== undefined);
    const rows = volume.statements.rows(known);
    return known.flatMap((id) => {
      const row = rows.get(id);
      return row === undefined ? [] : [followed(volume, id, row)];
    });
  }

  #asking<T>(none: T, ask: (volume: OpenVolume) => T): T {
    const volume = this.#open?.volume;
    return volume === undefined ? none : volume.run(() => ask(volume));
  }

  #files() {
    return volumeFilesOf(this.#folder, this.#log).filter(
      ({ path }) => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0,
    );
  }

  /** One from which values were taken out is another file. */
  #opened({ path, first }: { readonly path: string; readonly first: number }): OpenVolume {
    const inode = statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
    const open = this.#open;
    if (open?.first === first && open.volume.inode === inode) return open.volume;
    this.close();
    const volume = new OpenVolume(openVolume(path), inode);
    this.#open = { volume, first };
    return volume;
  }

  /** In one transaction: small segments are merged while they are read. Fewer events than asked for where these are large. */
  #window(
    { db }: OpenVolume,
    from: number,
    until: number,
  ): { readonly events: StoredEvent[]; readonly to: number } {
    const find = db.prepare<[number, number], Window>(
      `SELECT id, session_id || '/' || first_sequence || '/' || last_sequence AS key, first_index AS first,
         last_index AS last, events_bytes + payloads_bytes AS raw
       FROM segment WHERE last_index >= ? AND first_index < ? ORDER BY first_index`,
    );
    const read = db.prepare<[number], { events: Buffer; payloads: Buffer }>(
      'SELECT events, payloads FROM segment WHERE id = ?',
    );
    const kept = new Map<string, readonly StoredEvent[]>();
    const inOne = db.transaction(() => {
      const { segments, to } = within(find.all(from, until), from, until);
      let keptBytes = 0;
      const found = segments.flatMap(({ id, key, last, raw }) => {
        const events = this.#kept.get(key) ?? unpacked(read.get(id));
        if (last >= to && (keptBytes += raw) <= KEPT_BYTES) kept.set(key, events);
        return events.filter(({ event: { index } }) => index >= from && index < to);
      });
      return { events: found.toSorted((a, b) => a.event.index - b.event.index), to };
    });
    const window = inOne();
    this.#kept = kept;
    return window;
  }
}

/** As many segments as are unpacked at a time; at least one that begins a new stretch. */
function within(
  segments: readonly Window[],
  from: number,
  until: number,
): { readonly segments: readonly Window[]; readonly to: number } {
  let raw = 0;
  for (const [i, segment] of segments.entries()) {
    raw += segment.raw;
    if (raw > MOST_RAW && segment.first > from) return { segments: segments.slice(0, i), to: segment.first };
  }
  return { segments, to: until };
}

function unpacked(segment: { readonly events: Buffer; readonly payloads: Buffer } | undefined) {
  return segment === undefined
    ? []
    : [...readSegment(zstdDecompressSync(segment.events), zstdDecompressSync(segment.payloads))];
}

function nothing(next: number): Followed {
  return { gap: null, events: [], next };
}

function missing(from: number, to: number, events: readonly StoredEvent[]): Followed {
  return { gap: { from, to }, events, next: to };
}

function followed(volume: OpenVolume, id: number, row: StatementRow): FollowedStatement {
  const key = volume.sessions.idOf(row.session);
  const at = (sequence: number | null) =>
    sequence === null || key === null ? null : volume.segments.event(key, sequence);
  const intent = at(row.sequence);
  return {
    row,
    intent,
    asked(described) {
      if (intent?.event.kind !== 'statement') return NOT_ASKED;
      const { parsedAt, boundAt, name } = intent.event.fields;
      const holders = { intent, prepared: at(parsedAt), bound: at(boundAt) };
      return askedOf(holders, name === null ? [] : described(name));
    },
    searched: () => volume.statements.searched(id),
  };
}
