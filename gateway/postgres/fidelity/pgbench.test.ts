import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freshDatabase, startTestGateway, type TestGateway } from '../../../test/gateway.ts';
import { watch, type Address } from './run.ts';

const installed = spawnSync('pgbench', ['--version']).status === 0;
if (!installed)
  process.stderr.write('pgbench is not installed: it is not run through the gateway (Debian: postgresql)\n');

// Two runs each, beside other tests on few processors.
vi.setConfig({ testTimeout: 60_000 });

let under: TestGateway;
beforeAll(async () => {
  under = await startTestGateway();
});
afterAll(() => under[Symbol.asyncDispose]());

test.skipIf(!installed).each(['simple', 'extended', 'prepared'])(
  'pgbench, %s, leaves the same tables as on a direct connection, and all it said is in the archive',
  async (protocol) => {
    const client = async (address: Address) => {
      await pgbench(address, ['-i', '-s', '1', '-I', 'dtgvp']);
      // One client and a fixed seed: the same accounts in the same order, whatever the timing.
      await pgbench(address, ['-n', '-M', protocol, '-c', '1', '-t', '100', '--random-seed', '1']);
      return tables({ ...address, port: under.server.port, password: under.server.password });
    };
    await freshDatabase(under.server);
    const direct = await client(under.direct);
    await freshDatabase(under.server);
    const { result, spoken, recorded } = await watch(under.address, under.archive, client);
    expect(result).toEqual(direct);
    expect(recorded).toEqual(spoken);
    // 100 transactions of seven statements each, by the last connection.
    expect(spoken.at(-1)?.statements.length).toBeGreaterThanOrEqual(700);
  },
);

async function pgbench(
  { host, port, user, database, password }: Address,
  args: readonly string[],
): Promise<void> {
  const server = ['-h', host, '-p', String(port), '-U', user];
  await promisify(execFile)('pgbench', [...server, ...args, database], {
    env: { ...process.env, PGPASSWORD: password },
  });
}

/** A digest of each table, without pgbench_history's time of day. */
async function tables(address: Address): Promise<unknown[]> {
  const client = new pg.Client(address);
  await client.connect();
  try {
    const { rows } = await client.query<{ digest: string }>(
      `SELECT md5(string_agg(a::text, ',' ORDER BY aid)) AS digest FROM pgbench_accounts a
       UNION ALL SELECT md5(string_agg(t::text, ',' ORDER BY tid)) FROM pgbench_tellers t
       UNION ALL SELECT string_agg(b::text, ',') FROM pgbench_branches b
       UNION ALL SELECT string_agg((tid, bid, aid, delta)::text, ',' ORDER BY ctid) FROM pgbench_history`,
    );
    return rows;
  } finally {
    await client.end();
  }
}
