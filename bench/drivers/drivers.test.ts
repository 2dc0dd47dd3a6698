import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { createTables } from '../server.ts';
import { ownDriver } from './own.ts';
import { findPgbench } from './pgbench.ts';

const pgbench = await findPgbench();
const drivers = pgbench === null ? [ownDriver] : [ownDriver, pgbench];
const protocols = ['simple', 'prepared'] as const;

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres({ settings: { autovacuum: 'off' } });
  await createTables(server, 1, 10);
});
afterAll(() => server.stop());

test.each(
  drivers.flatMap((driver) => protocols.map((protocol) => ({ driver, protocol, name: driver.name }))),
)('$name, $protocol: as many statements as the server counted look-ups', async ({ driver, protocol }) => {
  const before = await lookUps();
  const { statements, tps, latencies } = await driver.run({
    address: server,
    applicationName: 'test',
    protocol,
    clients: 3,
    seconds: 1,
    accounts: 100_000,
    signal: AbortSignal.timeout(15_000),
  });
  expect(await lookUps()).toBe(before + statements);
  expect([statements > 0, tps > 0, latencies.length > 0, latencies.every((latency) => latency > 0)]).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

/** Index scans of the accounts, as the server has counted them once the sessions that did them are gone. */
async function lookUps(): Promise<number> {
  const { host, port, user, password, database } = server;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    const others = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend'";
    const count = async (sql: string) => (await client.query<{ n: number }>(sql)).rows[0]?.n ?? 0;
    while ((await count(others)) > 1) await new Promise((resolve) => setTimeout(resolve, 20));
    return await count(
      "SELECT idx_scan::int AS n FROM pg_stat_user_tables WHERE relname = 'pgbench_accounts'",
    );
  } finally {
    await client.end();
  }
}
