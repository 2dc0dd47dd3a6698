import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Stage } from '../test/stage.ts';
import type { Config } from './config.ts';
import type { Gateway } from './gateway.ts';

let stage: Stage;
let config: Config;
let gateway: Gateway;
/** How far the clock of this process, and so of the gateway in it, is ahead, ms. */
let ahead: number;

beforeEach(async () => {
  ahead = 0;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
  stage = await Stage.open();
  config = stage.configure('spool: { limit: 64MiB, deadline: 60s }');
  gateway = await stage.start(config);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stage[Symbol.asyncDispose]();
});

/** Status and the worker's problem, as GET /ready has them. */
async function ready(): Promise<unknown[]> {
  const { status, value } = await stage.ask(config.gateway.control, 'GET', '/ready');
  const { workers } = value as { workers: { problem: string | null }[] };
  return [status, ...workers.map(({ problem }) => problem)];
}

/** Keeps everybody from writing to the archive, as a full disk would, until it is closed. */
function blockArchive(): Database.Database {
  const volume = readdirSync(config.archive).find((name) => name.endsWith('.audit')) ?? '';
  const lock = new Database(join(config.archive, volume));
  lock.exec('BEGIN IMMEDIATE');
  return lock;
}

test('a gateway is not ready while its archive is more than a minute behind', async () => {
  const client = await stage.connect(gateway, await stage.token('agent'));
  const lock = blockArchive();
  try {
    await client.query('select 1');
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // it is noted how far the spool is
    expect(await ready()).toEqual([200, null]);
    ahead = 50_000;
    expect(await ready()).toEqual([200, null]);
    ahead = 61_000;
    expect(await ready()).toEqual([503, expect.stringMatching(/^the archive is \d\d s behind$/)]);
  } finally {
    lock.close();
  }
  await expect.poll(ready, { timeout: 10_000 }).toEqual([200, null]);
}, 20_000);

test('a gateway is not ready while its spool has no room for a new session', async () => {
  const client = await stage.connect(gateway, await stage.token('agent'));
  const lock = blockArchive();
  const load = async () => {
    for (let i = 0; i < 160; i++) await client.query(`select length('${'x'.repeat(1 << 19)}')`);
  };
  const loaded = load();
  try {
    await expect
      .poll(ready, { timeout: 15_000 })
      .toEqual([503, expect.stringMatching(/^it takes no sessions: its spool \(\d+ of 67108864 bytes\)/)]);
  } finally {
    lock.close();
  }
  await loaded;
  await expect.poll(ready, { timeout: 10_000 }).toEqual([200, null]);
}, 40_000);
