/**
 * Lists of statements: newest first, or of one session in its own order. Places are found among all versions first, by the
 * orders that the tables have; the rows shown are the latest of each, looked at again.
 */
import type { Page } from '../../../shared/api/page.ts';
import type { StatementRow } from '../../../shared/api/session.ts';
import { readCursor, writeCursor } from '../../archive/cursor.ts';
import { ArchiveError, type StatementsRequest } from '../../archive/archive.ts';
import { all, ALWAYS, isAlways } from '../../archive/conditions.ts';
import { bound, matchLastParts, oneOf, type Condition } from './condition.ts';
import { rowsOf, type Engine } from './engine.ts';
import { KnownKeys } from './known-keys.ts';
import { questionOf, type Question } from './question.ts';
import type { StatementIndexRow } from './rows.ts';
import { shownStatements } from './shown-rows.ts';
import { countStatements } from './statement-count.ts';

/** Where among the newest a statement stands. */
interface Place {
  readonly time: number;
  readonly log: string;
  readonly position: number;
  readonly ordinal: number;
}

const KEY = 'time, log, position, ordinal';
const NEWEST_FIRST = 'time DESC, log DESC, position DESC, ordinal DESC';

/** A table of few statements leads to them; of more, the newest are looked at one by one. */
const FEW = 50_000;

export async function newestStatements(
  engine: Engine,
  { filter, after, at, limit }: StatementsRequest,
): Promise<Page<StatementRow>> {
  const read = readCursor('statements', ['number', 'string', 'number', 'number'], after);
  const question = await questionOf(engine, filter);
  const total = await countStatements(engine, question);
  if (at !== undefined && at > 0 && total === null)
    throw new ArchiveError(
      'BAD_CURSOR',
      'this list is not counted, so there is no place by number in it: go by its pages, or say before: when',
    );
  if (at !== undefined && total !== null && at >= total && at > 0)
    return { items: [], next: null, total, offset: total };
  const from = read === null ? null : placeOf(read);
  const found = await listed(engine, question, from, at ?? 0, limit + 1);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    items: await shownStatements(engine, page),
    next: found.length > limit && last !== undefined ? cursorOf(last) : null,
    total,
    ...(at === undefined ? {} : { offset: at }),
  };
}

function placeOf([time, log, position, ordinal]: readonly (string | number | null)[]): Place {
  return { time: Number(time), log: String(log), position: Number(position), ordinal: Number(ordinal) };
}

function cursorOf({ time, log, position, ordinal }: Place): string {
  return writeCursor('statements', [time, log, position, ordinal]);
}

/** The next statements that match, as they are by now; `skip`: of those that match so many are passed over. */
async function listed(
  engine: Engine,
  question: Question,
  from: Place | null,
  skip: number,
  limit: number,
): Promise<StatementIndexRow[]> {
  const source = await sourceOf(engine, question);
  const found: StatementIndexRow[] = [];
  for (let place = from, offset = skip; found.length < limit;) {
    const { places, isEnd } = await placesFrom(engine, source, place, offset, limit);
    found.push(...(await latest(engine, places, question.statement)));
    if (isEnd) break;
    [place, offset] = [places.at(-1) ?? null, 0];
  }
  return found.slice(0, limit);
}

/** Where places are looked for, and what they meet. */
interface Source {
  readonly table: 'statement' | 'statement_table';
  readonly condition: Condition;
}

/** A table that the filter must name leads to its statements: to all of them where it names nothing else. */
async function sourceOf(engine: Engine, question: Question): Promise<Source> {
  const plain: Source = { table: 'statement', condition: question.statement };
  const { table } = question;
  if (table === null) return plain;
  const names = await new KnownKeys(engine).tables(matchLastParts('name', table));
  if (names === null) return plain;
  const named = oneOf('name', names);
  if (question.only === table) return { table: 'statement_table', condition: named };
  const asked = bound({
    sql: `SELECT count() AS n FROM (SELECT 1 FROM statement_table WHERE ${named.sql} LIMIT ${FEW + 1})`,
    values: named.values,
  });
  const [count] = await rowsOf<{ n: number }>(engine, asked.sql, asked.values);
  if ((count?.n ?? 0) > FEW) return plain;
  const leads = {
    sql: `(${KEY}) IN (SELECT ${KEY} FROM statement_table WHERE ${named.sql})`,
    values: named.values,
  };
  return { table: 'statement', condition: all([leads, question.statement]) };
}

/**
 * Versions of one statement stand beside each other, and are told apart here: ClickHouse would look at all that match before it gave
 * the first. Only where some are passed over must each be counted once.
 */
async function placesFrom(
  engine: Engine,
  { table, condition }: Source,
  from: Place | null,
  offset: number,
  limit: number,
): Promise<{ readonly places: Place[]; readonly isEnd: boolean }> {
  const rows: Place[] = [];
  for (const window of offset > 0 ? [ALWAYS] : await windowsOf(engine, table, from)) {
    const { sql, values } = all([...beyond(from), window, condition]);
    const once = offset === 0 ? '' : `LIMIT 1 BY ${KEY}`;
    const asked = bound({
      sql: `SELECT ${KEY} FROM ${table} WHERE ${sql} ORDER BY ${NEWEST_FIRST} ${once} LIMIT ${limit - rows.length} OFFSET ${offset}`,
      values,
    });
    rows.push(...(await rowsOf<Place>(engine, asked.sql, asked.values)));
    if (rows.length >= limit) break;
  }
  const places = rows.filter((place, i) => !isSame(place, rows[i - 1]));
  return { places, isEnd: rows.length < limit };
}

/** Days that are looked into first, and after them: each day is a part of its own to open. */
const FIRST_DAYS = [2, 30] as const;

const DAY_US = 86_400_000_000;

/** From the newest, or from a place, backwards: some days, some more, and all before them. */
async function windowsOf(engine: Engine, table: Source['table'], from: Place | null): Promise<Condition[]> {
  const newest = from?.time ?? (await latestTime(engine, table));
  const lows = FIRST_DAYS.map((days) => newest - days * DAY_US);
  return [...lows, null].map((low, i) => {
    const high = i === 0 ? null : (lows[i - 1] ?? null);
    return all([
      low === null ? ALWAYS : { sql: 'time >= ?', values: [low] },
      high === null ? ALWAYS : { sql: 'time < ?', values: [high] },
    ]);
  });
}

/** Told by the parts, without a look into them. */
async function latestTime(engine: Engine, table: Source['table']): Promise<number> {
  const [found] = await rowsOf<{ latest: number }>(engine, `SELECT max(time) AS latest FROM ${table}`);
  return found?.latest ?? 0;
}

function isSame(a: Place, b: Place | undefined): boolean {
  return b?.position === a.position && b.ordinal === a.ordinal && b.log === a.log;
}

/** The bare time lets the order of the table be made use of. */
function beyond(place: Place | null): Condition[] {
  if (place === null) return [];
  const { time, log, position, ordinal } = place;
  return [
    { sql: 'time <= ?', values: [time] },
    { sql: `(${KEY}) < (?, ?, ?, ?)`, values: [time, log, position, ordinal] },
  ];
}

/** The latest version of each, in the order of their places; what does not match any more is left out. */
async function latest(
  engine: Engine,
  places: readonly Place[],
  condition: Condition,
): Promise<StatementIndexRow[]> {
  if (places.length === 0) return [];
  const meets = isAlways(condition) ? ALWAYS : condition;
  const { sql, values } = bound({
    sql: `SELECT * FROM (
        SELECT * FROM statement WHERE time >= ? AND time <= ? AND (${KEY}) IN
          (SELECT k.1, k.2, k.3, k.4 FROM (SELECT arrayJoin(arrayZip(?, ?, ?, ?)) AS k))
        ORDER BY ${NEWEST_FIRST}, version DESC LIMIT 1 BY ${KEY}
      ) WHERE ${meets.sql} ORDER BY ${NEWEST_FIRST}`,
    values: [
      // The bare times leave out the parts of other days.
      Math.min(...places.map(({ time }) => time)),
      Math.max(...places.map(({ time }) => time)),
      places.map(({ time }) => time),
      places.map(({ log }) => log),
      places.map(({ position }) => position),
      places.map(({ ordinal }) => ordinal),
      ...meets.values,
    ],
  });
  return rowsOf<StatementIndexRow>(engine, sql, values);
}

/** The statements of a session, oldest first. */
export async function statementsOfSession(
  engine: Engine,
  { session = '' as never, filter, after, at, statement, ordinal = 0, limit }: StatementsRequest,
): Promise<Page<StatementRow>> {
  const read = readCursor('of session', ['number', 'number'], after);
  const question = await questionOf(engine, filter);
  const isEverything = isAlways(question.statement);
  const jumps = at !== undefined || statement !== undefined;
  if (jumps && !isEverything)
    throw new ArchiveError(
      'BAD_CURSOR',
      'places in a session are counted over all of its statements: leave out the filter, or go by pages',
    );
  const from =
    statement !== undefined && at === undefined
      ? { number: statement, ordinal: ordinal - 1 }
      : read === null
        ? null
        : { number: Number(read[0]), ordinal: Number(read[1]) };
  const total = isEverything ? await countOf(engine, session) : null;
  const offset = at === undefined ? 0 : Math.min(at, total ?? 0);
  const found = await ofSession(engine, session, question.statement, from, offset, limit + 1);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    items: await shownStatements(engine, page),
    next:
      found.length > limit && last !== undefined
        ? writeCursor('of session', [last.number, last.ordinal])
        : null,
    total,
    ...(jumps ? { offset: at === undefined ? await countOf(engine, session, from) : offset } : {}),
  };
}

interface NumberPlace {
  readonly number: number;
  readonly ordinal: number;
}

async function ofSession(
  engine: Engine,
  session: string,
  condition: Condition,
  from: NumberPlace | null,
  offset: number,
  limit: number,
): Promise<StatementIndexRow[]> {
  const place: Condition =
    from === null
      ? ALWAYS
      : { sql: '(toInt64(number), toInt64(ordinal)) > (?, ?)', values: [from.number, from.ordinal] };
  const { sql, values } = bound({
    sql: `SELECT * FROM (
        SELECT * FROM statement WHERE session = ? AND ${place.sql}
        ORDER BY number, ordinal, version DESC LIMIT 1 BY number, ordinal
      ) WHERE ${condition.sql} ORDER BY number, ordinal LIMIT ${limit} OFFSET ${offset}`,
    values: [session, ...place.values, ...condition.values],
  });
  return rowsOf<StatementIndexRow>(engine, sql, values);
}

/** How many a session has; up to and with a place. */
async function countOf(engine: Engine, session: string, upTo: NumberPlace | null = null): Promise<number> {
  const place: Condition =
    upTo === null
      ? ALWAYS
      : { sql: '(toInt64(number), toInt64(ordinal)) <= (?, ?)', values: [upTo.number, upTo.ordinal] };
  const { sql, values } = bound({
    sql: `SELECT uniqExact(number, ordinal) AS n FROM statement WHERE session = ? AND ${place.sql}`,
    values: [session, ...place.values],
  });
  const [count] = await rowsOf<{ n: number }>(engine, sql, values);
  return count?.n ?? 0;
}
