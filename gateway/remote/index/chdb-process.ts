/**
 * The process that has ClickHouse in it: folder, package, database and socket are its arguments. It answers whoever connects, and ends
 * with the last of them: who started it may leave before the others.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { tellParent } from '../../archive/parent.ts';
import { WELCOME, type ChdbAnswer, type ChdbAsk, type ChdbOpened } from './chdb-protocol.ts';
import type { EngineRequest } from './engine.ts';
import { hearLines, sayLine } from './line-socket.ts';

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

/** How long it waits for who started it to connect, ms. */
const FIRST_MS = 30_000;

const [folder = '', module = '', database = '', path = ''] = process.argv.slice(2);

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

function answer(session: ChdbSession, { id, request }: ChdbAsk): ChdbAnswer {
  try {
    return { id, text: ask(session, request), error: null };
  } catch (error) {
    return { id, text: '', error: (error as Error).message };
  }
}

/** Ends this process when the last who was connected has left: their socket closes as it does. */
function serve(session: ChdbSession): void {
  const connected = new Set<Socket>();
  const waiting = setTimeout(end, FIRST_MS);
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    clearTimeout(waiting);
    connected.add(socket);
    const leave = (): void => {
      connected.delete(socket);
      if (connected.size === 0) end();
      socket.end();
    };
    hearLines<ChdbAsk>(socket, (asked) => sayLine(socket, answer(session, asked)));
    socket.on('error', () => socket.destroy());
    socket.on('end', leave);
    socket.on('close', leave);
    sayLine(socket, WELCOME);
  });
  server.on('error', ({ message }) => {
    tellParent({ error: message } satisfies ChdbOpened);
    process.exit(1);
  });
  // Whoever has the folder is the only one who listens for it: what lies there is left from one that was killed.
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32') rmSync(path, { force: true });
  process.umask(0o077);
  server.listen(path, () => tellParent({ error: null } satisfies ChdbOpened));
}

function end(): never {
  if (process.platform !== 'win32') rmSync(path, { force: true });
  process.exit();
}

// A Ctrl-C is for who is connected to act on, in order.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
try {
  serve(opened());
} catch (error) {
  tellParent({ error: (error as Error).message } satisfies ChdbOpened);
  process.exitCode = 1;
}
