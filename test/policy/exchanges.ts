/** Exchanges that hold a statement which fails, direct because it is wrong, through a gateway because policy refuses it. */
import { setTimeout as pause } from 'node:timers/promises';
import { bind, describe, execute, message, parse, sync } from '../../gateway/postgres/testing/messages.ts';
import { MessageReader, MessageSplitter } from '../../gateway/postgres/fidelity/messages.ts';
import type { Agent } from './agent.ts';

/** What an exchange is written with: the text that fails, and a text that leaves a number behind. */
export interface Words {
  /** Text that fails, or is refused. */
  readonly bad: string;
  /** Leaves this number in the log, and says it. */
  readonly log: (number: number) => string;
  /** Table that the numbers are in. */
  readonly table: string;
}

/** Messages that are sent in one write each; between them the agent waits for what comes. */
export type Exchange = (words: Words) => readonly (readonly Buffer[])[];

const flush = message('H');
export const query = (sql: string): Buffer => message('Q', sql);
export const run = (sql: string, name = '', portal = ''): Buffer[] => [
  parse(name, sql),
  bind(portal, name),
  describe('P', portal),
  execute(portal),
];

const copyIn = (table: string): Buffer => query(`copy ${table} from stdin`);
const data = (text: string): Buffer => message('d', Buffer.from(text));
const copyDone = message('c');
const copyFail = message('f', 'no more');

/** Every place where a refusal can stand, by name. */
export const EXCHANGES: Readonly<Record<string, Exchange>> = {
  'alone, simple': ({ bad }) => [[query(bad)]],
  'alone, extended': ({ bad }) => [[...run(bad), sync]],
  'first of several statements': ({ bad, log }) => [[query(`${bad}; ${log(1)}`)]],
  'last of several statements': ({ bad, log }) => [[query(`${log(1)}; ${log(2)}; ${bad}`)]],
  'between transaction commands of one text': ({ bad, log }) => [
    [query(`begin; ${log(1)}; commit; ${bad}; ${log(2)}`)],
  ],
  'after what was done before Sync': ({ bad, log }) => [[...run(log(1)), ...run(bad), ...run(log(2)), sync]],
  'after a Sync': ({ bad, log }) => [
    [...run(log(1)), sync, ...run(bad), ...run(log(2)), sync, ...run(log(3)), sync],
  ],
  'with a Sync for each': ({ bad, log }) => [[...run(log(1)), sync, ...run(bad), sync, ...run(log(2)), sync]],
  'with several Syncs behind it': ({ bad, log }) => [[...run(bad), sync, sync, sync, ...run(log(1)), sync]],
  'twice before one Sync': ({ bad, log }) => [[...run(bad), ...run(bad), ...run(log(1)), sync]],
  'its Parse in a write of its own': ({ bad, log }) => [
    [...run(log(1)), parse('', bad)],
    [bind('', ''), execute(''), ...run(log(2)), sync],
  ],
  'and a Flush before anything else': ({ bad, log }) => [
    [...run(log(1)), flush],
    [...run(bad), flush],
    [...run(log(2)), flush],
    [sync],
  ],
  'and simple Queries before the Sync': ({ bad, log }) => [
    [...run(log(1)), ...run(bad), query(log(2)), query(log(3)), sync, query(log(4))],
  ],
  'as a named statement that is used later': ({ bad, log }) => [
    [parse('s1', bad), sync],
    [...run(log(1)), bind('', 's1'), execute(''), sync],
    [query(log(2))],
  ],
  'under a name that is taken': ({ bad, log }) => [
    [parse('s2', log(1)), sync],
    [parse('s2', bad), bind('', 's2'), execute(''), sync],
    [bind('', 's2'), execute(''), sync],
  ],
  'only described': ({ bad, log }) => [[parse('', bad), describe('S', ''), sync, ...run(log(1)), sync]],
  'only parsed': ({ bad, log }) => [
    [parse('', bad), sync],
    [...run(log(1)), sync],
  ],
  'in a transaction': ({ bad, log }) => [
    [query('begin')],
    [query(log(1))],
    [query(bad)],
    [query(log(2))],
    [query('commit')],
    [query(log(3))],
  ],
  'in a transaction by messages': ({ bad, log }) => [
    [...run('begin'), ...run(log(1)), sync],
    [...run(bad), sync],
    [...run(log(2)), sync],
    [...run('commit'), sync],
  ],
  'in a transaction, all in one write': ({ bad, log }) => [
    [query('begin'), query(log(1)), query(bad), query(log(2)), query('rollback'), query(log(3))],
  ],
  'behind a savepoint': ({ bad, log }) => [
    [query(`begin; ${log(1)}; savepoint a`)],
    [query(bad)],
    [query('rollback to a')],
    [query(log(2))],
    [query('commit')],
  ],
  'in a transaction that has failed': ({ bad, log }) => [
    [query('begin')],
    [query('select 1/0')],
    [query(bad)],
    [...run(bad), sync],
    [query('rollback')],
    [query(log(1))],
  ],
  'after an error of the same pipeline': ({ bad, log }) => [
    [...run('select 1/0'), ...run(bad), sync, ...run(log(1)), sync],
  ],
  'before an error of the same pipeline': ({ bad, log }) => [
    [...run(log(1)), sync, ...run(bad), ...run('select 1/0'), sync],
  ],
  'after COPY': ({ bad, log, table }) => [[copyIn(table), data('1\n'), copyDone, query(bad), query(log(2))]],
  'after COPY that failed': ({ bad, log, table }) => [
    [copyIn(table), data('1\n'), copyFail, query(bad), query(log(2))],
  ],
  'after COPY out': ({ bad, log, table }) => [
    [query(log(1)), query(`copy ${table} to stdout`), query(bad), query(log(2))],
  ],
  'in one text with COPY': ({ bad, log, table }) => [
    [query(`${log(1)}; copy ${table} to stdout; ${bad}`)],
    [query(log(2))],
  ],
  'while a portal is half read': ({ bad, log }) => [
    [
      query('begin'),
      parse('', 'select generate_series(1, 3)'),
      bind('p', ''),
      execute('p', 1),
      ...run(bad),
      execute('p', 1),
      sync,
    ],
    [execute('p', 1), sync],
    [query('rollback'), query(log(1))],
  ],
  'as what SQL PREPARE prepares': ({ bad, log }) => [
    [query(log(1)), query(`prepare q as ${bad}`), query(log(2))],
  ],
};

/** What came back, as far as two ends may be compared: types, tags, statuses, cells; of an error its class alone if it is the refusal. */
export async function answersTo(agent: Agent, flights: readonly (readonly Buffer[])[]): Promise<string[]> {
  const before = agent.heard().length;
  for (const flight of flights) {
    agent.socket.write(Buffer.concat(flight));
    await quiet(agent);
  }
  const isOver = (types: string): boolean => types.endsWith('TDCZ') && agent.heard().includes(END, before);
  await agent.send([sync, query('rollback'), query(`select '${END}'`)], isOver);
  const splitter = new MessageSplitter('server', false);
  return Array.from(splitter.push(agent.heard().subarray(before)), ({ bytes }) => toldBy(bytes));
}

/** Said when all has been answered. */
const END = 'this is the end of it';

/** Nothing came for so long: the other side waits. */
const QUIET_MS = 3;

async function quiet(agent: Agent): Promise<void> {
  for (let heard = -1; heard !== agent.heard().length;) {
    heard = agent.heard().length;
    await pause(QUIET_MS);
  }
}

/**
 * What a syntax error has direct, and a refusal through the gateway. XX000: PostgreSQL 18 takes an empty Query within a pipeline for
 * the end of a transaction that it then finds open, and says so of whatever fails next.
 */
const REFUSALS = new Set(['42601', '42501', 'XX000']);

function toldBy(bytes: Buffer): string {
  const type = String.fromCharCode(bytes[0] ?? 0);
  const read = new MessageReader(bytes);
  if (type === 'C') return `C ${read.text()}`;
  if (type === 'Z') return `Z ${read.letter()}`;
  if (type === 'D' || type === 'd') return `${type} ${bytes.toString('latin1', 5)}`;
  if (type !== 'E') return type;
  const code = /\0C(\w{5})\0/.exec(bytes.toString('latin1'))?.[1] ?? '';
  return `E ${REFUSALS.has(code) ? 'refused' : code}`;
}
