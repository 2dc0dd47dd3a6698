/** The PostgreSQL that is measured: a throw-away cluster of the embedded binaries, and its tables. */
import { startPostgres } from '../gateway/postgres/testing/postgres.ts';
import { connectRaw, query, type Address } from './raw-client.ts';

/** Room for every target's clients at once, the accounts in memory, and no checkpoint in between. */
const SETTINGS = { max_connections: '200', shared_buffers: '256MB', max_wal_size: '4GB', jit: 'off' };

/** Starts a server with a superuser; `stack` stops it and removes its folder. */
export async function startServer(stack: AsyncDisposableStack): Promise<Address> {
  const server = await startPostgres({ settings: SETTINGS });
  stack.defer(() => server.stop());
  return server;
}

/** Makes pgbench's accounts (100,000 for each unit of scale) and the table of the big result, about 128 wire bytes a row. */
export async function createTables(address: Address, scale: number, rows: number): Promise<void> {
  const client = await connectRaw(address, 'bench set-up');
  try {
    for (const statement of [
      'CREATE TABLE pgbench_accounts (aid int NOT NULL, bid int, abalance int, filler char(84)) WITH (fillfactor = 100)',
      `INSERT INTO pgbench_accounts SELECT i, 1 + (i - 1) / 100000, 0, '' FROM generate_series(1, ${scale * 100_000}) i`,
      'ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid)',
      `CREATE TABLE bulk AS SELECT i AS id, md5(i::text) AS reference, 'customer-' || i || '@example.com' AS email,
         CASE i % 3 WHEN 0 THEN 'open' WHEN 1 THEN 'paid' ELSE 'shipped' END AS status,
         to_char(i % 100000 / 7.0, 'FM00000.00') AS amount,
         timestamp '2026-01-01' + i * interval '17 s' AS placed FROM generate_series(1, ${rows}) i`,
      'VACUUM ANALYZE pgbench_accounts',
      'VACUUM ANALYZE bulk',
      'CHECKPOINT',
    ]) {
      await client.run(query(statement));
    }
  } finally {
    await client.close();
  }
}
