/** Lists of statements of one volume, newest first, or of one session in its own order. */
import { all, finds, oneOf, type Condition } from './match.ts';
import { sessionCondition, statementCondition, type Query } from './query.ts';
import type { Volume } from './read-volume.ts';

/** Where among the newest a statement stands. */
export interface StatementPlace {
  readonly time: number;
  readonly volume: string;
  readonly id: number;
}

/** Where in its session a statement stands. */
export interface NumberPlace {
  readonly number: number;
  readonly ordinal: number;
}

/** Up to so many statements are fetched and sorted here rather than met while walking an index. */
const FEW = 2000;

/** Selectivity is counted up to this many: more makes no difference to what is walked. */
const COUNTED = 20_000;

/** Sets of more ids than this are not walked id by id. */
const MANY_IDS = 16;

/** Ids grow with time as far as the gateway's clock did. Bounds on ids leave room for a clock set back by this much, µs. */
const CLOCK_SLACK = 3600e6;

/** Negative when `a` stands before `b`: newer first. */
export function compareStatements(a: StatementPlace, b: StatementPlace): number {
  if (a.volume === b.volume) return b.id - a.id;
  if (a.time !== b.time) return b.time - a.time;
  return a.volume < b.volume ? -1 : 1;
}

/** An index that holds statements by the ids of something, newest last. */
interface Way {
  readonly table: string;
  readonly ids: readonly (number | string)[];
  readonly from: string;
  readonly column: string;
  /** Its order, newest first; that of ids in each of them. */
  readonly order: string;
}

/** Ways to the statements a query allows; tests look at the plans they give. */
export function waysOf({ db }: Volume, query: Query): Way[] {
  const statement = (index: string, ids: readonly number[], order = 'x.id DESC'): Way => ({
    table: 'statement',
    ids,
    from: `statement x INDEXED BY statement_${index}`,
    column: `x.${index}_id`,
    order,
  });
  const errors = (ids: readonly string[]): Way => ({
    table: 'statement',
    ids,
    from: 'statement x INDEXED BY statement_error',
    column: 'x.sqlstate',
    order: 'x.id DESC',
  });
  const sessions = query.session.length === 0 ? null : sessionIds(db, query);
  return [
    ...(sessions === null ? [] : [statement('session', sessions, 'x.number DESC, x.ordinal DESC')]),
    ...query.tables.map((ids) => junction('statement_table', 'table_id', ids)),
    ...query.masks.map((ids) => junction('statement_mask', 'mask_id', ids)),
    ...query.verdicts.map((ids) => statement('verdict', ids)),
    ...(query.jobs === null ? [] : [statement('job', query.jobs)]),
    ...(query.tokens === null ? [] : [statement('token', query.tokens)]),
    ...(query.verbs === null ? [] : [statement('verb', query.verbs)]),
    ...(query.states === null ? [] : [errors(query.states)]),
  ].filter(({ ids }) => ids.length <= MANY_IDS);
}

function junction(table: string, column: string, ids: readonly number[]): Way {
  return {
    table,
    ids,
    // Without CROSS JOIN the planner may start at the other side and sort all it finds.
    from: `${table} j CROSS JOIN statement x ON x.id = j.statement_id`,
    column: `j.${column}`,
    order: 'j.statement_id DESC',
  };
}

/** The sessions a query allows by their own columns, when they are few. */
function sessionIds(db: Volume['db'], query: Query): number[] | null {
  const { sql, values } = all(sessionCondition(query));
  const found = db
    .prepare<unknown[], number>(`SELECT s.id FROM session s WHERE ${sql} LIMIT ${MANY_IDS + 1}`)
    .pluck()
    .all(...values);
  return found.length > MANY_IDS ? null : found;
}

/** The next `limit` statements of the volume, newest first, after a place of any volume. */
export function listStatements(
  volume: Volume,
  query: Query,
  after: StatementPlace | null,
  limit: number,
): StatementPlace[] {
  if (query.impossible) return [];
  const conditions = [...matchStatement(query), ...bounds(volume, query), ...beyond(volume, after)];
  const way = bestWay(volume, query);
  const places: StatementPlace[] = [];
  for (const id of way === null ? [null] : way.ids) {
    const own = all(way === null || id === null ? conditions : [...conditions, oneOf(way.column, [id])]);
    const found = volume.db
      .prepare<unknown[], { id: number; time: number }>(listSql(way, own.sql))
      .all(...own.values, limit);
    for (const place of found) places.push({ id: place.id, time: place.time, volume: volume.name });
  }
  return unique(places.toSorted(compareStatements)).slice(0, limit);
}

/** The statement that walks one way; tests look at its plan. */
export function listSql(way: Pick<Way, 'from' | 'order'> | null, condition: string): string {
  const { from, order } = way ?? { from: 'statement x', order: 'x.id DESC' };
  return `SELECT x.id, x.time FROM ${from} WHERE ${condition} ORDER BY ${order} LIMIT ?`;
}

/** A statement that touches two tables of one glob is found twice. */
function unique(sorted: readonly StatementPlace[]): StatementPlace[] {
  return sorted.filter(({ id }, i) => id !== sorted[i - 1]?.id);
}

/** What a statement must meet, its session included. */
export function matchStatement(query: Query): Condition[] {
  const { tokens, jobs, session } = query;
  const conditions = [
    ...(tokens === null ? [] : [oneOf('+x.token_id', tokens)]),
    ...(jobs === null ? [] : [oneOf('+x.job_id', jobs)]),
    ...statementCondition(query),
  ];
  if (session.length === 0) return conditions;
  const { sql, values } = all(session);
  return [...conditions, finds(`session s WHERE s.id = x.session_id AND ${sql}`, values)];
}

/** The way that holds the fewest statements; null when all of them must be walked. */
function bestWay(volume: Volume, query: Query): Way | null {
  let best: Way | null = null;
  let fewest = Infinity;
  for (const way of waysOf(volume, query)) {
    const { sql, values } = oneOf(way.column.slice(2), way.ids);
    const count =
      volume.db
        .prepare<unknown[], number>(
          `SELECT count(*) FROM (SELECT 1 FROM ${way.table} WHERE ${sql} LIMIT ${COUNTED})`,
        )
        .pluck()
        .get(...values) ?? 0;
    if (count < fewest) [best, fewest] = [way, count];
    if (count < FEW) break;
  }
  return best;
}

/** Bounds on ids that follow from the query's times. */
function bounds(volume: Volume, { after, before }: Query): Condition[] {
  return [
    ...(after === null ? [] : [{ sql: 'x.id >= ?', values: [firstIdAt(volume, after - CLOCK_SLACK)] }]),
    ...(before === null ? [] : [{ sql: 'x.id < ?', values: [firstIdAt(volume, before + CLOCK_SLACK)] }]),
  ];
}

/** What stands after a place: in its own volume by id, in others by time and the volume's name. */
function beyond(volume: Volume, after: StatementPlace | null): Condition[] {
  if (after === null) return [];
  if (volume.name === after.volume) return [{ sql: 'x.id < ?', values: [after.id] }];
  const equal = volume.name > after.volume ? '=' : '';
  return [
    { sql: `x.time <${equal} ?`, values: [after.time] },
    { sql: 'x.id < ?', values: [firstIdAt(volume, after.time + CLOCK_SLACK)] },
  ];
}

/** The lowest id whose statement is at or after `time`, found by halving; ids are dense. */
function firstIdAt({ db }: Volume, time: number): number {
  const at = db
    .prepare<[number], number>('SELECT time FROM statement WHERE id >= ? ORDER BY id LIMIT 1')
    .pluck();
  let low = 1;
  let high = 1 + (db.prepare<[], number | null>('SELECT max(id) FROM statement').pluck().get() ?? 0);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((at.get(middle) ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next `limit` statements of one session, oldest first. */
export function listOfSession(
  { db }: Volume,
  query: Query,
  sessionId: number,
  after: NumberPlace | null,
  limit: number,
): (NumberPlace & { readonly id: number })[] {
  if (query.impossible) return [];
  const { number, ordinal } = after ?? { number: -1, ordinal: -1 };
  const { sql, values } = all(matchStatement(query));
  return db
    .prepare<unknown[], NumberPlace & { id: number }>(sessionSql(sql))
    .all(sessionId, number, ordinal, ...values, limit);
}

/** The statement that walks a session; tests look at its plan. */
export function sessionSql(condition: string): string {
  return `SELECT x.id, x.number, x.ordinal FROM statement x INDEXED BY statement_session
    WHERE x.session_id = ? AND (x.number, x.ordinal) > (?, ?) AND ${condition} ORDER BY x.number, x.ordinal LIMIT ?`;
}
