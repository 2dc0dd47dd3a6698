/** Lists of sessions of one volume, in the order of an index: no page is sorted, however many match. */
import type { SessionSort } from '../../../shared/api/routes.ts';
import { all, finds, oneOf, type Condition } from './match.ts';
import { asksStatements, sessionCondition, statementCondition, type Query } from './query.ts';
import type { Volume } from './read-volume.ts';

/** Where in an order a session stands. `value` is null for a session that has none yet, and comes last. */
export interface SessionPlace {
  readonly value: number | null;
  readonly volume: string;
  readonly id: number;
}

/** A session's key and its place. */
export type PlacedSession = SessionPlace;

/** The columns that lists are sorted by; each has an index that ends in `id`. */
const COLUMNS: Readonly<Record<SessionSort, { readonly column: string; readonly descending: boolean }>> = {
  '-started': { column: 'started', descending: true },
  started: { column: 'started', descending: false },
  '-statements': { column: 'statements', descending: true },
  '-rows': { column: 'rows', descending: true },
  '-errors': { column: 'errors', descending: true },
  '-duration': { column: 'duration', descending: true },
};

/** Up to so many sessions are fetched and sorted here rather than met while walking an index. */
const FEW = 2000;

/** Negative when `a` stands before `b`. */
export function comparePlaces(sort: SessionSort, a: SessionPlace, b: SessionPlace): number {
  const { descending } = COLUMNS[sort];
  const byValue =
    a.value === b.value
      ? 0
      : a.value === null
        ? 1
        : b.value === null
          ? -1
          : (a.value - b.value) * (descending ? -1 : 1);
  if (byValue !== 0) return byValue;
  if (a.volume !== b.volume) return a.volume < b.volume ? -1 : 1;
  return descending ? b.id - a.id : a.id - b.id;
}

/** What a session must meet, statements included. */
export function matchSession(query: Query): Condition {
  return all([...sessionCondition(query), ...statementsOfSession(query), ...activeWithin(query)]);
}

/** A session is within a time when it was there at it. */
function activeWithin({ after, before }: Query): Condition[] {
  return [
    ...(after === null ? [] : [{ sql: 's.ended IS NULL OR s.ended >= ?', values: [after] }]),
    ...(before === null ? [] : [{ sql: 's.started < ?', values: [before] }]),
  ];
}

/** One statement of the session must meet all that is asked of statements; junctions are asked first. */
function statementsOfSession(query: Query): Condition[] {
  if (!asksStatements(query)) return [];
  const { verbs, states, tables, verdicts, masks, statement, after, before } = query;
  const junctions = [
    ...(verbs === null ? [] : [junction('session_verb', 'verb_id', verbs)]),
    ...tables.map((ids) => junction('session_table', 'table_id', ids)),
    ...verdicts.map((ids) => junction('session_verdict', 'verdict_id', ids)),
    ...masks.map((ids) => junction('session_mask', 'mask_id', ids)),
  ];
  const junctionsSay =
    junctions.length === 1 && states === null && statement.length === 0 && after === null && before === null;
  if (junctionsSay) return junctions;
  const { sql, values } = all(statementCondition(query));
  return [
    ...junctions,
    ...(states === null ? [] : [{ sql: 's.errors > 0', values: [] }]),
    finds(`statement x INDEXED BY statement_session WHERE x.session_id = s.id AND ${sql}`, values),
  ];
}

function junction(table: string, column: string, ids: readonly number[]): Condition {
  const { sql, values } = oneOf(`y.${column}`, ids);
  return finds(`${table} y WHERE ${sql} AND y.session_id = s.id`, values);
}

/** The next `limit` sessions of the volume in the order of `sort`, after a place of any volume. */
export function listSessions(
  volume: Volume,
  query: Query,
  sort: SessionSort,
  after: SessionPlace | null,
  limit: number,
): PlacedSession[] {
  if (query.impossible) return [];
  const few = fewSessions(volume, query);
  if (few === null) return walkIndex(volume, query, sort, after, limit);
  const { sql, values } = all([oneOf('s.id', few), matchSession(query)]);
  const { column } = COLUMNS[sort];
  const found = volume.db
    .prepare<unknown[], { value: number | null; id: number }>(
      `SELECT s.${column} AS value, s.id FROM session s WHERE ${sql}`,
    )
    .all(...values);
  return found
    .map(({ value, id }): PlacedSession => ({ value, id, volume: volume.name }))
    .filter((place) => after === null || comparePlaces(sort, place, after) > 0)
    .toSorted((a, b) => comparePlaces(sort, a, b))
    .slice(0, limit);
}

/** The sessions that the most selective set of ids allows, when they are few. */
function fewSessions({ db }: Volume, query: Query): number[] | null {
  const sets: readonly (readonly [string, readonly number[] | null])[] = [
    ['SELECT id FROM session WHERE token_id', query.tokens],
    ['SELECT id FROM session WHERE job_id', query.jobs],
    ...query.tables.map((ids) => ['SELECT session_id FROM session_table WHERE table_id', ids] as const),
    ...query.verdicts.map((ids) => ['SELECT session_id FROM session_verdict WHERE verdict_id', ids] as const),
    ...query.masks.map((ids) => ['SELECT session_id FROM session_mask WHERE mask_id', ids] as const),
    ['SELECT session_id FROM session_verb WHERE verb_id', query.verbs],
  ];
  for (const [select, ids] of sets) {
    if (ids === null) continue;
    const { sql, values } = oneOf('', ids);
    const found = db
      .prepare<unknown[], number>(`${select}${sql} LIMIT ${FEW + 1}`)
      .pluck()
      .all(...values);
    if (found.length <= FEW) return [...new Set(found)];
  }
  return null;
}

function walkIndex(
  volume: Volume,
  query: Query,
  sort: SessionSort,
  after: SessionPlace | null,
  limit: number,
): PlacedSession[] {
  const { descending } = COLUMNS[sort];
  const found = after?.value === null ? [] : walk(volume, query, sort, beyond(volume, sort, after), limit);
  // Sessions without a value stand behind all others; an index holds NULL at its low end, hence a walk of its own.
  if (sort !== '-duration' || found.length === limit) return found;
  const { column } = COLUMNS[sort];
  const rest: Condition[] = [{ sql: `s.${column} IS NULL`, values: [] }];
  if (after?.value === null) rest.push(...idBeyond(volume, after, descending));
  return [...found, ...walk(volume, query, sort, rest, limit - found.length)];
}

/** What stands after a place: in its own volume by value and id, in others by value and the volume's name. */
function beyond(volume: Volume, sort: SessionSort, after: SessionPlace | null): Condition[] {
  const { column, descending } = COLUMNS[sort];
  const known: Condition = { sql: `s.${column} IS NOT NULL`, values: [] };
  if (after === null || after.value === null) return [known];
  const sign = descending ? '<' : '>';
  if (volume.name === after.volume) {
    return [{ sql: `(s.${column}, s.id) ${sign} (?, ?)`, values: [after.value, after.id] }];
  }
  const equal = volume.name > after.volume ? '=' : '';
  return [{ sql: `s.${column} ${sign}${equal} ?`, values: [after.value] }];
}

function idBeyond(volume: Volume, after: SessionPlace, descending: boolean): Condition[] {
  if (volume.name === after.volume) return [{ sql: `s.id ${descending ? '<' : '>'} ?`, values: [after.id] }];
  return volume.name > after.volume ? [] : [{ sql: '0', values: [] }];
}

function walk(
  volume: Volume,
  query: Query,
  sort: SessionSort,
  from: readonly Condition[],
  limit: number,
): PlacedSession[] {
  const { sql, values } = all([...from, matchSession(query)]);
  return volume.db
    .prepare<unknown[], { value: number | null; id: number }>(walkSql(sort, sql))
    .all(...values, limit)
    .map(({ value, id }) => ({ value, id, volume: volume.name }));
}

/** The statement that walks an order; tests look at its plan. */
export function walkSql(sort: SessionSort, condition: string): string {
  const { column, descending } = COLUMNS[sort];
  const direction = descending ? 'DESC' : 'ASC';
  return `SELECT s.${column} AS value, s.id FROM session s INDEXED BY session_${column} WHERE ${condition}
    ORDER BY s.${column} ${direction}, s.id ${direction} LIMIT ?`;
}
