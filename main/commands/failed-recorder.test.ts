import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openYoungArchive } from '../../bench/recorded.ts';
import { Readiness } from '../../gateway/control-schema.ts';
import { startPostgres, type TestPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { listSpoolFiles } from '../../gateway/recorder/spool-file.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { configuration, DATABASE, freshDatabase } from '../../test/gateway.ts';
import { clearAway } from '../../test/leftovers.ts';
import { haveStrace, spoilSyncs } from '../../test/torture/strace.ts';
import { mintToken } from './token.ts';

const CLI = join(import.meta.dirname, '../cli.ts');
const Ready = z.object({ listen: z.string(), archive: z.string(), pid: z.number() });

let server: TestPostgres;
let opened: AsyncDisposableStack;

beforeAll(async () => {
  server = await startPostgres();
  opened = new AsyncDisposableStack();
});
afterAll(async () => {
  await opened?.disposeAsync();
  await server?.stop();
});

interface Running {
  readonly folder: string;
  readonly config: string;
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly archive: string;
  /** Status and signal, once it has ended. */
  readonly ended: Promise<unknown[]>;
  readonly stderr: string[];
}

/** A gateway in a folder of its own, or again in one where another was. */
async function start(folder = mkdtempSync(join(tmpdir(), 'auditorium-failed-'))): Promise<Running> {
  const config = join(folder, 'auditorium.yaml');
  writeFileSync(config, configuration('intent', server, 'enforce', '{ deadline: 1s }'));
  const child = spawn(process.execPath, [CLI, 'gateway', '--config', config, '--json'], {
    env: { ...process.env, PASSWORD: server.password },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  opened.defer(async () => {
    child.kill('SIGKILL');
    await ended;
    await clearAway(folder);
  });
  const stderr: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => stderr.push(line));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { listen, archive, pid } = Ready.parse(JSON.parse(line));
  return { folder, config, child, pid, port: Number(listen.split(':')[1]), archive, ended, stderr };
}

async function connect({ config, port }: Running, name: string): Promise<pg.Client> {
  const password = await mintToken({ configPath: config, sub: name }, {});
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'agent',
    database: DATABASE,
    password,
    application_name: name,
  });
  client.on('error', () => {}); // that the connection closes behind the FATAL
  await client.connect();
  opened.defer(() => client.end().catch(() => {}));
  return client;
}

/** Lets the syncs of the spool’s current file fail; other files, those of the archive too, are as ever. */
async function spoil({ folder, pid }: Running, fault: string): Promise<AsyncDisposable> {
  const file = listSpoolFiles(join(folder, 'spool')).at(-1)?.path ?? '';
  return opened.use(await spoilSyncs(pid, fault, file));
}

/** Agent and outcome of every session, oldest first, once so many have ended. */
async function sessions(archive: string, count: number): Promise<string[]> {
  await using reader = await openYoungArchive(archive).then((open) => ({
    open,
    [Symbol.asyncDispose]: async () => open.close(),
  }));
  for (;;) {
    const { items } = await reader.open.sessions({ filter: EVERYTHING, sort: 'started', limit: 10 });
    if (items.filter(({ outcome }) => outcome !== 'live').length === count)
      return items.map(({ applicationName, outcome }) => `${applicationName} ${outcome}`);
    await pause(50);
  }
}

/** What GET /ready says of the worker, until nobody answers any more. */
async function problemsOf({ folder, child }: Running): Promise<Set<string>> {
  const problems = new Set<string>();
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await ready(join(folder, 'spool/control.sock')).catch(() => null);
    if (answer === null) break;
    for (const { problem } of answer.workers) if (problem !== null) problems.add(problem);
    await pause(5);
  }
  return problems;
}

function ready(socketPath: string): Promise<Readiness> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/ready' }, (response) => {
      json(response).then((body) => resolve(Readiness.parse(body)), reject);
    })
      .once('error', reject)
      .end();
  });
}

describe.runIf(haveStrace())('a gateway that can record no more', () => {
  test('tells its agents, closes the log, ships it, says why, and ends with the status of the recorder', async () => {
    await freshDatabase(server);
    const gateway = await start();
    const agent = await connect(gateway, 'cut');
    await agent.query('SELECT 1');
    const problems = problemsOf(gateway);
    await spoil(gateway, 'error=EIO');
    await expect(agent.query('SELECT 2')).rejects.toMatchObject({ severity: 'FATAL', code: '58030' });

    expect(await gateway.ended).toEqual([9, null]);
    const spool = join(gateway.folder, 'spool');
    const failure = `fdatasync of the spool in ${spool} failed: EIO: i/o error, fdatasync`;
    const advice = `What is on disk is verified and shipped at the next start; see what the kernel’s log says of the disk of ${spool}; on a disk that is broken, move the folder and let gateway.spool.dir name its new place`;
    const said = `${failure}: nothing more can be recorded. ${advice}`;
    const fatal = gateway.stderr.find((line) => line.includes('"fatal"'));
    expect(JSON.parse(fatal ?? '{}')).toMatchObject({
      event: 'recorder.failed',
      code: 'SPOOL_SYNC',
      message: said,
    });
    expect(gateway.stderr.at(-1)).toBe(`auditorium: SPOOL_SYNC: ${said}`);
    expect(await problems).toEqual(new Set([`it cannot record: ${failure}`]));
    // Before anybody starts another one.
    expect(await sessions(gateway.archive, 1)).toEqual(['cut failed']);

    const next = await start(gateway.folder);
    const later = await connect(next, 'later');
    await later.query('SELECT 3');
    await later.end();
    expect(await sessions(next.archive, 2)).toEqual(['cut failed', 'later completed']);
  }, 30_000);

  test('is gone even when its disk hangs, and the next one goes on where the disk was', async () => {
    await freshDatabase(server);
    const gateway = await start();
    const agent = await connect(gateway, 'hung');
    await agent.query('SELECT 1');
    const problems = problemsOf(gateway);
    const hanging = await spoil(gateway, 'delay_enter=600000000');
    await expect(agent.query('SELECT 2')).rejects.toMatchObject({ severity: 'FATAL', code: '58030' });
    expect(await problems).toEqual(new Set(['it cannot record: the spool’s disk did not sync within 1 s']));
    // The thread that strace holds back is all that is left, as one that waits for a disk would be.
    while (!/^State:\s+Z/m.test(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))) await pause(50);
    await hanging[Symbol.asyncDispose]();
    expect(await gateway.ended).toEqual([null, 'SIGKILL']);

    const next = await start(gateway.folder);
    const later = await connect(next, 'later');
    await later.end();
    expect(await sessions(next.archive, 2)).toEqual(['hung failed', 'later completed']);
  }, 30_000);
});
