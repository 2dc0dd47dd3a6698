import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectRaw, query, type RawClient } from '../bench/raw-client.ts';
import { EVERYTHING } from '../shared/filter/filter.ts';
import { freshDatabase, startTestGateway, type TestGateway } from '../test/gateway.ts';

let opened: AsyncDisposableStack;
beforeEach(() => {
  opened = new AsyncDisposableStack();
});
afterEach(() => opened.disposeAsync());

/** Half a MiB that the spool must hold and the server throws away. */
const TEXT = `SELECT length('${'x'.repeat(1 << 19)}')`;

/** More statements than a spool of 64 MiB holds. */
const STATEMENTS = 160;

async function start(spool: string): Promise<TestGateway> {
  const gateway = opened.use(await startTestGateway('intent', 'enforce', spool));
  await freshDatabase(gateway.server);
  return gateway;
}

/** Keeps everybody from writing to the archive, as a full disk or a runaway reader would; returns how to let them. */
function blockArchive(folder: string): () => void {
  const volume = readdirSync(folder).find((name) => name.endsWith('.audit')) ?? '';
  const db = new Database(join(folder, volume));
  db.exec('BEGIN IMMEDIATE');
  let open = true;
  const release = () => {
    if (open) db.close();
    open = false;
  };
  opened.defer(release);
  return release;
}

/** Runs statements until all are answered or the session breaks; counts the answers. */
function run(client: RawClient): { answered: number; readonly ended: Promise<string> } {
  const load = { answered: 0, ended: Promise.resolve('') };
  load.ended = (async () => {
    try {
      for (; load.answered < STATEMENTS; load.answered++) await client.run(query(TEXT));
      return 'done';
    } catch (error) {
      return String(error);
    }
  })();
  return load;
}

/** Waits until no answer comes any more. */
async function stalled(load: { readonly answered: number }): Promise<number> {
  for (let before = -1; ;) {
    if (load.answered === before) return before;
    before = load.answered;
    await pause(700);
  }
}

describe('while the archive takes nothing', () => {
  test('agents go on until the spool is full, wait, and go on when it takes events again', async () => {
    const gateway = await start('{ limit: 64MiB, deadline: 60s }');
    const client = await connectRaw(gateway.address, 'full');
    const release = blockArchive(gateway.folder);
    const load = run(client);
    const answered = await stalled(load);
    expect(answered * (1 << 19)).toBeGreaterThan(50 << 20);
    expect(answered).toBeLessThan(STATEMENTS);
    await expect(connectRaw(gateway.address, 'late')).rejects.toThrow('57P03');
    release();
    expect(await load.ended).toBe('done');
    await client.close();
    const { items } = await gateway.archive.statements({ filter: EVERYTHING, limit: 500 });
    expect(items.filter(({ status }) => status === 'completed').length).toBeGreaterThan(answered);
  }, 60_000);

  test('agents are cut off with 53100 after the deadline, and new ones come in once it does', async () => {
    const gateway = await start('{ limit: 64MiB, deadline: 1s }');
    const client = new pg.Client({ ...gateway.address, application_name: 'full' });
    client.on('error', () => {}); // that the connection closes behind the FATAL
    await client.connect();
    const release = blockArchive(gateway.folder);
    const load = async () => {
      for (let i = 0; i < STATEMENTS; i++) await client.query(TEXT);
    };
    await expect(load()).rejects.toMatchObject({ severity: 'FATAL', code: '53100' });
    release();
    const late = await patiently(() => connectRaw(gateway.address, 'late'));
    await late.run(query('SELECT 1'));
    await late.close();
    const sessions = await patiently(async () => {
      const { items } = await gateway.archive.sessions({ filter: EVERYTHING, sort: 'started', limit: 10 });
      if (items.filter(({ ended }) => ended !== null).length < 2) throw new Error('still being shipped');
      return items;
    });
    expect(sessions.map(({ applicationName, outcome }) => [applicationName, outcome])).toEqual([
      ['full', 'failed'],
      ['late', 'completed'],
    ]);
  }, 60_000);
});

/** Tries until it works. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await pause(100);
    }
  }
}
