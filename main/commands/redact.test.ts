import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startPostgres, type TestPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { mintToken } from './token.ts';

const CLI = join(import.meta.dirname, '../cli.ts');
const Ready = z.object({ listen: z.string() });

/** Numbers that should not have been asked for: one is taken out while the gateway runs, one when it has ended. */
const SECRETS = ['4111111111111111', '5500005555555559'];

let server: TestPostgres;
let folder: string;
let config: string;
let gateway: ChildProcess | null = null;

beforeAll(async () => {
  server = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), 'auditorium-redact-'));
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
  gateway?.kill('SIGKILL');
  await server?.stop();
  rmSync(folder, { recursive: true });
});

const environment = () => ({
  ...process.env,
  PASSWORD: server.password,
  XDG_DATA_HOME: folder,
  HOME: folder,
});

async function run(...words: string[]) {
  const child = execFile(process.execPath, [CLI, ...words], { env: environment() });
  const parts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.on('data', (data: Buffer) => (parts[stream] += data.toString()));
  const [status] = (await once(child, 'close')) as [number];
  return { status, ...parts };
}

async function startGateway() {
  const child = spawn(process.execPath, [CLI, 'gateway', '--config', config, '--json'], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  gateway = child;
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { listen } = Ready.parse(JSON.parse(line));
  return { child, port: Number(listen.slice(listen.lastIndexOf(':') + 1)) };
}

async function ask(port: number): Promise<void> {
  const password = await mintToken({ sub: 'ci', configPath: config }, process.env);
  const client = new pg.Client({ host: '127.0.0.1', port, database: 'shop', user: 'ci', password });
  await client.connect();
  for (const secret of SECRETS) await client.query('select $1::text, length($1)', [secret]);
  await client.query(`select '${SECRETS[0]}' as one`);
  await client.end();
}

/** What can be read of any file below the folder. */
function plain(): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Buffer.concat(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))));
}

const redact = (...words: string[]) =>
  run('redact', '--config', config, '--reason', 'a card number', '--by', 'ada', ...words);

test('values are taken out through a gateway that runs, and of one that has ended', async () => {
  const { child, port } = await startGateway();
  await ask(port);
  const [first = '', second = ''] = SECRETS;
  expect(plain().includes(first)).toBe(true);
  expect(await redact('--value', first, '--json')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('"redacted":false,"payloads":4'),
  });
  expect(await redact('--value', first, '--yes')).toEqual({
    status: 0,
    stdout:
      '1 payload statement.parameters\n2 payloads outcome.answer\n1 payload statement.text\n4 payloads of 1 session taken out\n',
    stderr: '',
  });
  expect([plain().includes(first), plain().includes(second)]).toEqual([false, true]);
  expect(await redact('--event', '999999')).toMatchObject({
    status: 7,
    stderr: expect.stringMatching(/EVENT_NOT_FOUND: no event 999999/),
  });
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(await redact('--value', second, '--keep-rest', '--yes')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('2 payloads of 1 session taken out'),
  });
  expect(SECRETS.map((secret) => plain().includes(secret))).toEqual([false, false]);
  const archive = join(folder, 'archive');
  const verified = await run('verify', archive, '--config', config, '--seal');
  expect(verified).toMatchObject({
    status: 21,
    stdout: expect.stringMatching(/was taken out by ada on [\d-]+, in part: a card number/),
  });
  const { stdout: found } = await run('find', archive, '--json');
  const texts = found
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text);
  expect(texts).toEqual(['(text redacted)', 'select $1::text, length($1)', 'select $1::text, length($1)']);
  const { session } = JSON.parse(found.split('\n')[0] ?? '') as { session: string };
  const { stdout: replayed } = await run('replay', archive, session, '--speed', '16');
  expect(replayed).toMatch(/text redacted by ada on/);
  expect(replayed).toContain('*'.repeat(16));
}, 60_000);
