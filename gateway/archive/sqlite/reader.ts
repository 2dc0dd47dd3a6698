/**
 * Reads an archive of SQLite volumes as one. Synchronous, for the process of its own that reader-process.ts gives it;
 * everything else asks through open.ts.
 */
import type { Page } from '../../../shared/api/page.ts';
import type { SessionSort } from '../../../shared/api/routes.ts';
import type {
  ArchiveInfo,
  FacetField,
  Facets,
  FacetValue,
  SegmentRow,
  SessionId,
  SessionRow,
  StatementRow,
  Step,
} from '../../../shared/api/session.ts';
import { conjunctsOf, type Filter } from '../../../shared/filter/filter.ts';
import type { Subtree } from '../../../shared/recording/tree.ts';
import type { PageRequest } from '../archive.ts';
import type { LogEvidence, LogSegment, RedactionNote } from '../evidence.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { COUNTED_FIELDS, MatchingSessions } from './facet-query.ts';
import { queryOf } from './query.ts';
import type { OpenVolume } from './open-volumes.ts';
import { Volumes } from './open-volumes.ts';
import { ProofReader } from './proof-reader.ts';
import { comparePlaces, listSessions, type SessionPlace } from './session-query.ts';
import { compareStatements, listOfSession, listStatements, type StatementPlace } from './statement-query.ts';
import { toSessionId } from './rows.ts';

/** Values of one field that facets show. */
const FACET_VALUES = 50;

/** Bars of the histogram: one every dozen pixels of a wide window. */
const BUCKETS = 60;

/** Sessions told as changed at once; a client that was away longer asks for the list anew anyway. */
const MAX_CHANGED = 1000;

/** Positions of the live tail that are remembered per volume; there is one a commit while somebody watches. */
const MAX_POSITIONS = 512;

interface Total {
  readonly events: number;
  readonly statements: number;
  readonly sessions: number;
  readonly first: number | null;
  readonly last: number | null;
}

export class SqliteArchive {
  readonly #path: string;
  readonly #volumes: Volumes;
  readonly #proofs: ProofReader;
  /** For totals of events told by {@link info}: how many of them each volume held. */
  readonly #positions = new Map<number, ReadonlyMap<string, number>>();

  /** Opens the volume, or folder of volumes, at `path`; throws {@link ArchiveError}. */
  constructor(path: string) {
    this.#path = path;
    this.#volumes = new Volumes(path);
    this.#proofs = new ProofReader(() => this.#volumes.current());
  }

  close(): void {
    this.#volumes.close();
  }

  info(): ArchiveInfo {
    const volumes = this.#volumes.current();
    const totals = volumes.map((volume) => volume.run(() => totalOf(volume)));
    const events = sum(totals, (total) => total.events);
    this.#positions.set(events, new Map(volumes.map(({ name }, i) => [name, totals[i]?.events ?? 0])));
    const [oldest] = this.#positions.keys();
    if (this.#positions.size > MAX_POSITIONS && oldest !== undefined) this.#positions.delete(oldest);
    return {
      path: this.#path,
      volumes: volumes.length,
      sessions: sum(totals, (total) => total.sessions),
      statements: sum(totals, (total) => total.statements),
      events,
      first: least(totals.map((total) => total.first)),
      last: least(
        totals.map((total) => total.last),
        -1,
      ),
      behind: 0,
    };
  }

  /** A position that was never told here, or is long forgotten, stands for the start of every volume but an only one. */
  changedSince(events: number): SessionId[] {
    const volumes = this.#volumes.current();
    const known = this.#positions.get(events);
    return volumes
      .flatMap((volume) => {
        const position =
          known?.get(volume.name) ?? (known === undefined && volumes.length === 1 ? events : 0);
        return volume.run(() =>
          volume.db
            .prepare<[number, number], Buffer>(
              'SELECT sid FROM session WHERE changed > ? ORDER BY changed DESC LIMIT ?',
            )
            .pluck()
            .all(position, MAX_CHANGED),
        );
      })
      .map(toSessionId);
  }

  sessions({ filter, sort, after, limit }: PageRequest & { readonly sort: SessionSort }): Page<SessionRow> {
    const kind = `sessions ${sort}`;
    const read = readCursor(kind, ['number?', 'string', 'number'], after);
    const from = read === null ? null : ({ value: read[0], volume: read[1], id: read[2] } as SessionPlace);
    const volumes = this.#volumes.current();
    const places = volumes
      .flatMap((volume) =>
        volume.run(() => listSessions(volume, queryOf(volume.db, filter), sort, from, limit + 1)),
      )
      .toSorted((a, b) => comparePlaces(sort, a, b));
    const page = places.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.flatMap(({ volume, id }) => rowOf(volumes, volume, ({ rows }) => rows.session(id))),
      next: places.length > limit && last ? writeCursor(kind, [last.value, last.volume, last.id]) : null,
      total: isEverything(filter)
        ? sum(volumes, (volume) => volume.run(() => totalOf(volume)).sessions)
        : null,
    };
  }

  statements(request: PageRequest & { readonly session?: SessionId | undefined }): Page<StatementRow> {
    return request.session === undefined ? this.#newest(request) : this.#ofSession(request, request.session);
  }

  #newest({ filter, after, limit }: PageRequest): Page<StatementRow> {
    const read = readCursor('statements', ['number', 'string', 'number'], after);
    const from = read === null ? null : ({ time: read[0], volume: read[1], id: read[2] } as StatementPlace);
    const volumes = this.#volumes.current();
    const places = volumes
      .flatMap((volume) =>
        volume.run(() => listStatements(volume, queryOf(volume.db, filter), from, limit + 1)),
      )
      .toSorted(compareStatements);
    const page = places.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.flatMap(({ volume, id }) => rowOf(volumes, volume, ({ rows }) => rows.statement(id))),
      next:
        places.length > limit && last ? writeCursor('statements', [last.time, last.volume, last.id]) : null,
      total: isEverything(filter)
        ? sum(volumes, (volume) => volume.run(() => totalOf(volume)).statements)
        : null,
    };
  }

  #ofSession({ filter, after, limit }: PageRequest, session: SessionId): Page<StatementRow> {
    const read = readCursor('of session', ['number', 'number'], after);
    const from = read === null ? null : { number: Number(read[0]), ordinal: Number(read[1]) };
    const found = this.#find(session);
    if (found === null) return { items: [], next: null, total: 0 };
    const { volume, id } = found;
    return volume.run(() => {
      const listed = listOfSession(volume, queryOf(volume.db, filter), id, from, limit + 1);
      const page = listed.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.flatMap((place) => volume.rows.statement(place.id) ?? []),
        next: listed.length > limit && last ? writeCursor('of session', [last.number, last.ordinal]) : null,
        total: isEverything(filter) ? (volume.rows.session(id)?.statements ?? null) : null,
      };
    });
  }

  facets(filter: Filter): Facets {
    const matching = this.#volumes
      .current()
      .map((volume) =>
        volume.run(() => new MatchingSessions(volume, queryOf(volume.db, filter), !isEverything(filter))),
      );
    const spans = matching.map((sessions) => sessions.span());
    const first = least(spans.map((span) => span.first));
    const last = least(
      spans.map((span) => span.last),
      -1,
    );
    const width = Math.max(1, Math.ceil(((last ?? 0) - (first ?? 0) + 1) / BUCKETS));
    const counts: number[] = first === null ? [] : Array.from({ length: BUCKETS }, () => 0);
    for (const sessions of matching) if (first !== null) sessions.addTo(counts, first, width);
    const fields = COUNTED_FIELDS.map((field) => [field, facetOf(matching, field)] as const);
    return {
      fields: Object.fromEntries(fields) as Record<FacetField, FacetValue[]>,
      histogram: { from: first ?? 0, bucket: width, counts },
      total: sum(spans, (span) => span.total),
    };
  }

  session(id: SessionId): SessionRow | null {
    const found = this.#find(id);
    return found === null ? null : found.volume.run(() => found.volume.rows.session(found.id));
  }

  steps(
    id: SessionId,
    { after, limit }: { readonly after?: string | undefined; readonly limit: number },
  ): Page<Step> {
    const read = readCursor('steps', ['number'], after);
    const found = this.#find(id);
    if (found === null) return { items: [], next: null, total: null };
    const { items, next } = found.volume.run(() =>
      found.volume.steps.page(found.id, read === null ? 0 : Number(read[0]), limit),
    );
    return { items, next: next === null ? null : writeCursor('steps', [next]), total: null };
  }

  segments(id: SessionId): SegmentRow[] {
    const found = this.#find(id);
    return found === null ? [] : found.volume.run(() => found.volume.segments.list(found.id));
  }

  segment(id: SessionId, number: number): Uint8Array | null {
    const found = this.#find(id);
    return found === null ? null : found.volume.run(() => found.volume.segments.packed(found.id, number));
  }

  logs(): LogEvidence[] {
    return this.#proofs.logs();
  }

  logSegments(log: string): LogSegment[] {
    return this.#proofs.logSegments(log);
  }

  logSegment(log: string, segment: LogSegment): Uint8Array | null {
    return this.#proofs.logSegment(log, segment);
  }

  subtrees(log: string, subtrees: readonly Subtree[]): (Uint8Array | null)[] {
    return this.#proofs.subtrees(log, subtrees);
  }

  cosigned(log: string, index: number): string | null {
    return this.#proofs.cosigned(log, index);
  }

  redactions(log: string): RedactionNote[] {
    return this.#proofs.redactions(log);
  }

  #find(id: SessionId): { readonly volume: OpenVolume; readonly id: number } | null {
    for (const volume of this.#volumes.current()) {
      const found = volume.run(() => volume.rows.sessionId(id));
      if (found !== null) return { volume, id: found };
    }
    return null;
  }
}

function totalOf({ db }: OpenVolume): Total {
  const total = db
    .prepare<[], Total>(
      'SELECT events, statements, sessions, first_time AS first, last_time AS last FROM total',
    )
    .get();
  return total ?? { events: 0, statements: 0, sessions: 0, first: null, last: null };
}

function rowOf<T>(volumes: readonly OpenVolume[], name: string, read: (volume: OpenVolume) => T | null): T[] {
  const volume = volumes.find((candidate) => candidate.name === name);
  const row = volume?.run(() => read(volume)) ?? null;
  return row === null ? [] : [row];
}

function facetOf(matching: readonly MatchingSessions[], field: FacetField): FacetValue[] {
  const values = new Map<string, FacetValue>();
  for (const { value, provenance, count } of matching.flatMap((sessions) => sessions.counts(field))) {
    const key = `${provenance ?? ''} ${value}`;
    const all = count + (values.get(key)?.count ?? 0);
    values.set(key, provenance === null ? { value, count: all } : { value, count: all, provenance });
  }
  return [...values.values()]
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, FACET_VALUES);
}

function isEverything(filter: Filter): boolean {
  return conjunctsOf(filter).length === 0;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** The least of some numbers, or the greatest with `sign` -1; null when there is none. */
function least(numbers: readonly (number | null)[], sign: 1 | -1 = 1): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : sign * Math.min(...known.map((number) => sign * number));
}
