import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startPostgres, type TestPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { mintToken } from './token.ts';

const CLI = join(import.meta.dirname, '../cli.ts');
const Ready = z.object({ listen: z.string(), archive: z.string(), pid: z.number() });

let server: TestPostgres;
let folder: string;
let config: string;

beforeAll(async () => {
  server = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), 'auditorium-control-'));
  config = join(folder, 'auditorium.yaml');
  const { host, port, database, user } = server;
  writeFileSync(
    config,
    `gateway: { listen: '127.0.0.1:0' }
issuers: [{ name: dev, profile: development }]
connections:
  - { name: shop, host: ${host}, port: ${port}, database: ${database}, user: ${user}, password: { env: PASSWORD }, sslmode: disable }
`,
  );
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `auditorium gateway …` to its end; the gateway that it talks to is another process. */
function run(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, 'gateway', ...words, '--config', config],
      (_, stdout, stderr) => resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly ended: Promise<unknown[]>;
  /** What it has logged, by event. */
  readonly logged: (event: string) => Record<string, unknown>[];
}

async function startGateway(): Promise<Running> {
  const child = spawn(process.execPath, [CLI, 'gateway', '--config', config, '--json'], {
    env: { ...process.env, PASSWORD: server.password },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: child.stderr }).on('line', (line) =>
    lines.push(z.record(z.string(), z.unknown()).parse(JSON.parse(line))),
  );
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { listen } = Ready.parse(JSON.parse(line));
  return {
    child,
    port: Number(listen.split(':')[1]),
    ended,
    logged: (event) => lines.filter((each) => each['event'] === event),
  };
}

async function connect(port: number, sub: string): Promise<pg.Client> {
  const password = await mintToken({ configPath: config, sub }, {});
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'agent', database: 'shop', password });
  client.on('error', () => {});
  await client.connect();
  return client;
}

test('without a running gateway its commands say so', async () => {
  const { status, stdout, stderr } = await run('status');
  expect([status, stdout, stderr]).toEqual([
    10,
    '',
    `auditorium: GATEWAY_NOT_RUNNING: no gateway answers on ${join(folder, 'spool/control.sock')}; start it, or name the configuration that it was started with\n`,
  ]);
});

describe.skipIf(process.platform === 'win32')('a running gateway', () => {
  test('is asked and told by its commands, reloads on SIGHUP and drains on SIGTERM', async () => {
    const { child, port, ended, logged } = await startGateway();
    const status = await run('status', '--json');
    expect([status.status, JSON.parse(status.stdout)]).toMatchObject([
      0,
      { ready: true, workers: [{ worker: 0, pid: child.pid, problem: null }] },
    ]);
    expect((await run('status')).stdout).toMatch(
      /^gateway on 127\.0\.0\.1:\d+, records to .*archive: ready\nWORKER +PID +SESSIONS +UNSHIPPED BYTES +LAG +PROBLEM\n +0 +\d+ +0 +[\d,]+ +[\d.]+ (?:µs|ms|s)\n$/,
    );

    expect(await run('sessions')).toEqual({ status: 0, stdout: '', stderr: 'no session lives\n' });
    const client = await connect(port, 'nosy');
    const sleeping = client.query('select pg_sleep(60)').catch((error: unknown) => error);
    const { stdout: list } = await run('sessions');
    const [, id = ''] = /^SESSION .*\n([0-9a-f]{16}) {2}nosy .*statement 1 for .*\n$/.exec(list) ?? [];
    expect(await run('kill', id, '--reason', 'asks too much')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(`^session ${id}[0-9a-f]{16} of nosy ended\n$`) as string,
    });
    expect(await sleeping).toMatchObject({ code: '57P01', detail: 'asks too much' });
    expect(await run('kill', id, '--reason', 'again')).toMatchObject({
      status: 7,
      stderr: `auditorium: SESSION_NOT_FOUND: no live session has the id ${id}\n`,
    });
    expect(await run('revoke', 'subject', 'nosy', '--reason', 'left', '--for', '1h')).toMatchObject({
      status: 0,
      stdout: 'revoked; 0 live sessions ended\n',
    });
    await expect(connect(port, 'nosy')).rejects.toMatchObject({ code: '28000' });
    expect(await run('revoke', 'name', 'nosy', '--reason', 'left')).toMatchObject({ status: 2 });

    const written = readFileSync(config, 'utf8');
    writeFileSync(config, written.replace('gateway: {', 'gateway: { drain: 20s, durability: full,'));
    expect(await run('reload')).toEqual({
      status: 0,
      stdout: 'taken over: gateway.drain\n',
      stderr: 'kept as it was until the gateway is started again: gateway.durability\n',
    });
    appendFileSync(config, 'nonsense: [\n');
    child.kill('SIGHUP');
    await expect.poll(() => logged('config.refused').length, { timeout: 5_000 }).toBe(1);
    writeFileSync(config, written);
    child.kill('SIGHUP');
    await expect.poll(() => logged('config.reloaded').length, { timeout: 5_000 }).toBe(2);

    const busy = await connect(port, 'busy');
    const work = busy.query("select pg_sleep(1.5), 'done' as work");
    child.kill('SIGTERM');
    expect((await work).rows).toMatchObject([{ work: 'done' }]);
    expect(await ended).toEqual([0, null]);
    expect(logged('gateway.closed').length).toBe(1);
  });

  test('that is told to end twice does not wait for who is busy, and still ends in order', async () => {
    const { child, port, ended } = await startGateway();
    const client = await connect(port, 'endless');
    const sleeping = client.query('select pg_sleep(60)').catch((error: unknown) => error);
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(child.exitCode).toBe(null);
    child.kill('SIGTERM');
    expect(await sleeping).toMatchObject({ code: '57P01' });
    expect(await ended).toEqual([0, null]);
  });

  test.skipIf(process.platform !== 'linux')(
    'that is killed leaves no worker behind, and no session without an end',
    async () => {
      const written = readFileSync(config, 'utf8');
      writeFileSync(config, written.replace('gateway: {', 'gateway: { workers: 2,'));
      const { child, port, ended } = await startGateway();
      const { stdout } = await run('status', '--json');
      const pids = Workers.parse(JSON.parse(stdout)).workers.map(({ pid }) => pid);
      const client = await connect(port, 'left alone');
      const told = once(client, 'error');
      child.kill('SIGKILL');
      await ended;
      expect(await told).toMatchObject([{ code: '57P01' }]);
      await expect.poll(() => pids.filter(lives), { timeout: 10_000 }).toEqual([]);
      const again = await startGateway();
      const found = await promisify(execFile)(process.execPath, [
        CLI,
        'find',
        join(folder, 'archive'),
        '--sessions',
        '--json',
        '--limit',
        '1',
      ]);
      expect(JSON.parse(found.stdout)).toMatchObject({
        outcome: 'failed',
        reason: 'the gateway is shutting down',
        identity: { subject: 'left alone' },
      });
      again.child.kill('SIGTERM');
      expect(await again.ended).toEqual([0, null]);
      writeFileSync(config, written);
    },
  );
});

const Workers = z.object({ workers: z.array(z.object({ pid: z.number() })) });

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
