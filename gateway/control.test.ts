import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { dirname, join } from 'node:path';
import type { DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArchiveReader } from './archive/archive.ts';
import { parseConfig, type Config } from './config.ts';
import { LiveSessionList, type LiveSessionRow, Readiness } from './control-schema.ts';
import type { Gateway } from './gateway.ts';
import { openLog } from './log.ts';
import { type ControlAnswer, ended, Stage } from '../test/stage.ts';

let stage: Stage;
let config: Config;
let gateway: Gateway;
let archive: ArchiveReader;
/** What the gateway's configuration file says now. */
let written: () => string;
const lines: string[] = [];

beforeAll(async () => {
  stage = await Stage.open();
  config = stage.configure("metrics: '127.0.0.1:0', log: { level: debug }");
  written = () => '';
  gateway = await stage.start(config, {
    log: openLog('debug', new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) })),
    reread: async () => parseConfig(written(), stage.folder, { PASSWORD: stage.server.password }),
  });
  archive = await stage.archive(config);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

function ask(method: string, path: string, body?: unknown): Promise<ControlAnswer> {
  return stage.ask(config.gateway.control, method, path, body);
}

async function sessions() {
  return LiveSessionList.parse((await ask('GET', '/sessions')).value).sessions;
}

/** The session of an agent, once it is as wanted. */
async function sessionOf(subject: string, wanted: (session: LiveSessionRow) => boolean = () => true) {
  for (;;) {
    const found = (await sessions()).find((session) => session.subject === subject && wanted(session));
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the socket', () => {
  test('is its owner’s alone', () => {
    const { control } = config.gateway;
    expect([statSync(control).mode & 0o777, statSync(dirname(control)).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  test('answers what is not there or not understood with a code', async () => {
    const answers = [
      await ask('GET', '/nothing'),
      await ask('PUT', '/sessions'),
      await ask('DELETE', '/sessions'),
      await ask('GET', '/sessions/1/2'),
      await ask('DELETE', '/sessions/00ff', { by: 'ops', reason: 'none such' }),
      await ask('DELETE', '/sessions/00ff', { reason: 'nobody' }),
      await ask('POST', '/revocations', { what: 'password', value: 'x', by: 'ops', reason: 'no' }),
      await ask('DELETE', '/sessions/00ff', { by: 'ops', reason: 'x'.repeat(20_000) }),
    ];
    expect(answers.map(({ status, value }) => [status, (value as { code: string }).code])).toEqual([
      [404, 'NOT_FOUND'],
      [404, 'NOT_FOUND'],
      [404, 'NOT_FOUND'],
      [404, 'NOT_FOUND'],
      [404, 'NOT_FOUND'],
      [400, 'BAD_REQUEST'],
      [400, 'BAD_REQUEST'],
      [400, 'BAD_REQUEST'],
    ]);
  });

  test('of a running gateway is refused to a second one, and the first goes on', async () => {
    const second = {
      ...config,
      gateway: { ...config.gateway, spool: { ...config.gateway.spool, dir: join(stage.folder, 'other') } },
    };
    await expect(stage.start(second)).rejects.toMatchObject({ code: 'CONTROL_TAKEN' });
    expect((await ask('GET', '/health')).status).toBe(200);
  });
});

test('a running gateway is healthy and ready', async () => {
  const { status, value } = await ask('GET', '/ready');
  expect([status, Readiness.parse(value)]).toEqual([
    200,
    {
      ready: true,
      draining: false,
      listen: `127.0.0.1:${gateway.listen.port}`,
      archive: config.archive,
      policy: null,
      workers: [
        {
          worker: 0,
          pid: process.pid,
          problem: null,
          sessions: expect.any(Number) as number,
          unshipped: expect.any(Number) as number,
          lag: expect.any(Number) as number,
          remote: null,
        },
      ],
    },
  ]);
});

describe('live sessions', () => {
  test('say who they are and what they do', async () => {
    const client = await stage.connect(gateway, await stage.token('watched', 'github:4711:3'));
    await client.query('begin');
    const sleeping = client.query('select pg_sleep(60)').catch((error: unknown) => error);
    const session = await sessionOf('watched', ({ inFlight }) => inFlight !== null);
    expect(session).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      worker: 0,
      connection: 'shop',
      subject: 'watched',
      clientId: expect.any(String) as string,
      issuer: expect.stringContaining('http://127.0.0.1:') as string,
      job: 'github/4711/3',
      address: '127.0.0.1',
      port: expect.any(Number) as number,
      since: expect.any(Number) as number,
      statements: 2,
      inFlight: { statement: 2, duration: expect.any(Number) as number },
      transaction: 'T',
      received: expect.any(Number) as number,
      sent: expect.any(Number) as number,
    });
    await ask('DELETE', `/sessions/${session.id}`, { by: 'ops', reason: 'the test is over' });
    expect(await sleeping).toMatchObject({ code: '57P01' });
  });

  test('can be ended: agent and record are told, and the backend is cancelled', async () => {
    const client = await stage.connect(gateway, await stage.token('runaway'));
    const failed = client.query('select pg_sleep(4711)').catch((error: unknown) => error);
    const { id } = await sessionOf('runaway', ({ inFlight }) => inFlight !== null);
    const { status } = await ask('DELETE', `/sessions/${id.slice(0, 20)}`, {
      by: 'ada',
      reason: 'too hungry',
    });
    const { code, severity, message, detail } = (await failed) as DatabaseError;
    expect([status, severity, code, message, detail]).toEqual([
      200,
      'FATAL',
      '57P01',
      'terminating connection due to administrator command',
      'too hungry',
    ]);
    const { outcome, reason } = await ended(archive, 'runaway');
    expect([outcome, reason]).toEqual(['failed', 'ended by ada: too hungry']);
    const other = await stage.connect(gateway, await stage.token('witness'));
    const busy = `select count(*)::int as n from pg_stat_activity where query like '%pg_sleep(4711)%' and pid <> pg_backend_pid() and state = 'active'`;
    await expect
      .poll(async () => (await other.query<{ n: number }>(busy)).rows, { timeout: 5_000 })
      .toEqual([{ n: 0 }]);
    await other.end();
  });

  test('of a subject that is revoked end, and it opens no more', async () => {
    const token = await stage.token('leaver');
    const client = await stage.connect(gateway, token);
    const error = once(client, 'error');
    const { value } = await ask('POST', '/revocations', {
      what: 'subject',
      value: 'leaver',
      by: 'ada',
      reason: 'left',
    });
    expect(value).toEqual({ ended: 1 });
    expect(await error).toMatchObject([{ code: '28000' }]);
    await expect(stage.connect(gateway, token)).rejects.toMatchObject({ code: '28000' });
    expect((await ended(archive, 'leaver')).reason).toContain('revoked by ada (left)');
  });
});

test('metrics count what was done, in the format of Prometheus', async () => {
  const client = await stage.connect(gateway, await stage.token('counted'));
  const before = await scrape();
  for (let i = 0; i < 10; i++) await client.query('select 1');
  await expect(stage.connect(gateway, 'no token')).rejects.toMatchObject({ code: '28000' });
  const after = await scrape();
  const difference = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect([
    difference('auditorium_statements_total{worker="0"}'),
    difference('auditorium_agent_bytes_total{direction="received",worker="0"}'),
    difference('auditorium_denials_total{reason="NOT_A_TOKEN",worker="0"}'),
    difference('auditorium_sessions_live{worker="0"}'),
    difference('auditorium_spool_sync_seconds_count{worker="0"}') > 0,
    difference('auditorium_spool_sync_seconds_bucket{le="+Inf",worker="0"}') > 0,
    after.get('auditorium_recording{worker="0"}'),
    after.get('auditorium_spool_limit_bytes{worker="0"}'),
    (after.get('process_resident_memory_bytes{worker="0"}') ?? 0) > 1e7,
    (after.get('auditorium_spool_sync_recent_seconds{quantile="0.5",worker="0"}') ?? 0) > 0,
  ]).toEqual([10, 10 * 14, 1, 0, true, true, 1, 2 ** 31, true, true]);
  expect(await (await fetch(metricsUrl('/sessions'))).json()).toMatchObject({ code: 'NOT_FOUND' });
  await client.end();
});

test('probes are told, without a token, whether it lives and takes agents, and nothing more', async () => {
  const answers = ['/health', '/ready', '/key', '/approvals'].map(async (path) => {
    const response = await fetch(metricsUrl(path));
    return [response.status, await response.json()] as const;
  });
  expect(await Promise.all(answers)).toEqual([
    [200, { pid: process.pid, uptime: expect.any(Number) as number }],
    [200, { ready: true, draining: false }],
    [404, { code: 'NOT_FOUND', message: 'there is no GET /key here' }],
    [404, { code: 'NOT_FOUND', message: 'there is no GET /approvals here' }],
  ]);
});

function metricsUrl(path: string): string {
  return `http://127.0.0.1:${gateway.metricsPort}${path}`;
}

/** Every sample by its name and labels; both ways to ask answer in one format. */
async function scrape(): Promise<Map<string, number>> {
  const response = await fetch(metricsUrl('/metrics'));
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const said = await response.text();
  const samples = said.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const sample = /^([a-z_]+\{(?:[a-z]+="[^"\\]*",?)+\}) ([0-9.e+-]+|NaN)$/;
  return new Map(
    samples.map((line) => {
      const [, name = `not understood: ${line}`, value] = sample.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
}

describe('a reload', () => {
  const file = (settings: string, connections: string) =>
    `gateway: { listen: '127.0.0.1:0', metrics: '127.0.0.1:0', log: { level: debug }, ${settings} }\nissuers: [{ name: dev, profile: development }]\nconnections: [${connections}]`;

  test('takes over what it can, says what it cannot, and live sessions go on', async () => {
    const client = await stage.connect(gateway, await stage.token('stayer'));
    const token = await stage.token('newcomer');
    await expect(stage.connect(gateway, token, { database: 'annex' })).rejects.toMatchObject({
      code: '3D000',
    });
    written = () => file('drain: 5s, workers: 4, durability: full', stage.connection('annex'));
    expect(await ask('POST', '/reload')).toEqual({
      status: 200,
      value: {
        applied: ['gateway.drain', 'connections'],
        kept: ['gateway.durability', 'gateway.workers'],
      },
    });
    const newcomer = await stage.connect(gateway, token, { database: 'annex' });
    await expect(stage.connect(gateway, token)).rejects.toMatchObject({ code: '3D000' });
    expect((await client.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
    await newcomer.end();
    await client.end();
    written = () => file('', stage.connection('shop'));
    expect((await ask('POST', '/reload')).value).toEqual({
      applied: ['gateway.drain', 'connections'],
      kept: [],
    });
  });

  test('of a file that cannot be used changes nothing and says where it is wrong', async () => {
    written = () => 'gateway: { listen: 5 }';
    expect(await ask('POST', '/reload')).toEqual({
      status: 422,
      value: {
        code: 'CONFIG_INVALID',
        message: 'auditorium.yaml:1:12: gateway.listen must be an address such as 127.0.0.1:6432',
      },
    });
    writeFileSync(join(stage.folder, 'server.crt'), 'no certificate');
    writeFileSync(join(stage.folder, 'server.key'), 'no key');
    written = () => file('tls: { cert: server.crt, key: server.key }', stage.connection('shop'));
    const { status, value } = await ask('POST', '/reload');
    expect([status, (value as { message: string }).message]).toEqual([
      422,
      expect.stringMatching(/^gateway\.tls: .*server\.crt and .*server\.key cannot be used: /),
    ]);
    const client = await stage.connect(gateway, await stage.token('unimpressed'));
    await client.end();
  });
});

test('the log names every event and holds no secret', async () => {
  const token = await stage.token('logged');
  const client = await stage.connect(gateway, token);
  const { id } = await sessionOf('logged');
  await client.end();
  await ended(archive, 'logged');
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(
    events.every(
      ({ event, level, time }) => event !== undefined && level !== undefined && time !== undefined,
    ),
  ).toBe(true);
  const own = events.filter(({ session }) => session === id);
  expect(own.map(({ event, connection, address }) => [event, connection, address])).toEqual([
    ['session.opened', 'shop', '127.0.0.1'],
    ['session.ended', 'shop', '127.0.0.1'],
  ]);
  const all = lines.join('');
  expect(
    [token, ...token.split('.'), stage.server.password].filter((secret) => all.includes(secret)),
  ).toEqual([]);
});
