/** Lists of sessions, in any order: places among all versions first, then the latest version of each, looked at again. */
import type { Page } from '../../../shared/api/page.ts';
import type { SessionSort } from '../../../shared/api/routes.ts';
import type { SessionRow } from '../../../shared/api/session.ts';
import { readCursor, writeCursor } from '../../archive/cursor.ts';
import type { PageRequest } from '../../archive/archive.ts';
import { all, any, isAlways, NEVER } from '../../archive/conditions.ts';
import { bound, type Condition } from './condition.ts';
import { rowsOf, type Engine } from './engine.ts';
import { questionOf, type Question } from './question.ts';
import type { SessionIndexRow } from './rows.ts';
import { shownSession } from './shown-rows.ts';

const COLUMNS = {
  '-started': { column: 'started', descending: true },
  started: { column: 'started', descending: false },
  '-statements': { column: 'statements', descending: true },
  '-rows': { column: 'rows', descending: true },
  '-errors': { column: 'errors', descending: true },
  '-duration': { column: 'duration', descending: true },
} as const satisfies Readonly<Record<SessionSort, { readonly column: string; readonly descending: boolean }>>;

/** Where in an order a session stands; one without a value comes last. */
interface Place {
  readonly value: number | null;
  readonly log: string;
  readonly position: number;
  readonly id: string;
}

export async function listedSessions(
  engine: Engine,
  { filter, sort, after, at, limit }: PageRequest & { readonly sort: SessionSort },
): Promise<Page<SessionRow>> {
  const kind = `sessions ${sort}`;
  const read = readCursor(kind, ['number?', 'string', 'number'], after);
  const question = await questionOf(engine, filter);
  const isEverything = isAlways(question.statement) && isAlways(question.session);
  const total = at === undefined && !isEverything ? null : await countSessions(engine, question);
  if (at !== undefined && total !== null && at >= total)
    return { items: [], next: null, total, offset: total };
  const from =
    read === null
      ? null
      : {
          value: read[0] === null ? null : Number(read[0]),
          log: String(read[1]),
          position: Number(read[2]),
          id: '',
        };
  const found = await listed(engine, question, sort, from, at ?? 0, limit + 1);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(shownSession),
    next:
      found.length > limit && last !== undefined
        ? writeCursor(kind, [last[COLUMNS[sort].column], last.log, last.position])
        : null,
    total,
    ...(at === undefined ? {} : { offset: at }),
  };
}

/** The next sessions that match, as they are by now. */
async function listed(
  engine: Engine,
  question: Question,
  sort: SessionSort,
  from: Place | null,
  skip: number,
  limit: number,
): Promise<SessionIndexRow[]> {
  const found: SessionIndexRow[] = [];
  // Places by number are counted over what is: those are few enough to be looked at whole.
  const table = skip > 0 ? 'session FINAL' : 'session';
  const condition = skip > 0 ? exactly(question, NEVER) : roughly(question);
  for (let place = from, offset = skip; found.length < limit;) {
    const { places, isEnd } = await placesFrom(engine, table, condition, sort, place, offset, limit);
    found.push(...(await latest(engine, question, sort, places)));
    if (isEnd) break;
    [place, offset] = [places.at(-1) ?? null, 0];
  }
  return found.slice(0, limit);
}

async function placesFrom(
  engine: Engine,
  table: string,
  condition: Condition,
  sort: SessionSort,
  from: Place | null,
  offset: number,
  limit: number,
): Promise<{ readonly places: Place[]; readonly isEnd: boolean }> {
  const { column, descending } = COLUMNS[sort];
  const { sql, values } = all([...beyond(sort, from), condition]);
  const asked = bound({
    sql: `SELECT ${column} AS value, log, position, id FROM ${table} WHERE ${sql}
      ORDER BY ${orderOf(column, descending)} LIMIT ${limit} OFFSET ${offset}`,
    values,
  });
  const rows = await rowsOf<Place>(engine, asked.sql, asked.values);
  // Versions with one value stand beside each other.
  const places = rows.filter(({ id }, i) => id !== rows[i - 1]?.id);
  return { places, isEnd: rows.length < limit };
}

function orderOf(column: string, descending: boolean): string {
  const direction = descending ? 'DESC' : 'ASC';
  return `${column} ${direction}, log ${direction}, position ${direction}`;
}

function beyond(sort: SessionSort, place: Place | null): Condition[] {
  if (place === null) return [];
  const { column, descending } = COLUMNS[sort];
  const sign = descending ? '<' : '>';
  const { value, log, position } = place;
  const ties = `(log, position) ${sign} (?, ?)`;
  if (value === null) return [{ sql: `${column} IS NULL AND ${ties}`, values: [log, position] }];
  const known = `ifNull(${column}, 0)`;
  const behind = [
    `ifNull(${column} ${sign} ?, 0)`,
    `(ifNull(${known} = ?, 0) AND ${ties})`,
    ...(column === 'duration' ? [`${column} IS NULL`] : []),
  ];
  const isDuration = column === 'duration';
  return [
    {
      sql: isDuration
        ? `(${behind[0]} OR (${column} IS NOT NULL AND ${behind[1]}) OR ${behind[2]})`
        : `(${column} ${sign}= ? AND (${behind[0]} OR ${behind[1]}))`,
      values: isDuration ? [value, value, log, position] : [value, value, value, log, position],
    },
  ];
}

/** The latest version of each where it stands at this place still and matches. */
async function latest(
  engine: Engine,
  question: Question,
  sort: SessionSort,
  places: readonly Place[],
): Promise<SessionIndexRow[]> {
  if (places.length === 0) return [];
  const ids = places.map(({ id }) => id);
  const within: Condition = { sql: 'session IN ?', values: [ids] };
  const { sql, values } = exactly(question, within);
  const asked = bound({
    sql: `SELECT * FROM (SELECT * FROM session WHERE id IN ? ORDER BY version DESC LIMIT 1 BY id) WHERE ${sql}`,
    values: [ids, ...values],
  });
  const rows = new Map(
    (await rowsOf<SessionIndexRow>(engine, asked.sql, asked.values)).map((row) => [row.id, row]),
  );
  return places.flatMap(({ id, value }) => {
    const row = rows.get(id);
    return row !== undefined && row[COLUMNS[sort].column] === value ? [row] : [];
  });
}

/** What any version of a session that matches meets. */
function roughly({ asks, session, statement, holds, holdsDecides }: Question): Condition {
  if (!asks) return session;
  const by = holdsDecides ? holds : all([holds, withStatement(statement, holds)]);
  return any([all([{ sql: 'statements = 0', values: [] }, session]), by]);
}

function withStatement(statement: Condition, holds: Condition): Condition {
  const of = isAlways(holds)
    ? statement
    : all([
        { sql: `session IN (SELECT id FROM session WHERE ${holds.sql})`, values: holds.values },
        statement,
      ]);
  return { sql: `id IN (SELECT session FROM statement WHERE ${of.sql})`, values: of.values };
}

/** What the latest version of a session that matches meets; `within` says which sessions are looked at, NEVER: all. */
export function exactly(question: Question, within: Condition): Condition {
  const { asks, session, statement, holds, holdsDecides } = question;
  if (!asks) return session;
  const where = isOneOfSome(within)
    ? within
    : isAlways(holds)
      ? { sql: '1', values: [] }
      : { sql: `session IN (SELECT id FROM session WHERE ${holds.sql})`, values: holds.values };
  const by: Condition = holdsDecides
    ? holds
    : {
        sql: `id IN (SELECT session FROM statement WHERE ${where.sql}
          GROUP BY session, number, ordinal HAVING argMax(${statement.sql}, version))`,
        values: [...where.values, ...statement.values],
      };
  return any([all([{ sql: 'statements = 0', values: [] }, session]), by]);
}

function isOneOfSome({ sql }: Condition): boolean {
  return sql !== NEVER.sql;
}

async function countSessions(engine: Engine, question: Question): Promise<number> {
  const { sql, values } = exactly(question, NEVER);
  const asked = bound({ sql: `SELECT count() AS n FROM session FINAL WHERE ${sql}`, values });
  const [found] = await rowsOf<{ n: number }>(engine, asked.sql, asked.values);
  return found?.n ?? 0;
}
