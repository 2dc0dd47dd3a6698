/** The process that has ClickHouse in it: folder, package and database are its arguments. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { hearParent, leaveParent, leaveWithParent, tellParent } from '../../archive/parent.ts';
import type { ChdbAnswer, ChdbAsk } from './chdb-protocol.ts';
import type { EngineRequest } from './engine.ts';

/** What of a session of chdb is used. */
interface ChdbSession {
  query(sql: string, format: string): string;
  queryBind(sql: string, values: object, format: string): string;
}

interface Chdb {
  readonly Session: new (
    folder: string,
    options: { readonly connectionArgs: readonly string[] },
  ) => ChdbSession;
}

/** Threads and memory that it may take: it shares its machine with others. */
const THREADS = 2;
const MEMORY_BYTES = 4 * 1024 ** 3;

const [folder = '', module = '', database = ''] = process.argv.slice(2);

function opened(): ChdbSession {
  const { Session } = createRequire(join(module, 'package.json'))(module) as Chdb;
  const session = new Session(folder, {
    connectionArgs: [`--max_threads=${THREADS}`, `--max_memory_usage=${MEMORY_BYTES}`],
  });
  session.query(`CREATE DATABASE IF NOT EXISTS ${database}`, 'TSV');
  session.query(`USE ${database}`, 'TSV');
  return session;
}

function ask(session: ChdbSession, { sql, values, settings = {}, rows }: EngineRequest): string {
  const set = Object.entries(settings).map(([name, value]) =>
    typeof value === 'number' ? `${name} = ${value}` : `${name} = '${value.replaceAll(/[\\']/g, '\\$&')}'`,
  );
  if (rows !== undefined) return session.query(`${withSettings(sql, set)}\n${rows}`, 'TSV');
  const { text, format } = withoutFormat(sql);
  const asked = set.length === 0 ? text : `${text} SETTINGS ${set.join(', ')}`;
  return values === undefined ? session.query(asked, format) : session.queryBind(asked, values, format);
}

/** Settings of an insert stand before its format. */
function withSettings(sql: string, set: readonly string[]): string {
  return set.length === 0
    ? sql
    : sql.replace(/ FORMAT \w+$/, (format) => ` SETTINGS ${set.join(', ')}${format}`);
}

/** chdb is told the format beside the SQL. */
function withoutFormat(sql: string): { readonly text: string; readonly format: string } {
  const found = / FORMAT (\w+)$/.exec(sql);
  return found === null
    ? { text: sql, format: 'TSV' }
    : { text: sql.slice(0, found.index), format: found[1] ?? 'TSV' };
}

function answer(id: number, act: () => string): void {
  try {
    tellParent({ id, text: act(), error: null } satisfies ChdbAnswer);
  } catch (error) {
    tellParent({ id, text: '', error: (error as Error).message } satisfies ChdbAnswer);
  }
}

leaveWithParent();
let session: ChdbSession | null = null;
answer(0, () => {
  session = opened();
  return '';
});
if (session === null) leaveParent();
hearParent<ChdbAsk>(({ id, request }) => {
  if (session !== null) answer(id, () => ask(session as ChdbSession, request));
});
