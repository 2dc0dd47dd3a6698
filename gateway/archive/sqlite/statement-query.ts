/** Lists of statements of one volume, newest first, or of one session in its own order. */
import { all } from '../conditions.ts';
import type { Condition } from './match.ts';
import type { Question } from './question.ts';
import type { Volume } from './read-volume.ts';
import { COUNTED, EVERY, wayOf, type Source, type Way } from './ways.ts';

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

/** Ids grow with time as far as the gateway's clock did. Bounds on ids leave room for a clock set back by this much, µs. */
const CLOCK_SLACK = 3600e6;

/** Ids of a way are looked at so many at a time. */
const LOOKED_AT = 2_000;

/** Where what a filter says is common, the newest statements are looked at before all texts and sessions are, to find a narrower way. */
const NEAR = 60_000;

/** Where so many of the newest statements should hold a page of those on a way, they are looked at rather than the way sorted. */
const NEWEST = 4_000;

/** Statements that are looked at one by one for a page (phrases) at most. What lies beyond comes with the next page. */
export const LOOSE_LOOKS = 3_000;

/** Negative when `a` stands before `b`: newer first. */
export function compareStatements(a: StatementPlace, b: StatementPlace): number {
  if (a.volume === b.volume) return b.id - a.id;
  if (a.time !== b.time) return b.time - a.time;
  return a.volume < b.volume ? -1 : 1;
}

/** Ids from `low`, up to without `high`. */
interface Span {
  readonly low: number;
  readonly high: number;
}

interface Found {
  readonly id: number;
  readonly time: number;
}

/** The next `limit` statements of the volume that a question's condition lets through, newest first, after a place of any volume. */
export function listStatements(
  volume: Volume,
  question: Question,
  after: StatementPlace | null,
  limit: number,
): StatementPlace[] {
  if (question.never) return [];
  const condition = all([question.statement, ...beyond(volume, after)]);
  const found = listWithin(volume, question, condition, spanOf(volume, question, after), limit);
  return found.map(({ id, time }) => ({ id, time, volume: volume.name }));
}

/** Few statements on the way: all are fetched. Many: the newest are walked, and a narrower way is looked for where that is not enough. */
function listWithin(
  volume: Volume,
  question: Question,
  condition: Condition,
  span: Span,
  limit: number,
): Found[] {
  const { db } = volume;
  const way = question.lead === null ? null : wayOf(db, question.lead);
  if (way !== null && isWalked(question, way)) return walk(volume, way.sources, condition, span, limit);
  if (way !== null && way.count <= COUNTED) return listFewNewest(volume, way, condition, span, limit);
  const sources = way === null ? [EVERY] : way.sources;
  if (question.narrower.length === 0) return walk(volume, sources, condition, span, limit);
  const near = { low: Math.max(span.low, span.high - NEAR), high: span.high };
  const found = walk(volume, sources, condition, near, limit);
  const rest = { low: span.low, high: near.low };
  if (found.length >= limit || rest.low >= rest.high) return found;
  const narrow = narrowWay(volume, question);
  const more =
    narrow === null
      ? walk(volume, sources, condition, rest, limit - found.length)
      : listFew(volume, narrow, condition, rest, limit - found.length);
  return [...found, ...more];
}

/** All on the way match, newest first: no more of them are met than a page holds. */
function isWalked({ isTerm }: Question, { exact, sources }: Way): boolean {
  return isTerm && exact && sources.every(({ order }) => order !== null);
}

/** Few on the way may still be too many to fetch them all for a page that is met among the newest statements. */
function listFewNewest(volume: Volume, way: Way, condition: Condition, span: Span, limit: number): Found[] {
  if (way.count * NEWEST < lastId(volume) * limit * 2) return listFew(volume, way, condition, span, limit);
  const newest = { low: Math.max(span.low, span.high - NEWEST), high: span.high };
  const found = walk(volume, [EVERY], condition, newest, limit);
  const rest = { low: span.low, high: newest.low };
  if (found.length >= limit || rest.low >= rest.high) return found;
  return [...found, ...listFew(volume, way, condition, rest, limit - found.length)];
}

/** The first of the narrower leads that few statements are on. */
function narrowWay({ db }: Volume, question: Question): Way | null {
  for (const lead of question.narrower) {
    const way = wayOf(db, lead);
    if (way !== null && way.count <= COUNTED) return way;
  }
  return null;
}

/** Fetches the ids of a way, sorts them here and looks at the newest first. */
function listFew({ db }: Volume, way: Way, condition: Condition, span: Span, limit: number): Found[] {
  const sorted = idsOn(db, way, span).toSorted().toReversed();
  const look = db.prepare<unknown[], Found>(lookSql(condition.sql));
  const found: Found[] = [];
  for (let at = 0; at < sorted.length && found.length < limit; at += LOOKED_AT) {
    const some = JSON.stringify([...sorted.subarray(at, at + LOOKED_AT)]);
    found.push(...look.all(some, ...condition.values, limit - found.length));
  }
  return found;
}

/** The sessions of the statements on a way, of few, that a question's condition lets through. */
export function sessionsOn({ db }: Volume, question: Question, way: Way): ReadonlySet<number> {
  const { sql, values } = question.statement;
  const look = db
    .prepare<unknown[], number>(
      `SELECT x.session_id FROM json_each(?) e CROSS JOIN statement x ON x.id = e.value WHERE ${sql}`,
    )
    .pluck();
  return new Set(look.all(JSON.stringify([...idsOn(db, way, { low: 1, high: Infinity })]), ...values));
}

/** The ids of the statements on a way, each once. */
function idsOn(db: Volume['db'], { sources }: Way, span: Span): Float64Array {
  const ids = new Set<number>();
  for (const { from, id, where } of sources) {
    const { sql, values } = all([where, ...within(id, span)]);
    const some = db.prepare<unknown[], number>(`SELECT ${id} FROM ${from} WHERE ${sql}`).pluck();
    for (const found of some.all(...values)) ids.add(found);
  }
  return Float64Array.from(ids);
}

/** Looks at some statements, in the order they are given in; tests look at its plan. */
export function lookSql(condition: string): string {
  return `SELECT x.id, x.time FROM json_each(?) e CROSS JOIN statement x ON x.id = e.value WHERE ${condition} LIMIT ?`;
}

/** Walks each source newest first and merges what they give; a statement may be on several. */
function walk(
  volume: Volume,
  sources: readonly Source[],
  condition: Condition,
  span: Span,
  limit: number,
): Found[] {
  if (span.low >= span.high) return [];
  const found = sources.flatMap((source) => {
    const { sql, values } = all([source.where, ...within(source.id, span), condition]);
    return volume.db.prepare<unknown[], Found>(walkSql(source, sql)).all(...values, limit);
  });
  if (sources.length === 1) return found;
  return found
    .toSorted((a, b) => b.id - a.id)
    .filter(({ id }, i, sorted) => id !== sorted[i - 1]?.id)
    .slice(0, limit);
}

/** The statement that walks one source; tests look at its plan. */
export function walkSql({ joined, order }: Source, condition: string): string {
  return `SELECT x.id, x.time FROM ${joined} WHERE ${condition} ORDER BY ${order ?? 'x.id DESC'} LIMIT ?`;
}

function within(id: string, { low, high }: Span): Condition[] {
  return [
    ...(low <= 1 ? [] : [{ sql: `${id} >= ?`, values: [low] }]),
    ...(high === Infinity ? [] : [{ sql: `${id} < ?`, values: [high] }]),
  ];
}

/** The ids that a question's times and a place allow. */
function spanOf(volume: Volume, { after, before }: Question, from: StatementPlace | null): Span {
  const end = lastId(volume) + 1;
  const low = after === null ? 1 : firstIdAt(volume, after - CLOCK_SLACK);
  const high = [
    end,
    ...(before === null ? [] : [firstIdAt(volume, before + CLOCK_SLACK)]),
    ...(from === null
      ? []
      : [from.volume === volume.name ? from.id : firstIdAt(volume, from.time + CLOCK_SLACK)]),
  ];
  return { low, high: Math.min(...high) };
}

/** What stands after a place of another volume: by time and the volume's name. */
function beyond(volume: Volume, after: StatementPlace | null): Condition[] {
  if (after === null || volume.name === after.volume) return [];
  const equal = volume.name > after.volume ? '=' : '';
  return [{ sql: `x.time <${equal} ?`, values: [after.time] }];
}

/** The newest statement; 0 where there is none. */
export function lastId({ db }: Volume): number {
  return db.prepare<[], number | null>('SELECT max(id) FROM statement').pluck().get() ?? 0;
}

/** The lowest id whose statement is at or after `time`, found by halving; ids are dense. */
export function firstIdAt(volume: Volume, time: number): number {
  const at = volume.db
    .prepare<[number], number>('SELECT time FROM statement WHERE id >= ? ORDER BY id LIMIT 1')
    .pluck();
  let low = 1;
  let high = 1 + lastId(volume);
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
  question: Question,
  sessionId: number,
  after: NumberPlace | null,
  limit: number,
): (NumberPlace & { readonly id: number })[] {
  if (question.never) return [];
  const { number, ordinal } = after ?? { number: -1, ordinal: -1 };
  const { sql, values } = question.statement;
  return db
    .prepare<unknown[], NumberPlace & { id: number }>(sessionSql(sql))
    .all(sessionId, number, ordinal, ...values, limit);
}

/** The statement that walks a session; tests look at its plan. */
export function sessionSql(condition: string): string {
  return `SELECT x.id, x.number, x.ordinal FROM statement_session j CROSS JOIN statement x ON x.id = j.statement_id
    WHERE j.session_id = ? AND (j.number, j.ordinal) > (?, ?) AND (${condition}) ORDER BY j.number, j.ordinal LIMIT ?`;
}
