/**
 * Lists of sessions of one volume, in the order of an index: no page is sorted, however many match. Sessions that lie in several
 * volumes are left out: session-parts.ts joins them.
 */
import type { SessionSort } from '../../../shared/api/routes.ts';
import { all, any, isNever, NEVER } from '../conditions.ts';
import { finds, oneOf, type Condition } from './match.ts';
import type { Question } from './question.ts';
import type { Volume } from './read-volume.ts';
import { sessionsOn } from './statement-query.ts';
import { COUNTED, wayOf, type Lead } from './ways.ts';

/** Where in an order a session stands. `value` is null for a session that has none yet, and comes last. */
export interface SessionPlace {
  readonly value: number | null;
  /** Of its first part. */
  readonly volume: string;
  readonly id: number;
}

/** The columns that lists are sorted by; each has an index that ends in `id`. */
const COLUMNS = {
  '-started': { column: 'started', descending: true },
  started: { column: 'started', descending: false },
  '-statements': { column: 'statements', descending: true },
  '-rows': { column: 'rows', descending: true },
  '-errors': { column: 'errors', descending: true },
  '-duration': { column: 'duration', descending: true },
} as const satisfies Readonly<Record<SessionSort, { readonly column: string; readonly descending: boolean }>>;

/** The number of a session that an order is by. */
export function sortColumn(sort: SessionSort): (typeof COLUMNS)[SessionSort]['column'] {
  return COLUMNS[sort].column;
}

/** Up to so many sessions are fetched and sorted here rather than met while walking an index. */
const FEW = 2000;

/** Sessions that are looked at in an order before a narrower way to those that match is looked for. */
const NEAR = 50;

/** Wholly in this volume. */
const WHOLE: Condition = { sql: `s.carried = 0 AND s.outcome <> 'continued'`, values: [] };

/** In other volumes too. */
export const IN_PARTS = `s.carried = 1 OR s.outcome = 'continued'`;

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
  const byPlace = a.volume === b.volume ? a.id - b.id : a.volume < b.volume ? -1 : 1;
  return descending ? -byPlace : byPlace;
}

/** What a session meets that has a statement which matches; NEVER where nothing is asked of statements. */
export function matchByStatement(question: Question): Condition {
  const { asks, never, holds, holdsDecides, statement } = question;
  if (!asks || never) return NEVER;
  if (holdsDecides) return holds;
  const has = finds(
    `statement_session j CROSS JOIN statement x ON x.id = j.statement_id WHERE j.session_id = s.id AND (${statement.sql})`,
    statement.values,
  );
  return all([holds, has]);
}

/** What a session meets that matches: by a statement, or by itself where it has none or nothing is asked of them. */
export function matchSession(question: Question): Condition {
  const { asks, session } = question;
  if (!asks) return session;
  return any([all([{ sql: 's.statements = 0', values: [] }, session]), matchByStatement(question)]);
}

/** What a session meets that matches and lies in its volume alone. */
export function wholeMatch(question: Question): Condition {
  return all([WHOLE, matchSession(question)]);
}

/** The next `limit` sessions of the volume in the order of `sort`, after a place of any volume. */
export function listSessions(
  volume: Volume,
  question: Question,
  sort: SessionSort,
  after: SessionPlace | null,
  limit: number,
): SessionPlace[] {
  const condition = wholeMatch(question);
  if (isNever(condition)) return [];
  if (isCommon(volume, question)) return walkIndex(volume, condition, sort, after, limit);
  const few = fewSessions(volume, question, question.lead);
  if (few !== null) return placesOf(volume, few, sort, after).slice(0, limit);
  if (!question.asks || question.narrower.length === 0)
    return walkIndex(volume, condition, sort, after, limit);
  const near = walkIndex(volume, condition, sort, after, limit, NEAR);
  if (near.length >= limit) return near;
  for (const lead of question.narrower) {
    const narrow = fewSessions(volume, question, lead);
    if (narrow !== null) return placesOf(volume, narrow, sort, after).slice(0, limit);
  }
  return walkIndex(volume, condition, sort, after, limit);
}

/** Half the sessions may have a statement that matches: a page of them is met sooner than all those statements are looked at. */
function isCommon(volume: Volume, { asks, isTerm, lead, holders }: Question): boolean {
  if (!asks || !isTerm || lead === null || holders !== null) return false;
  const way = wayOf(volume.db, lead);
  const sessions = volume.db.prepare<[], number>('SELECT sessions FROM total').pluck().get() ?? 0;
  return way !== null && way.exact && way.count * 2 > sessions;
}

/** The sessions that match, when few statements, or few sessions, lead to them; null when there are more, or when some may without a statement. */
function fewSessions(volume: Volume, question: Question, lead: Lead | null): ReadonlySet<number> | null {
  if (!question.asks) {
    const { sql, values } = question.session;
    const found = volume.db
      .prepare<unknown[], number>(`SELECT s.id FROM session s WHERE ${sql} LIMIT ${FEW + 1}`)
      .pluck()
      .all(...values);
    return found.length > FEW ? null : new Set(found);
  }
  if (!isNever(question.session)) return null;
  return question.holders === null ? withMatch(volume, question, lead) : fewHolders(volume, question.holders);
}

/** The sessions that a table holds, where it holds few. */
function fewHolders({ db }: Volume, { sql, values }: Condition): ReadonlySet<number> | null {
  const found = db
    .prepare<unknown[], number>(`SELECT DISTINCT id FROM (${sql}) LIMIT ${FEW + 1}`)
    .pluck()
    .all(...values);
  return found.length > FEW ? null : new Set(found);
}

/** The sessions with a statement that matches, where few statements lead to them; null where there are more. */
export function withMatch(
  volume: Volume,
  question: Question,
  lead: Lead | null = question.lead,
): ReadonlySet<number> | null {
  if (question.never || !question.asks) return new Set();
  const way = lead === null ? null : wayOf(volume.db, lead);
  return way === null || way.count > COUNTED ? null : sessionsOn(volume, question, way);
}

/** Those of some sessions that lie in this volume alone, in the order of `sort`, after a place of any volume. */
export function placesOf(
  volume: Volume,
  ids: ReadonlySet<number>,
  sort: SessionSort,
  after: SessionPlace | null,
): SessionPlace[] {
  const { sql, values } = all([oneOf('s.id', [...ids]), WHOLE]);
  if (ids.size === 0) return [];
  return volume.db
    .prepare<unknown[], { value: number | null; id: number }>(
      `SELECT s.${sortColumn(sort)} AS value, s.id FROM session s WHERE ${sql}`,
    )
    .all(...values)
    .map(({ value, id }): SessionPlace => ({ value, id, volume: volume.name }))
    .filter((place) => after === null || comparePlaces(sort, place, after) > 0)
    .toSorted((a, b) => comparePlaces(sort, a, b));
}

/** `near`: only so many sessions are looked at. */
function walkIndex(
  volume: Volume,
  condition: Condition,
  sort: SessionSort,
  after: SessionPlace | null,
  limit: number,
  near: number | null = null,
): SessionPlace[] {
  const { column, descending } = COLUMNS[sort];
  const found =
    after?.value === null ? [] : walk(volume, condition, sort, beyond(volume, sort, after), limit, near);
  // Sessions without a value stand behind all others; an index holds NULL at its low end, hence a walk of its own.
  if (sort !== '-duration' || found.length === limit || near !== null) return found;
  const rest: Condition[] = [{ sql: `s.${column} IS NULL`, values: [] }];
  if (after?.value === null) rest.push(...idBeyond(volume, after, descending));
  return [...found, ...walk(volume, condition, sort, rest, limit - found.length, near)];
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
  const equal = isBehind(volume, after, descending) ? '=' : '';
  return [{ sql: `s.${column} ${sign}${equal} ?`, values: [after.value] }];
}

function idBeyond(volume: Volume, after: SessionPlace, descending: boolean): Condition[] {
  if (volume.name === after.volume) return [{ sql: `s.id ${descending ? '<' : '>'} ?`, values: [after.id] }];
  return isBehind(volume, after, descending) ? [] : [NEVER];
}

/** Whether what has the same value in a volume stands behind a place of another. */
function isBehind({ name }: Volume, { volume }: SessionPlace, descending: boolean): boolean {
  return descending ? name < volume : name > volume;
}

function walk(
  volume: Volume,
  condition: Condition,
  sort: SessionSort,
  from: readonly Condition[],
  limit: number,
  near: number | null,
): SessionPlace[] {
  const start = all(from);
  if (isNever(start)) return [];
  return volume.db
    .prepare<unknown[], { value: number | null; id: number }>(
      near === null
        ? walkSql(sort, all([start, condition]).sql)
        : nearSql(sort, start.sql, condition.sql, near),
    )
    .all(...start.values, ...condition.values, limit)
    .map(({ value, id }) => ({ value, id, volume: volume.name }));
}

/** The statement that walks a whole order, sessions without a value behind all others. */
export function orderedSql(sort: SessionSort, condition: string): string {
  const { column, descending } = COLUMNS[sort];
  const direction = descending ? 'DESC' : 'ASC';
  return `SELECT s.${column} AS value, s.id FROM session s INDEXED BY session_${column} WHERE ${condition}
    ORDER BY s.${column} ${direction}${descending ? '' : ' NULLS LAST'}, s.id ${direction}`;
}

/** The statement that walks an order; tests look at its plan. */
export function walkSql(sort: SessionSort, condition: string): string {
  const { column, descending } = COLUMNS[sort];
  const direction = descending ? 'DESC' : 'ASC';
  return `SELECT s.${column} AS value, s.id FROM session s INDEXED BY session_${column} WHERE ${condition}
    ORDER BY s.${column} ${direction}, s.id ${direction} LIMIT ?`;
}

/** The statement that walks the first `near` of an order; tests look at its plan. */
export function nearSql(sort: SessionSort, start: string, condition: string, near: number): string {
  const { column, descending } = COLUMNS[sort];
  const direction = descending ? 'DESC' : 'ASC';
  return `SELECT s.${column} AS value, s.id FROM (SELECT * FROM session s INDEXED BY session_${column} WHERE ${start}
    ORDER BY s.${column} ${direction}, s.id ${direction} LIMIT ${near}) s WHERE ${condition} LIMIT ?`;
}
