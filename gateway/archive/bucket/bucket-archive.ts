/**
 * Reads an archive in a bucket: each question has the volumes fetched first that it needs, and is then asked of the ordinary reader
 * over those that are here. An answer is given only when no volume that is not here could change it, or says so itself.
 */
import type { Page } from '../../../shared/api/page.ts';
import type { SessionId, SessionRow } from '../../../shared/api/session.ts';
import { conjunctsOf, type Filter } from '../../../shared/filter/filter.ts';
import type { ArchiveReader } from '../archive.ts';
import type { LogEvidence } from '../evidence.ts';
import { readCursor } from '../cursor.ts';
import { joinedRows } from '../sqlite/joined-rows.ts';
import { openArchive } from '../sqlite/open.ts';
import { type BucketOptions, BucketVolumes } from './bucket-volumes.ts';
import { type Asked, asksOutcome, mayMatch } from './candidates.ts';
import type { PutVolume } from './manifest.ts';
import { printPlace } from './place.ts';
import { mayHoldSession } from './summary.ts';

/** Facets of volumes that are not here are counted too where these are no more bytes together; else counts say "at least". */
const FACETS_FETCH_BYTES = 256 << 20;

/** Opens the archive. Rejects with ArchiveError, REFUSED where no trusted key signed its manifests. */
export async function openBucket(options: BucketOptions): Promise<ArchiveReader> {
  await using opened = new AsyncDisposableStack();
  const volumes = opened.use(await BucketVolumes.open(options));
  const reader = await openArchive(volumes.folder);
  opened.defer(() => reader.close());
  const bucket = new BucketReader(volumes, reader);
  const stack = opened.move();
  const ofLog = <A extends readonly unknown[], T>(ask: (log: string, ...args: A) => Promise<T>) => {
    return (log: string, ...args: A) =>
      volumes.answering(async () => {
        await volumes.need(volumes.of(log));
        return ask(log, ...args);
      });
  };
  const ofSession = <A extends readonly unknown[], T>(ask: (id: SessionId, ...args: A) => Promise<T>) => {
    return (id: SessionId, ...args: A) =>
      volumes.answering(async () => {
        await volumes.need(await bucket.withSession(id));
        return ask(id, ...args);
      });
  };
  return {
    info: () => bucket.info(printPlace(options.place)),
    sessions: (request) => volumes.answering(() => bucket.sessions(request)),
    statements: (request) => volumes.answering(() => bucket.statements(request)),
    facets: (filter, signal) => volumes.answering(() => bucket.facets(filter, signal)),
    session: (id) => volumes.answering(() => bucket.session(id)),
    steps: ofSession((id, request) => reader.steps(id, request)),
    outline: ofSession((id, from, steps) => reader.outline(id, from, steps)),
    recordingKey: ofSession((id) => reader.recordingKey(id)),
    segments: ofSession((id) => reader.segments(id)),
    segmentsAround: ofSession((id, sequence) => reader.segmentsAround(id, sequence)),
    segment: ofSession((id, number) => reader.segment(id, number)),
    // What comes to a bucket is whole volumes, hours after it happened: nobody follows that live.
    changedSince: async () => [],
    logs: () => volumes.answering(() => bucket.logs()),
    logSegments: ofLog((log) => reader.logSegments(log)),
    logSegment: ofLog((log, segment) => reader.logSegment(log, segment)),
    subtrees: ofLog((log, subtrees) => reader.subtrees(log, subtrees)),
    cosigned: ofLog((log, index) => reader.cosigned(log, index)),
    redactions: ofLog((log) => reader.redactions(log)),
    close: () => stack.disposeAsync(),
  };
}

class BucketReader {
  readonly #volumes: BucketVolumes;
  readonly #reader: ArchiveReader;

  constructor(volumes: BucketVolumes, reader: ArchiveReader) {
    this.#volumes = volumes;
    this.#reader = reader;
  }

  async info(path: string): ReturnType<ArchiveReader['info']> {
    await this.#volumes.refresh();
    const { all, fetching } = this.#volumes;
    return {
      path,
      volumes: all.length,
      sessions: sum(all, ({ sessions }) => sessions),
      statements: sum(all, ({ statements }) => statements),
      events: sum(all, ({ first, next }) => next - first),
      first: all.length === 0 ? null : Math.min(...all.map(({ from }) => from)),
      last: all.length === 0 ? null : Math.max(...all.map(({ to }) => to)),
      behind: 0,
      foreign: null, // a key that is trusted here signed what every volume is
      ...(fetching !== null && { fetching }),
    };
  }

  async statements(
    request: Parameters<ArchiveReader['statements']>[0],
  ): ReturnType<ArchiveReader['statements']> {
    const { filter, session } = request;
    if (session !== undefined) {
      await this.#volumes.need(await this.withSession(session));
      return this.#reader.statements(request);
    }
    const candidates = await this.#candidates(filter, 'statements');
    // A place by number is counted from the newest on.
    if ((request.at ?? 0) > 0) await this.#volumes.need(candidates);
    const timeAt = (cursor: string) =>
      timeIn(readCursor('statements', ['number', 'string', 'number'], cursor));
    return this.#newestFirst(candidates, {
      ask: () => this.#reader.statements(request),
      timeAt,
      since: request.after === undefined ? Infinity : timeAt(request.after),
    });
  }

  async sessions(request: Parameters<ArchiveReader['sessions']>[0]): ReturnType<ArchiveReader['sessions']> {
    const { filter, sort } = request;
    const candidates = await this.#candidates(filter, 'sessions');
    // In any other order the first may be anywhere, and what it is sorted by is told by all its parts.
    if (sort !== '-started') await this.#volumes.need(await this.#withParts(candidates));
    const page = await this.#newestFirst(candidates, {
      ask: () => this.#reader.sessions(request),
      timeAt: (cursor) => timeIn(readCursor(`sessions ${sort}`, ['number?', 'string', 'number'], cursor)),
      since: Infinity, // one that began earlier may go on, and match, in any later volume
    });
    const isAll = conjunctsOf(filter).length === 0;
    const total = isAll ? sum(this.#volumes.all, ({ sessions }) => sessions) : page.total;
    return { ...page, items: await Promise.all(page.items.map((row) => this.#whole(row))), total };
  }

  /** Of a session that lies in several volumes, their summaries tell all without being fetched. */
  async session(id: SessionId): Promise<SessionRow | null> {
    const told = await this.#told(id);
    if (told !== null) return told;
    await this.#volumes.need(await this.withSession(id));
    return this.#reader.session(id);
  }

  async #whole(row: SessionRow): Promise<SessionRow> {
    return (await this.#told(row.id)) ?? row;
  }

  async #told(wanted: SessionId): Promise<SessionRow | null> {
    const parts = await this.#parts();
    return joinedRows(parts.flatMap(({ inParts }) => inParts.filter(({ id }) => id === wanted)));
  }

  /** Over what is here, and little more. */
  async facets(filter: Filter, signal?: AbortSignal): ReturnType<ArchiveReader['facets']> {
    const candidates = await this.#withParts(await this.#candidates(filter, 'sessions'));
    const missing = candidates.filter((volume) => !this.#volumes.has(volume));
    const all = sum(missing, ({ bytes }) => bytes) <= FACETS_FETCH_BYTES;
    if (all) await this.#volumes.need(missing);
    const facets = await this.#reader.facets(filter, signal);
    return { ...facets, whole: facets.whole && all };
  }

  /** Told by manifests and summaries alone. */
  logs(): Promise<LogEvidence[]> {
    return Promise.all(
      this.#volumes.logs.map(async ({ log, volumes }) => ({
        log,
        volumes: await Promise.all(
          volumes.map(async (volume) => {
            const { name: file, first, next, seal } = volume;
            const { checkpoint } = await this.#volumes.summary(volume);
            return { file, first, next, seal, checkpoint };
          }),
        ),
      })),
    );
  }

  /** The volumes that a session lies in. */
  async withSession(id: string): Promise<PutVolume[]> {
    const found = await Promise.all(
      this.#volumes.all.map(async (volume) =>
        mayHoldSession(await this.#volumes.summary(volume), id) ? [volume] : [],
      ),
    );
    return found.flat();
  }

  /** The volumes in which something may match. */
  async #candidates(filter: Filter, list: Asked['list']): Promise<readonly PutVolume[]> {
    const { all } = this.#volumes;
    if (conjunctsOf(filter).length === 0) return all;
    const found = await Promise.all(
      all.map(async (volume) => {
        const asked = { list, isLast: this.#volumes.isLast(volume) };
        return mayMatch(filter, volume, await this.#volumes.summary(volume), asked) ? [volume] : [];
      }),
    );
    // How a session ended is told by the last volume it lies in.
    return asksOutcome(filter.root) ? this.#withParts(found.flat()) : found.flat();
  }

  /** With the other volumes that sessions of these lie in. */
  async #withParts(volumes: readonly PutVolume[]): Promise<readonly PutVolume[]> {
    const ids = new Set<string>();
    for (const { volume, inParts } of await this.#parts())
      if (volumes.includes(volume)) for (const { id } of inParts) ids.add(id);
    const parts = (await this.#parts()).filter(({ inParts }) => inParts.some(({ id }) => ids.has(id)));
    return [...new Set([...volumes, ...parts.map(({ volume }) => volume)])];
  }

  /** What each volume has of sessions that lie in several, in the order of the volumes. */
  #parts(): Promise<{ readonly volume: PutVolume; readonly inParts: readonly SessionRow[] }[]> {
    const told = async (volume: PutVolume) => {
      const { inParts } = await this.#volumes.summary(volume);
      return { volume, inParts };
    };
    return Promise.all(this.#volumes.all.map(told));
  }

  /**
   * A page of what is listed newest first: volumes are fetched from the newest back until none that is missing could hold
   * something before the page's end.
   */
  async #newestFirst<T>(
    candidates: readonly PutVolume[],
    { ask, timeAt, since }: NewestFirst<T>,
  ): Promise<Page<T>> {
    const newest = candidates.filter(({ from }) => from <= since).toSorted((a, b) => b.to - a.to);
    for (;;) {
      const page = await ask();
      const end = page.next === null ? -Infinity : timeAt(page.next);
      const next = newest.find((volume) => volume.to >= end && !this.#volumes.has(volume));
      // How many there are in all is known only where all were looked at.
      if (next === undefined)
        return candidates.every((volume) => this.#volumes.has(volume)) ? page : { ...page, total: null };
      await this.#volumes.need([next]);
    }
  }
}

/** A list that is asked for newest first. */
interface NewestFirst<T> {
  readonly ask: () => Promise<Page<T>>;
  /** The time of the place that a cursor stands for, µs. */
  readonly timeAt: (cursor: string) => number;
  /** The page holds nothing of volumes that began later, µs. */
  readonly since: number;
}

function timeIn(place: readonly (string | number | null)[] | null): number {
  return Number(place?.[0] ?? -Infinity);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
