/**
 * An archive as somebody sees it who has the right to some of its connections: the right is part of every question, so that pages, counts,
 * facets and places in lists are of theirs alone, and a session of another connection is answered for as one that is not there.
 */
import type { ArchiveReader, PageRequest } from '../../gateway/archive/archive.ts';
import type { ArchiveInfo, SessionId } from '../../shared/api/session.ts';
import { allOf, anyOf, type Expression, type Filter, termOf } from '../../shared/filter/filter.ts';

/** Sessions whose connection is remembered: it never changes. */
const MOST_REMEMBERED = 20_000;

/** Positions that are remembered for windows that come back. */
const MAX_POSITIONS = 512;

/** An id that no session has: what is asked of another's session is asked of this. */
const NOBODY = '0'.repeat(32) as SessionId;

/** An archive limited to some connections. */
export interface LimitedReader extends ArchiveReader {
  /** Whether a session is one of theirs. */
  sees(id: SessionId): Promise<boolean>;
}

export function limitedReader(reader: ArchiveReader, connections: ReadonlySet<string>): LimitedReader {
  const sight = new Sight(reader, [...connections]);
  const own = <R extends PageRequest>(request: R): R => ({
    ...request,
    filter: sight.within(request.filter),
  });
  const shown = async <T>(id: SessionId, ask: (id: SessionId) => Promise<T>): Promise<T> =>
    ask((await sight.sees(id)) ? id : NOBODY);
  // Each method is named: one that readers get later shows nothing here until somebody has thought of it.
  return {
    sees: (id) => sight.sees(id),
    info: () => sight.info(),
    sessions: (request) => reader.sessions(own(request)),
    statements: (request) =>
      request.session === undefined
        ? reader.statements(own(request))
        : // Of one session its own places are asked for, which a filter would hide.
          shown(request.session, (session) => reader.statements({ ...request, session })),
    facets: (filter, signal) => reader.facets(sight.within(filter), signal),
    session: (id) => shown(id, (asked) => reader.session(asked)),
    steps: (id, request) => shown(id, (asked) => reader.steps(asked, request)),
    outline: (id, from, steps) => shown(id, (asked) => reader.outline(asked, from, steps)),
    recordingKey: (id) => shown(id, (asked) => reader.recordingKey(asked)),
    segments: (id) => shown(id, (asked) => reader.segments(asked)),
    segmentsAround: (id, sequence) => shown(id, (asked) => reader.segmentsAround(asked, sequence)),
    segment: (id, number) => shown(id, (asked) => reader.segment(asked, number)),
    changedSince: (events) => sight.changedSince(events),
    // Hashes and signatures tell nothing of what was done, and prove what is taken out.
    logs: () => reader.logs(),
    logSegments: (log) => reader.logSegments(log),
    logSegment: (log, segment) => reader.logSegment(log, segment),
    subtrees: (log, subtrees) => reader.subtrees(log, subtrees),
    cosigned: (log, index) => reader.cosigned(log, index),
    redactions: (log) => reader.redactions(log),
    // It is others' too.
    close: () => Promise.resolve(),
  };
}

class Sight {
  readonly #reader: ArchiveReader;
  readonly #connections: readonly string[];
  readonly #seen = new Map<SessionId, boolean>();
  /** What was told, by what it told as the number of events. */
  readonly #positions = new Map<number, number>();
  #told: { readonly whole: number; readonly info: ArchiveInfo } | null = null;

  constructor(reader: ArchiveReader, connections: readonly string[]) {
    this.#reader = reader;
    this.#connections = connections;
  }

  within({ root }: Filter): Filter {
    return { root: allOf([root, anyOf(this.#connections.map(connectionIs))]) };
  }

  async sees(id: SessionId): Promise<boolean> {
    const known = this.#seen.get(id);
    if (known !== undefined) return known;
    const row = await this.#reader.session(id);
    const sees = row !== null && this.#connections.includes(row.connection);
    // One that is not there may come.
    if (row !== null) this.#seen.set(id, sees);
    if (this.#seen.size > MOST_REMEMBERED) this.#seen.clear();
    return sees;
  }

  /** The number of events is a position that grows when something of theirs does: how many there are would tell of others. */
  async info(): Promise<ArchiveInfo> {
    const whole = await this.#reader.info();
    const told = this.#told;
    if (told !== null && told.whole === whole.events) return told.info;
    const grew = told === null || (await this.#ownOf(await this.#reader.changedSince(told.whole))).length > 0;
    const info = grew ? await this.#counted(whole, told?.info.events ?? 0) : told.info;
    this.#told = { whole: whole.events, info };
    this.#positions.set(info.events, whole.events);
    const [oldest] = this.#positions.keys();
    if (this.#positions.size > MAX_POSITIONS && oldest !== undefined) this.#positions.delete(oldest);
    return info;
  }

  async changedSince(events: number): Promise<SessionId[]> {
    return this.#ownOf(await this.#reader.changedSince(this.#positions.get(events) ?? 0));
  }

  async #ownOf(ids: readonly SessionId[]): Promise<SessionId[]> {
    const own: SessionId[] = [];
    for (const id of ids) if (await this.sees(id)) own.push(id);
    return own;
  }

  async #counted(whole: ArchiveInfo, before: number): Promise<ArchiveInfo> {
    let [sessions, statements] = [0, 0];
    const times: number[] = [];
    for (const connection of this.#connections) {
      const filter: Filter = { root: connectionIs(connection) };
      const newest = await this.#reader.sessions({ filter, sort: '-started', at: 0, limit: 1 });
      const oldest = await this.#reader.sessions({ filter, sort: 'started', at: 0, limit: 1 });
      const listed = await this.#reader.statements({ filter, limit: 1 });
      sessions += newest.total ?? 0;
      statements += listed.total ?? 0;
      times.push(...oldest.items.map(({ started }) => started));
      times.push(...newest.items.map(({ started, ended }) => ended ?? started));
      times.push(...listed.items.map(({ time }) => time));
    }
    return {
      path: whole.path,
      volumes: 0,
      sessions,
      statements,
      events: Math.max(before + 1, statements),
      first: times.length === 0 ? null : Math.min(...times),
      last: times.length === 0 ? null : Math.max(...times),
      behind: whole.behind === 0 ? 0 : 1,
      foreign: null,
    };
  }
}

function connectionIs(connection: string): Expression {
  return termOf({ field: 'connection', comparison: '=', value: connection, range: [0, 0] });
}
