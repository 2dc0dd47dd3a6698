import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { connectRaw, message, query, type RawClient } from '../../../bench/raw-client.ts';
import { openYoungArchive } from '../../../bench/recorded.ts';
import { mintToken } from '../../../main/commands/token.ts';
import type { SessionRow, StatementRow } from '../../../shared/api/session.ts';
import { EVERYTHING } from '../../../shared/filter/filter.ts';
import { configuration, DATABASE, freshDatabase } from '../../../test/gateway.ts';
import type { ArchiveReader } from '../../archive/archive.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { readEvents } from './run.ts';
import { transcriptOf } from './recorded.ts';
import { clearAway } from '../../../test/leftovers.ts';

const CLI = join(import.meta.dirname, '../../../main/cli.ts');

/** How long agents write before the gateway dies. */
const LOAD_MS = 1500;

const Ready = z.object({ listen: z.string(), archive: z.string(), pid: z.number() });

let opened: AsyncDisposableStack;
beforeEach(() => {
  opened = new AsyncDisposableStack();
});
afterEach(() => opened.disposeAsync());

test.each(['intent', 'process'])(
  'after kill -9 in mode %s the archive holds every acknowledged statement, and what has no outcome reads unknown',
  async (durability) => {
    const server = await startPostgres();
    opened.defer(() => server.stop());
    await freshDatabase(server);
    await onServer(server, 'CREATE TABLE written (agent int, number int)');
    const folder = await mkdtemp(join(tmpdir(), 'auditorium-crash-'));
    opened.defer(() => clearAway(folder));
    const config = join(folder, 'auditorium.yaml');
    await writeFile(config, configuration(durability, server));

    const first = await startGatewayProcess(config, server);
    const acknowledged = await loadUntilKilled(
      first,
      await mintToken({ configPath: config, sub: 'crash' }, {}),
    );
    const second = await startGatewayProcess(config, server);
    const archive = await openYoungArchive(second.archive);
    opened.defer(() => archive.close());
    const sessions = await endedSessions(archive);

    const written = new Set(await onServer(server, "SELECT agent || '/' || number AS name FROM written"));
    const intents = await intentsOf(archive, sessions);
    expect(acknowledged.filter((name) => intents.get(name) !== 'completed')).toEqual([]);
    expect([...written].filter((name) => !intents.has(name))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(sessions.map(({ outcome, ended }) => ({ outcome, ended }))).toEqual(
      sessions.map(() => ({ outcome: 'unknown', ended: null })),
    );
    expect(await firstStatements(archive, sessions, 'SELECT pg_sleep(60)')).toEqual(['unknown']);
  },
  60_000,
);

interface GatewayProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly archive: string;
}

async function startGatewayProcess(config: string, server: TestPostgres): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [CLI, 'gateway', '--config', config, '--json'], {
    env: { ...process.env, PASSWORD: server.password, AUDITORIUM_LOG: 'fatal' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  opened.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const { listen, archive } = Ready.parse(JSON.parse(String(value)));
  return { child, port: Number(listen.split(':')[1]), archive };
}

/** Agents write, simple and prepared, until the gateway is killed; returns what was acknowledged to them. */
async function loadUntilKilled(gateway: GatewayProcess, token: string): Promise<string[]> {
  const address = {
    host: '127.0.0.1',
    port: gateway.port,
    user: 'agent',
    password: token,
    database: DATABASE,
  };
  const connecting = Array.from({ length: 4 }, () => connectRaw(address, 'crash'));
  const writers = await Promise.all(connecting);
  const sleeper = await connectRaw(address, 'crash');
  const acknowledged: string[] = [];
  const writing = writers.map((client, agent) => write(client, agent, acknowledged));
  const ends = Promise.allSettled<unknown>([...writing, sleeper.run(query('SELECT pg_sleep(60)'))]);
  await new Promise((resolve) => setTimeout(resolve, LOAD_MS));
  const gone = once(gateway.child, 'exit');
  gateway.child.kill('SIGKILL');
  await gone;
  const settled = await ends;
  expect(settled.map(({ status }) => status)).toEqual(settled.map(() => 'rejected'));
  return acknowledged;
}

/** Writes numbers from 1 until the connection breaks. */
async function write(client: RawClient, agent: number, acknowledged: string[]): Promise<never> {
  for (let number = 1; ; number++) {
    const text = `INSERT INTO written VALUES (${agent}, ${number})`;
    const none = new Uint8Array(2);
    const extended = [
      message('P', '\0', text, '\0', none),
      message('B', '\0\0', none, none, none),
      message('E', '\0', new Uint8Array(4)),
      message('S'),
    ];
    await client.run(agent % 2 === 0 ? query(text) : Buffer.concat(extended));
    acknowledged.push(`${agent}/${number}`);
  }
}

async function onServer(server: TestPostgres, sql: string): Promise<string[]> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: DATABASE });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(sql);
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** All sessions, once none of them counts as live. */
async function endedSessions(archive: ArchiveReader): Promise<SessionRow[]> {
  for (;;) {
    const { items } = await archive.sessions({ filter: EVERYTHING, sort: 'started', limit: 100 });
    if (items.length >= 5 && items.every(({ outcome }) => outcome !== 'live')) return items;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The statements that wrote, by what they wrote, with the status of their outcome; none is ''. */
async function intentsOf(
  archive: ArchiveReader,
  sessions: readonly SessionRow[],
): Promise<Map<string, string>> {
  const intents = new Map<string, string>();
  for (const { id } of sessions) {
    for (const { intent, results } of transcriptOf(await readEvents(archive, id)).statements) {
      const inserted = /VALUES \((\d+), (\d+)\)/.exec(intent.text);
      if (inserted !== null) intents.set(`${inserted[1]}/${inserted[2]}`, results[0]?.status ?? '');
    }
  }
  return intents;
}

/** Status of the first statement of each session whose text it is. */
async function firstStatements(
  archive: ArchiveReader,
  sessions: readonly SessionRow[],
  text: string,
): Promise<StatementRow['status'][]> {
  const pages = sessions.map(({ id }) => archive.statements({ filter: EVERYTHING, session: id, limit: 1 }));
  const rows = (await Promise.all(pages)).flatMap(({ items }) => items);
  return rows.filter((row) => row.text === text).map(({ status }) => status);
}
