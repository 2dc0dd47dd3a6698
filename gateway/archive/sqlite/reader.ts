/**
 * Reads an archive of SQLite volumes as one. Synchronous, for the process of its own that reader-process.ts gives it;
 * everything else asks through open.ts.
 */
import type { Page } from '../../../shared/api/page.ts';
import type { SessionSort } from '../../../shared/api/routes.ts';
import type {
  ArchiveInfo,
  Facets,
  SegmentRow,
  SessionId,
  SessionRow,
  StatementRow,
  Step,
} from '../../../shared/api/session.ts';
import { conjunctsOf, type Filter } from '../../../shared/filter/filter.ts';
import type { Subtree } from '../../../shared/recording/tree.ts';
import type { PageRequest, SegmentsAround, StatementsRequest } from '../archive.ts';
import type { LogEvidence, LogSegment, RedactionNote } from '../evidence.ts';
import { asking } from './asking.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { facetsOfAll, facetsOfMatching, type Archived } from './facets.ts';
import { Volumes, type OpenVolume } from './open-volumes.ts';
import { ProofReader } from './proof-reader.ts';
import { toSessionId } from './session-reader.ts';
import { isMeant, sessionPage } from './session-lists.ts';
import { joinedRow, partsOf, sessionsInParts, type Part } from './session-parts.ts';
import { isLooseFilter, Looks } from './looks.ts';
import { newestStatements, statementsOfSession } from './statement-lists.ts';
import { outlineFrom } from './outline-reader.ts';
import { recordingKey } from './recording-key.ts';
import { TOLD_BEFORE, TOLD_BEHIND } from './segment-reader.ts';
import { stepsFrom } from './step-reader.ts';

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
  /** Statements whose words are not searchable yet. */
  readonly behind: number;
}

const now = (): number => performance.now();

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
      behind: sum(totals, (total) => total.behind),
      foreign: null,
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

  sessions(request: PageRequest & { readonly sort: SessionSort }): Page<SessionRow> {
    const { volumes, inParts } = this.#archived();
    const total = isEverything(request.filter)
      ? sum(volumes, (volume) => volume.run(() => totalOf(volume)).sessions)
      : null;
    return sessionPage(volumes, inParts, request, { total, now });
  }

  statements(request: StatementsRequest): Page<StatementRow> {
    const { volumes } = this.#archived();
    if (request.session === undefined) return newestStatements(volumes, request, now);
    return statementsOfSession(volumes, partsOf(volumes, request.session), request, now);
  }

  facets(filter: Filter): Facets {
    const archived = this.#archived();
    if (isEverything(filter)) return facetsOfAll(archived);
    const { volumes } = archived;
    const ask = asking(filter);
    const looks = new Looks(volumes, filter, ask, now);
    return facetsOfMatching(archived, {
      ask,
      now,
      isMeant: isLooseFilter(filter) ? (parts) => isMeant(looks, parts) : null,
    });
  }

  session(id: SessionId): SessionRow | null {
    return joinedRow(this.#partsOf(id));
  }

  steps(
    id: SessionId,
    request: {
      readonly after?: string | undefined;
      readonly from?: number | undefined;
      readonly limit: number;
    },
  ): Page<Step> {
    const read = readCursor('steps', ['number'], request.after);
    const from = read === null ? (request.from ?? 0) : Number(read[0]);
    const { items, next } = stepsFrom(this.#partsOf(id), from, request.limit);
    return { items, next: next === null ? null : writeCursor('steps', [next]), total: null };
  }

  outline(id: SessionId, from: number, steps: number): Uint8Array {
    return outlineFrom(this.#partsOf(id), from, steps);
  }

  recordingKey(id: SessionId): string {
    return recordingKey(this.#partsOf(id));
  }

  segments(id: SessionId): SegmentRow[] {
    const parts = this.#partsOf(id);
    return parts.flatMap(({ volume, id: session }) =>
      volume
        .run(() => volume.segments.list(session))
        .map((row) => Object.assign(row, { number: row.number + offsetOf(parts, volume) })),
    );
  }

  segmentsAround(id: SessionId, sequence: number): SegmentsAround {
    const parts = this.#partsOf(id);
    const found = parts.map(({ volume, id: session }) => {
      const { count, before, from } = volume.run(() => volume.segments.around(session, sequence));
      const numbered = (row: SegmentRow): SegmentRow => ({
        ...row,
        number: row.number + offsetOf(parts, volume),
      });
      return { count, before: before.map(numbered), from: from.map(numbered) };
    });
    const before = found.flatMap((part) => part.before).slice(-TOLD_BEFORE);
    const from = found.flatMap((part) => part.from).slice(0, TOLD_BEHIND + 1);
    const count = sum(found, (part) => part.count);
    return { first: count - before.length, items: [...before, ...from] };
  }

  segment(id: SessionId, number: number): Uint8Array | null {
    const parts = this.#partsOf(id);
    const offset = number - (number % SEGMENT_NUMBERS);
    const part = parts.find(({ volume }) => offsetOf(parts, volume) === offset);
    if (part === undefined) return null;
    return part.volume.run(() => part.volume.segments.packed(part.id, number - offset));
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

  /** The volumes as of now, each told what became of its sessions that go on in a later one. */
  #archived(): Archived {
    const volumes = this.#volumes.current();
    return { volumes, inParts: sessionsInParts(volumes) };
  }

  #partsOf(id: SessionId): Part[] {
    return partsOf(this.#volumes.current(), id);
  }
}

/** Numbers of the segments of one volume; those of the next go on behind them. */
const SEGMENT_NUMBERS = 2 ** 32;

/** What is added to the numbers of a volume's segments, so that they ascend through the parts of a session. */
function offsetOf(parts: readonly Part[], volume: OpenVolume): number {
  const [first] = parts;
  return first === undefined ? 0 : (volume.start.number - first.volume.start.number) * SEGMENT_NUMBERS;
}

function totalOf({ db }: OpenVolume): Total {
  const total = db
    .prepare<[], Total>(
      `SELECT t.events, t.statements, t.sessions, t.first_time AS first, t.last_time AS last,
         max(t.statements - s.statements, 0) AS behind FROM total t JOIN searchable s ON s.id = t.id`,
    )
    .get();
  return total ?? { events: 0, statements: 0, sessions: 0, first: null, last: null, behind: 0 };
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
