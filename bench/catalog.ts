/**
 * What a database's catalog costs an agent's session, by how many tables there are: to load it first, to look again when it is
 * due, to join a session to it, and to verify what a statement rests on. `--json`: one row a figure.
 */
import { SharedCatalogs } from '../gateway/postgres/catalog/shared-catalogs.ts';
import { TestBackend } from '../gateway/postgres/testing/backend.ts';
import { startPostgres } from '../gateway/postgres/testing/postgres.ts';
import type { Figure } from './figures.ts';
import { median } from './statistics.ts';

/** Tables; a twentieth of them have a view on two. */
const SIZES = [10, 1_000, 10_000] as const;

const ROUNDS = 20;

/** Most that verifying may cost a statement, ms. */
const VERIFY_BAR = 5;

const server = await startPostgres();
try {
  const figures: Figure[] = [];
  for (const tables of SIZES) figures.push(...(await measured(tables)));
  for (const figure of figures) print(figure);
} finally {
  await server.stop();
}

async function measured(tables: number): Promise<Figure[]> {
  const database = `of_${tables}`;
  const owner = await TestBackend.connect(server, 'postgres');
  await owner.run(`create database ${database}`);
  await owner.close();
  const agent = await TestBackend.connect(server, database);
  try {
    await create(agent, tables);
    let now = 0;
    const shared = new SharedCatalogs({ now: () => now });
    const session = shared.session('bench');
    const first = await timed(() => session.refresh(agent));
    const [again, joined, verified]: number[][] = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      now += 60_000;
      again?.push(await timed(() => session.refresh(agent)));
      joined?.push(await timed(() => shared.session('bench').refresh(agent)));
      const relation = session.catalog?.relation(null, 'v1')?.oid ?? 0;
      const names = [{ name: 'v1', relation }];
      const rests = { relations: [relation], names, functions: ['lower', 'count'], operators: ['=', '||'] };
      verified?.push(await timed(() => session.verify(rests, agent)));
    }
    const figure = (name: string, value: number): Figure => {
      const bar = name === 'verify' ? VERIFY_BAR : null;
      return {
        name: `catalog.${tables}.${name}`,
        value,
        unit: 'ms',
        bar: bar === null ? null : `<= ${bar}`,
        met: bar === null ? null : value <= bar,
      };
    };
    return [
      figure('first', first),
      figure('again', median(again ?? [])),
      figure('joined', median(joined ?? [])),
      figure('verify', median(verified ?? [])),
    ];
  } finally {
    await agent.close();
  }
}

/** Each statement by itself: one transaction could not lock so many. */
async function create(agent: TestBackend, tables: number): Promise<void> {
  for (let table = 1; table <= tables; table++) {
    await agent.run(
      `create table t${table} (id int primary key, a text, b text, c int, d timestamptz, e jsonb, f numeric, g bool, h uuid)`,
    );
  }
  for (let view = 1; view <= Math.max(1, tables / 20); view++) {
    await agent.run(`create view v${view} as select t.id, t.a || t.b as ab, u.c
      from t${view} t join t${view + 1} u on u.id = t.id where t.c > 5`);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

function print(figure: Figure): void {
  const { name, value, unit, bar, met } = figure;
  const judged = bar === null ? '' : `  ${bar} ${met === true ? 'met' : 'NOT MET'}`;
  const line = `${name.padEnd(24)} ${value.toFixed(2).padStart(10)} ${unit}${judged}`;
  process.stdout.write(`${process.argv.includes('--json') ? JSON.stringify(figure) : line}\n`);
}
