import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startDatabase } from './database.ts';
import { SUPERUSER } from './postgres.ts';
import { isRunning } from './processes.ts';
import { WatchdogReport } from './watchdog-report.ts';
import { z } from 'zod';

const WATCHDOG = new URL('watchdog.ts', import.meta.url);

/** A process between the test and the watchdog, so that it can be killed; it passes the watchdog's report on. */
function startParent() {
  const code = `
    const { fork } = await import('node:child_process');
    const watchdog = fork(new URL(${JSON.stringify(WATCHDOG.href)}), [], { detached: true, execArgv: [] });
    watchdog.once('message', (report) => process.send({ report, watchdog: watchdog.pid }));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  return parent;
}

test('a database is PostgreSQL 18, and gone with its folder once stopped', async () => {
  const database = await startDatabase(new AbortController().signal);
  const client = new Client({ ...database, user: SUPERUSER, database: 'postgres' });
  await client.connect();
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int / 10000 as major, current_setting('data_directory') as folder`,
  );
  await client.end();
  expect(rows).toEqual([{ major: 18, folder: expect.stringContaining('auditorium-postgres-') }]);
  await database[Symbol.asyncDispose]();
  expect({ folder: existsSync(rows[0].folder), watchdog: isRunning(database.pid) }).toEqual({
    folder: false,
    watchdog: false,
  });
});

test('a start that is aborted leaves nothing', async () => {
  const abort = new AbortController();
  const starting = startDatabase(abort.signal);
  setTimeout(() => abort.abort(), 150);
  await expect(starting).rejects.toThrow('stopped');
});

test('after kill -9 of the parent the watchdog ends the server, removes its folder and ends', async () => {
  const parent = startParent();
  const [message] = await once(parent, 'message');
  const { report, watchdog } = z.object({ report: WatchdogReport, watchdog: z.number() }).parse(message);
  if (report.state !== 'ready') throw new Error(report.reason);
  parent.kill('SIGKILL');
  await expect.poll(() => [report.server, watchdog].filter(isRunning), { timeout: 8000 }).toEqual([]);
  expect(existsSync(report.folder)).toBe(false);
});

test('the signals of a terminal pass the watchdog by', async () => {
  const watchdog = fork(WATCHDOG, [], { detached: true, execArgv: [] });
  const [message] = await once(watchdog, 'message');
  const report = WatchdogReport.parse(message);
  watchdog.kill('SIGINT');
  watchdog.kill('SIGHUP');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect({ state: report.state, running: isRunning(watchdog.pid ?? 0) }).toEqual({
    state: 'ready',
    running: true,
  });
  watchdog.disconnect();
  await once(watchdog, 'exit');
});
