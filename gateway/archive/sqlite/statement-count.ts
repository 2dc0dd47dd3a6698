/** How many statements of one volume a list has, and which stands at a place by number. */
import { isAlways } from '../conditions.ts';
import type { Question } from './question.ts';
import type { Volume } from './read-volume.ts';
import type { StatementPlace } from './statement-query.ts';
import { wayOf, type Source, type Way } from './ways.ts';

/** Counts kept for each volume: some filters name several values, each counted by itself. */
const KEPT = 200;

/** How many statements of the volume match, where that can be told without looking at each; null where it cannot. */
export function countStatements(volume: Volume, question: Question): number | null {
  if (question.never) return 0;
  if (isAlways(question.statement))
    return volume.db.prepare<[], number>('SELECT statements FROM total').pluck().get() ?? 0;
  const way = wholeWay(volume, question);
  if (way === null) return null;
  if (way.told) return way.count;
  return way.sources.reduce((sum, source) => sum + keptCount(volume, source), 0);
}

interface Counted {
  /** Another whenever somebody wrote to the volume. */
  readonly version: unknown;
  readonly count: number;
}

const kept = new WeakMap<Volume, Map<string, Counted>>();

/** What is counted for a list's first page is there for all others, and for each place that its bar goes to. */
function keptCount(volume: Volume, { from, where }: Source): number {
  const counts = kept.get(volume) ?? new Map<string, Counted>();
  kept.set(volume, counts);
  const key = JSON.stringify([from, where.sql, where.values]);
  const version: unknown = volume.db.pragma('data_version', { simple: true });
  const known = counts.get(key);
  const all = volume.db.prepare<unknown[], number>(`SELECT count(*) FROM ${from} WHERE ${where.sql}`).pluck();
  const isKnown = known !== undefined && known.version === version;
  const count = isKnown ? known.count : (all.get(...where.values) ?? 0);
  counts.delete(key);
  counts.set(key, { version, count });
  for (const old of counts.keys()) if (counts.size > KEPT) counts.delete(old);
  return count;
}

/** The way that holds nothing but what matches. */
function wholeWay({ db }: Volume, { lead, isTerm }: Question): Way | null {
  const way = isTerm && lead !== null ? wayOf(db, lead) : null;
  return way?.exact === true ? way : null;
}

/** The statement that `skip` newer ones of the volume match before, of a question whose statements are counted. */
export function statementAt(volume: Volume, question: Question, skip: number): StatementPlace | null {
  const id = isAlways(question.statement)
    ? idAt(volume, skip)
    : idOnWay(volume, wholeWay(volume, question)?.sources ?? [], skip);
  if (id === undefined) return null;
  const time = volume.db.prepare<[number], number>('SELECT time FROM statement WHERE id = ?').pluck().get(id);
  return { id, time: time ?? 0, volume: volume.name };
}

/** Of all statements: ids are dense but for those at the end that went on in the next volume. */
function idAt({ db }: Volume, skip: number): number | undefined {
  const count = db.prepare<[], number>('SELECT statements FROM total').pluck().get() ?? 0;
  return db
    .prepare<[number], number>('SELECT id FROM statement WHERE id >= ? ORDER BY id LIMIT 1')
    .pluck()
    .get(count - skip);
}

function idOnWay(volume: Volume, sources: readonly Source[], skip: number): number | undefined {
  const [only] = sources;
  if (only === undefined || sources.length > 1) return idsOf(volume, sources).at(-1 - skip);
  return volume.db
    .prepare<unknown[], number>(skipSql(only))
    .pluck()
    .get(...only.where.values, skip);
}

/** Ids of the statements on several sources that share none, ascending. */
function idsOf({ db }: Volume, sources: readonly Source[]): Float64Array {
  const ids = sources.flatMap(({ from, id, where }) =>
    db
      .prepare<unknown[], number>(`SELECT ${id} FROM ${from} WHERE ${where.sql}`)
      .pluck()
      .all(...where.values),
  );
  return Float64Array.from(ids).toSorted();
}

/** The statement that skips through one source; tests look at its plan. */
export function skipSql({ from, id, where, order }: Source): string {
  return `SELECT ${id} FROM ${from} WHERE ${where.sql} ORDER BY ${order ?? `${id} DESC`} LIMIT 1 OFFSET ?`;
}
