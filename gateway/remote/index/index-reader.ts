/**
 * Reads a store through its index: what lists and facets ask is answered by ClickHouse, what a session's events are asked by where
 * these lie. Nothing that the index says is evidence, and nothing is proved by it.
 */
import type { SessionId } from '../../../shared/api/session.ts';
import type { ArchiveReader } from '../../archive/archive.ts';
import { rowsOf, type Engine } from './engine.ts';
import { positionsOf } from './indexer.ts';
import type { PositionIndexRow, SessionIndexRow } from './rows.ts';
import { facetsOf } from './session-facets.ts';
import { listedSessions } from './session-lists.ts';
import { shownSession } from './shown-rows.ts';
import { newestStatements, statementsOfSession } from './statement-lists.ts';

/** Where events lie: everything of a reader that an index does not answer. */
export type EventSource = Omit<
  ArchiveReader,
  'sessions' | 'statements' | 'facets' | 'session' | 'changedSince'
>;

/** Positions of the live tail that are remembered: there is one a commit while somebody watches. */
const MAX_POSITIONS = 512;

/** Sessions told as changed at once; a client that was away longer asks for the list anew anyway. */
const MAX_CHANGED = 1000;

/** Opens what an index tells of the events in `source`; closing it closes both. */
export function openIndex(engine: Engine, source: EventSource): ArchiveReader {
  const told = new Told(engine);
  return {
    ...source,
    info: async () => ({ ...(await source.info()), ...(await told.totals()), behind: 0 }),
    sessions: (request) => listedSessions(engine, request),
    statements: (request) =>
      request.session === undefined
        ? newestStatements(engine, request)
        : statementsOfSession(engine, request),
    facets: (filter) => facetsOf(engine, filter),
    session: async (id) => {
      const [row] = await rowsOf<SessionIndexRow>(
        engine,
        'SELECT * FROM session WHERE id = {id:String} ORDER BY version DESC LIMIT 1',
        { id },
      );
      return row === undefined ? null : shownSession(row);
    },
    changedSince: (events) => told.changedSince(events),
    close: async () => {
      await source.close();
      await engine.close();
    },
  };
}

interface Totals {
  readonly sessions: number;
  readonly statements: number;
  readonly events: number;
  readonly first: number | null;
  readonly last: number | null;
}

/** What the index holds in all, and what it held when that was told before. */
class Told {
  readonly #engine: Engine;
  /** For totals of events that were told: how far each log was. */
  readonly #positions = new Map<number, ReadonlyMap<string, number>>();
  #last: { readonly stamp: string; readonly totals: Totals } | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async totals(): Promise<Totals> {
    const positions = await positionsOf(this.#engine);
    const stamp = positions.map(({ log, next }) => `${log} ${next}`).join();
    if (this.#last?.stamp === stamp) return this.#last.totals;
    const events = positions.reduce((sum, { next }) => sum + next, 0);
    this.#remember(events, positions);
    const [counted] = await rowsOf<{ sessions: number; statements: number }>(
      this.#engine,
      'SELECT count() AS sessions, sum(statements) AS statements FROM session FINAL',
    );
    const times = (of: (position: PositionIndexRow) => number | null) =>
      positions.map(of).filter((time) => time !== null);
    const totals: Totals = {
      sessions: counted?.sessions ?? 0,
      statements: counted?.statements ?? 0,
      events,
      first: least(times(({ first_time }) => first_time)),
      last: greatest(times(({ last_time }) => last_time)),
    };
    this.#last = { stamp, totals };
    return totals;
  }

  /** A position that was never told here, or is long forgotten, stands for the start of every log but an only one. */
  async changedSince(events: number): Promise<SessionId[]> {
    const positions = await positionsOf(this.#engine);
    const known = this.#positions.get(events);
    const changed: SessionId[] = [];
    for (const { log } of positions) {
      const since = known?.get(log) ?? (known === undefined && positions.length === 1 ? events : 0);
      const found = await rowsOf<{ id: SessionId }>(
        this.#engine,
        `SELECT id, max(version) AS latest FROM session WHERE log = {log:String} AND version > {since:UInt64}
         GROUP BY id ORDER BY latest DESC LIMIT ${MAX_CHANGED}`,
        { log, since },
      );
      changed.push(...found.map(({ id }) => id));
    }
    return changed;
  }

  #remember(events: number, positions: readonly PositionIndexRow[]): void {
    this.#positions.set(events, new Map(positions.map(({ log, next }) => [log, next])));
    const [oldest] = this.#positions.keys();
    if (this.#positions.size > MAX_POSITIONS && oldest !== undefined) this.#positions.delete(oldest);
  }
}

function least(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : Math.min(...numbers);
}

function greatest(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : Math.max(...numbers);
}
