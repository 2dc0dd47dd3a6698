/** An index of many statements, made up inside ClickHouse: sent row by row, ten million would take the engine's time from what is measured. */
import type { Engine } from '../../gateway/remote/index/engine.ts';
import { columnsOf } from '../../gateway/remote/index/schema.ts';

/** Statements of a session, and of a day: a fleet that runs around the clock. */
const OF_SESSION = 100;
const OF_DAY = 330_000;

const FIRST_DAY = Date.UTC(2026, 0, 1) * 1000;
const DAY_US = 86_400_000_000;

/** Statements made by one question. */
const AT_ONCE = 1_000_000;

/** What a filter may name: how common each is stands beside it. */
export const COMMON_TOKEN = 'agent-0'; // three sessions in ten
export const RARE_TOKEN = 'agent-77'; // one session in fourteen hundred
export const COMMON_TABLE = 'public.orders'; // four statements in ten
export const RARE_TABLE = 'public.secrets'; // one in a hundred thousand
export const COMMON_CONNECTION = 'shop-3'; // one session in seven
export const RARE_CONNECTION = 'ledger'; // one in a thousand

const SESSION_OF = `intDiv(n, ${OF_SESSION})`;
const AGENT_OF = (session: string) =>
  `if(cityHash64(${session}) % 10 < 3, 0, 1 + cityHash64(${session}, 1) % 1000)`;
const CONNECTION_OF = (session: string) =>
  `if(cityHash64(${session}, 8) % 1000 = 0, '${RARE_CONNECTION}', concat('shop-', toString(${session} % 7)))`;
const KEY = (number: string, digits: number) => `leftPad(lower(hex(${number})), ${digits}, '0')`;
const STARTED = (session: string) =>
  `toInt64(${FIRST_DAY}) + toInt64(${session}) * ${Math.round((DAY_US / OF_DAY) * OF_SESSION)}`;
const TIME = `${STARTED(SESSION_OF)} + (n % ${OF_SESSION}) * 1000`;
const TABLE = `multiIf(cityHash64(n, 2) % 100000 = 0, '${RARE_TABLE}', cityHash64(n, 3) % 10 < 4, '${COMMON_TABLE}', concat('public.t', toString(cityHash64(n, 4) % 500)))`;

/** Makes as many statements, with their sessions. */
export async function generate(engine: Engine, statements: number): Promise<void> {
  const sessions = statements / OF_SESSION;
  await fill(engine, 'agent', 1001, {
    key: KEY('n', 16),
    issuer: `'https://issuer.example'`,
    subject: `concat('agent-', toString(n))`,
  });
  await fill(engine, 'table_name', 502, {
    name: `multiIf(n = 500, '${RARE_TABLE}', n = 501, '${COMMON_TABLE}', concat('public.t', toString(n)))`,
  });
  await fill(engine, 'job', sessions, {
    key: KEY('n', 16),
    path: `concat('github/', toString(n), '/1')`,
    provenance: `'attested'`,
    provider: `'github'`,
    run: 'toString(n)',
    job_name: `'1'`,
  });
  await fill(engine, 'session', sessions, SESSION);
  await fill(engine, 'statement', statements, STATEMENT);
  await fill(engine, 'statement_table', statements, {
    name: TABLE,
    time: TIME,
    log: `'${'0'.repeat(32)}'`,
    position: 'n * 2',
    ordinal: '0',
    connection: CONNECTION_OF(SESSION_OF),
  });
  await fill(engine, 'log_position', 1, {
    log: `'${'0'.repeat(32)}'`,
    next: String(statements * 2),
    indexed: '0',
  });
}

const SESSION: Readonly<Record<string, string>> = {
  id: KEY('n', 32),
  log: `'${'0'.repeat(32)}'`,
  position: `n * ${OF_SESSION * 2}`,
  version: `(n + 1) * ${OF_SESSION * 2}`,
  started: STARTED('n'),
  ended: `${STARTED('n')} + ${OF_SESSION * 1000}`,
  duration: String(OF_SESSION * 1000),
  outcome: `'completed'`,
  connection: CONNECTION_OF('n'),
  user: `'ci'`,
  address: `'10.0.0.1'`,
  agent: KEY(AGENT_OF('n'), 16),
  issuer: `'https://issuer.example'`,
  subject: `concat('agent-', toString(${AGENT_OF('n')}))`,
  fingerprint: 'lower(hex(SHA256(toString(n))))',
  job: KEY('n', 16),
  job_path: `concat('github/', toString(n), '/1')`,
  provenance: `'attested'`,
  provider: `'github'`,
  run: 'toString(n)',
  job_name: `'1'`,
  statements: String(OF_SESSION),
  rows: 'cityHash64(n, 9) % 10000',
  verbs: `['SELECT', 'UPDATE']`,
  verb_statements: `[${OF_SESSION / 2}, ${OF_SESSION / 2}]`,
};

const STATEMENT: Readonly<Record<string, string>> = {
  session: KEY(SESSION_OF, 32),
  log: `'${'0'.repeat(32)}'`,
  position: 'n * 2',
  ordinal: '0',
  version: 'n * 2 + 2',
  number: `n % ${OF_SESSION} + 1`,
  sequence: `(n % ${OF_SESSION}) * 2`,
  outcome_sequence: `(n % ${OF_SESSION}) * 2 + 1`,
  time: TIME,
  duration: 'cityHash64(n, 5) % 100000',
  agent: KEY(AGENT_OF(SESSION_OF), 16),
  job: KEY(SESSION_OF, 16),
  connection: CONNECTION_OF(SESSION_OF),
  verb: `if(n % 2 = 0, 'SELECT', 'UPDATE')`,
  class: `if(n % 2 = 0, 'read', 'write')`,
  fingerprint: 'substring(lower(hex(SHA256(toString(n % 5000)))), 1, 32)',
  normal: `concat('select a, b, c from ', ${TABLE}, ' where id = $1 and kind = $2 /* ', toString(n % 5000), ' */')`,
  text: `concat('select a, b, c from ', ${TABLE}, ' where id = ', toString(cityHash64(n, 6)), ' and kind = 4')`,
  tables: `[${TABLE}]`,
  rows: 'cityHash64(n, 7) % 100',
  bytes: 'cityHash64(n, 7) % 100 * 80',
  status: `if(cityHash64(n, 8) % 1000 = 0, 'failed', 'completed')`,
  sqlstate: `if(cityHash64(n, 8) % 1000 = 0, '42P01', NULL)`,
  transaction: `'I'`,
};

/** Rows `n` of a table; columns that are not named have their default. */
async function fill(
  engine: Engine,
  table: string,
  rows: number,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const columns = columnsOf(table).filter((name) => name in values);
  for (let from = 0; from < rows; from += AT_ONCE)
    await engine.ask({
      sql: `INSERT INTO ${table} (${columns.map((name) => `\`${name}\``).join(', ')})
        SELECT ${columns.map((name) => values[name]).join(', ')}
        FROM (SELECT number AS n FROM numbers(${from}, ${Math.min(AT_ONCE, rows - from)}))`,
      settings: {
        insert_deduplication_token: `${table} ${from}`,
        max_threads: 2,
        // A million sessions are most of a year.
        max_partitions_per_insert_block: 0,
      },
    });
}
