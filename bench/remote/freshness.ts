/**
 * How long after something was recorded it is found in the index: a gateway's recording, a bucket of Ceph's S3 server, and
 * `auditorium index run` beside it, all of them as they run for people.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { publicKeyPem } from '../../gateway/archive/ed25519.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { openChdb } from '../../gateway/remote/index/chdb-engine.ts';
import { rowsOf, type Engine } from '../../gateway/remote/index/engine.ts';
import { makeTables } from '../../gateway/remote/index/indexer.ts';
import { startCeph } from '../../test/remote/ceph.ts';
import { agentWorks, record, remoteOf } from '../../test/remote/recording.ts';
import { percentile } from '../statistics.ts';

/** Between two looks into the index, ms. */
const LOOK_MS = 50;

/** A session that is not found by then never will be, ms. */
const LONGEST_MS = 180_000;

/** ms from a statement's record to its being found: so many times, with `every` ms between manifests. */
export async function freshness(every: number, times: number): Promise<{ median: number; p95: number }> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'freshness-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const { server } = opened.use(await startCeph());
  const remote = remoteOf(server.endpoint, 'versioned', 'prod', { every });
  const recording = await record({ folder, remote });
  opened.defer(() => recording.close());
  const index = join(folder, 'index');
  const engine = await openChdb({ folder: index, database: 'auditorium' });
  opened.defer(() => engine.close());
  await makeTables(engine);
  writeFileSync(join(folder, 'gateway.pub'), publicKeyPem(TEST_SIGNER.publicKey));
  const indexer = indexing(folder, server.endpoint);
  opened.defer(async () => {
    indexer.kill('SIGTERM');
    await once(indexer, 'exit');
  });
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const from = performance.now();
    agentWorks(recording, 1, `table_${i}`);
    await found(engine, `table_${i}`);
    taken.push(performance.now() - from);
    // Wherever between two manifests it falls.
    await pause((every * ((i * 0.618) % 1)) / 2);
  }
  return { median: percentile(taken, 0.5), p95: percentile(taken, 0.95) };
}

function indexing(folder: string, endpoint: string) {
  const cli = new URL('../../main/cli.ts', import.meta.url);
  const index = ['index', 'run', 's3://versioned/prod', '--index', join(folder, 'index')];
  return fork(cli, [...index, '--endpoint', endpoint, '--key', join(folder, 'gateway.pub')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function found(engine: Engine, table: string): Promise<void> {
  for (const enough = performance.now() + LONGEST_MS; performance.now() < enough; await pause(LOOK_MS)) {
    const rows = await rowsOf(engine, 'SELECT 1 FROM statement_table WHERE name = {table:String}', { table });
    if (rows.length > 0) return;
  }
  throw new Error(`${table} was not found within ${LONGEST_MS} ms`);
}
