/**
 * `npm run bench:remote`: the first page of a store of 1 and 10 million statements (`--statements 100000000` for more), by token, job
 * and table, over ClickHouse in a process of our own. Rows are generated inside it. `--json`: one row a figure; `--keep FOLDER` makes
 * the index there, or asks the one that is there. `--freshness`:
 * how long after its record a statement is found (Ceph's S3 server, from Debian). `--ship`: how fast a spool is put into a store.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openChdb } from '../gateway/remote/index/chdb-engine.ts';
import { rowsOf, type Engine } from '../gateway/remote/index/engine.ts';
import { makeTables } from '../gateway/remote/index/indexer.ts';
import { newestStatements } from '../gateway/remote/index/statement-lists.ts';
import { listedSessions } from '../gateway/remote/index/session-lists.ts';
import { parseFilter } from '../shared/filter/parse.ts';
import type { Filter } from '../shared/filter/filter.ts';
import type { Figure } from './figures.ts';
import { median } from './statistics.ts';
import {
  COMMON_CONNECTION,
  COMMON_TABLE,
  COMMON_TOKEN,
  generate,
  RARE_CONNECTION,
  RARE_TABLE,
  RARE_TOKEN,
} from './remote/generated.ts';

/** First page, whatever it is filtered by, ms. */
const FIRST_PAGE = 300;

/** Raw bytes that a gateway puts, MB/s. */
const SHIP_RATE = 50;

const ROUNDS = 7;

/** Seconds between manifests, how often it is measured, and the bar of the 95th percentile, ms. */
const PACES = [
  { every: 1, times: 20, bar: 5_000 },
  { every: 60, times: 4, bar: 90_000 },
] as const;

const FILTERS: Readonly<Record<string, (statements: number) => string>> = {
  everything: () => '',
  'token.common': () => `token:${COMMON_TOKEN}`,
  'token.rare': () => `token:${RARE_TOKEN}`,
  job: (statements) => `job:github/${Math.floor(statements / 250)}`,
  'table.common': () => `table:${COMMON_TABLE}`,
  'table.rare': () => `table:${RARE_TABLE}`,
  'token.and.table': () => `token:${RARE_TOKEN} table:${RARE_TABLE}`,
  'failed.by.token': () => `status:failed token:${RARE_TOKEN}`,
  'connection.common': () => `connection=${COMMON_CONNECTION}`,
  'connection.rare': () => `connection=${RARE_CONNECTION}`,
  // As somebody asks who has the right to one connection.
  'token.of.connection': () => `token:${COMMON_TOKEN} connection=${COMMON_CONNECTION}`,
  'table.of.connection': () => `table:${COMMON_TABLE} connection=${COMMON_CONNECTION}`,
  nothing: () => 'table:nowhere',
};

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    statements: { type: 'string', default: '1000000,10000000' },
    keep: { type: 'string' },
    freshness: { type: 'boolean', default: false },
    ship: { type: 'boolean', default: false },
  },
});

if (options.freshness) for (const row of await fresh()) print(row);
else if (options.ship) for (const row of await shipped()) print(row);
else
  for (const statements of options.statements.split(',').map(Number))
    for (const row of await measured(statements)) print(row);

/** From an event to its being found, with a manifest a second and one a minute. */
async function fresh(): Promise<Figure[]> {
  const { freshness } = await import('./remote/freshness.ts');
  const figures: Figure[] = [];
  for (const { every, times, bar } of PACES) {
    const { median: middle, p95 } = await freshness(every * 1000, times);
    const name = `remote.every${every}s.freshness`;
    figures.push({ name: `${name}.median`, value: Math.round(middle), unit: 'ms', bar: null, met: null });
    figures.push({
      name: `${name}.p95`,
      value: Math.round(p95),
      unit: 'ms',
      bar: `≤ ${bar}`,
      met: p95 <= bar,
    });
  }
  return figures;
}

/** Raw bytes of the spool for a second of a processor. */
async function shipped(): Promise<Figure[]> {
  const { shipRate } = await import('./remote/ship-rate.ts');
  const figures: Figure[] = [];
  for (const load of ['statements', 'rows'] as const) {
    const { raw, packed, events, cpuSeconds } = await shipRate(load);
    const rate = Math.round(raw / cpuSeconds / 1e5) / 10;
    const name = `remote.ship.${load}`;
    figures.push({
      name,
      value: rate,
      unit: 'MB/s of a processor',
      bar: `≥ ${SHIP_RATE}`,
      met: rate >= SHIP_RATE,
    });
    const cpu = Math.round((cpuSeconds * 1e7) / events) / 10;
    figures.push({ name: `${name}.event`, value: cpu, unit: 'µs', bar: null, met: null });
    const share = Math.round((packed / raw) * 1000) / 1000;
    figures.push({ name: `${name}.packed`, value: share, unit: 'of raw', bar: null, met: null });
  }
  return figures;
}

async function measured(statements: number): Promise<Figure[]> {
  const kept = options.keep;
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'bench-remote-'));
  const isThere = existsSync(join(folder, 'store'));
  const engine = await openChdb({ folder, database: 'auditorium' });
  try {
    const made = isThere ? [] : await make(engine, statements);
    return [...made, ...(await pages(engine, statements)), await size(engine, statements)];
  } finally {
    await engine.close();
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function make(engine: Engine, statements: number): Promise<Figure[]> {
  await makeTables(engine);
  const from = performance.now();
  await generate(engine, statements);
  const seconds = (performance.now() - from) / 1000;
  return [figure(statements, 'made', Math.round(statements / seconds), 'statements/s', null)];
}

async function pages(engine: Engine, statements: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, filterFor] of Object.entries(FILTERS)) {
    const filter = filterOf(filterFor(statements));
    const times = await timed(() => newestStatements(engine, { filter, limit: 100 }));
    figures.push(figure(statements, `page.${name}`, times.median, 'ms', FIRST_PAGE));
    figures.push(figure(statements, `page.${name}.first`, times.first, 'ms', null));
  }
  for (const name of ['everything', 'token.rare', 'job', 'token.common'] as const) {
    const filter = filterOf(FILTERS[name]?.(statements) ?? '');
    const times = await timed(() => listedSessions(engine, { filter, sort: '-started', limit: 100 }));
    figures.push(figure(statements, `sessions.${name}`, times.median, 'ms', FIRST_PAGE));
  }
  return figures;
}

async function timed(
  ask: () => Promise<unknown>,
): Promise<{ readonly first: number; readonly median: number }> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    await ask();
    times.push(performance.now() - from);
  }
  return { first: Math.round(times[0] ?? 0), median: Math.round(median(times)) };
}

async function size(engine: Engine, statements: number): Promise<Figure> {
  const [found] = await rowsOf<{ bytes: number }>(
    engine,
    `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase()`,
  );
  const bytes = Math.round((found?.bytes ?? 0) / statements);
  return figure(statements, 'size', bytes, 'bytes/statement', null);
}

function filterOf(text: string): Filter {
  const { filter, error } = parseFilter(text);
  if (filter === undefined) throw new Error(error.message);
  return filter;
}

function figure(statements: number, name: string, value: number, unit: string, bar: number | null): Figure {
  const of = `${statements / 1_000_000}M`;
  return {
    name: `remote.${of}.${name}`,
    value,
    unit,
    bar: bar === null ? null : `≤ ${bar}`,
    met: bar === null ? null : value <= bar,
  };
}

function print(row: Figure): void {
  const bar = row.bar === null ? '' : `  (${row.bar})${row.met === true ? '' : '  MISSED'}`;
  process.stdout.write(
    options.json ? `${JSON.stringify(row)}\n` : `${row.name}: ${row.value} ${row.unit}${bar}\n`,
  );
}
