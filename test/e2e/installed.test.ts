import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startPostgres, type TestPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { isRunning } from '../../main/demo/processes.ts';
import { ORDERS } from '../../main/demo/story/shop.ts';
import { SESSIONS } from '../../main/demo/story/story.ts';
import { visit } from './browser.ts';
import { runCommand } from './command-line.ts';
import { demoHome, startDemo } from './demo-process.ts';
import { install } from './installed.ts';
import { familyOf } from './processes.ts';
import { startProgram } from './program.ts';

let opened: AsyncDisposableStack;
let bin: string;
let folder: string;
let env: NodeJS.ProcessEnv;
let server: TestPostgres;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  ({ bin } = opened.use(await install()));
  folder = await mkdtemp(join(tmpdir(), 'auditorium-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  server = await startPostgres();
  opened.defer(() => server.stop());
  env = { ...process.env, AUDITORIUM_HOME: folder, PASSWORD: server.password };
}, 120_000);
afterAll(() => opened.disposeAsync());

const Ready = z.object({ listen: z.string(), archive: z.string() });
const Shown = z.object({ url: z.url() });
const Found = z.object({ session: z.string(), text: z.string() });

/** What a command that succeeds prints. */
async function printedBy(...words: string[]): Promise<readonly string[]> {
  const { status, printed, complaints } = await runCommand(bin, words, env);
  expect({ status, complaints }).toEqual({ status: 0, complaints: [] });
  return printed;
}

async function tokenOf(config: string): Promise<string> {
  const [token = ''] = await printedBy('token', '--sub', 'agent', '--config', config);
  return token;
}

/** The configuration of a gateway with this many workers, beside which it keeps its spool and archive. */
async function configure(workers: number): Promise<string> {
  const place = join(folder, String(workers));
  await mkdir(place);
  const file = join(place, 'auditorium.yaml');
  const { host, port, user, database } = server;
  const connection = `host: ${host}, port: ${port}, database: ${database}, user: ${user}, sslmode: disable`;
  await writeFile(
    file,
    `gateway: { listen: '127.0.0.1:0', workers: ${workers}, log: { level: warn } }
issuers: [{ name: dev, profile: development }]
connections: [{ name: main, ${connection}, password: { env: PASSWORD } }]
`,
  );
  return file;
}

/** Runs one statement as an agent with this password. */
async function asAgent(listen: string, database: string, password: string, sql: string): Promise<unknown[]> {
  const [host = '', port] = listen.split(':');
  const client = new pg.Client({ host, port: Number(port), user: 'agent', database, password });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows;
  } finally {
    await client.end();
  }
}

async function expectGone(processes: readonly number[]): Promise<void> {
  await expect.poll(() => processes.filter(isRunning)).toEqual([]);
}

test('the installed demo records its story and what comes later, shows both, and leaves no process', async () => {
  const demo = startDemo(await demoHome(), { installed: bin });
  const { url, archive, listen } = await demo.ready();
  const processes = familyOf(demo.process.pid ?? 0);
  const token = await tokenOf(join(archive, '../auditorium.yaml'));
  expect(await asAgent(listen, 'shop', token, 'SELECT count(*) FROM shop.orders')).toEqual([
    [String(ORDERS)],
  ]);
  const { page, complaints } = await visit(url);
  await expect.poll(() => page.getByTestId('matching').innerText()).toBe(`${SESSIONS + 1} sessions`);
  expect(complaints).toEqual([]);
  demo.process.kill('SIGINT');
  expect([await demo.ended, processes.length > 4]).toEqual([0, true]);
  await expectGone(processes);
}, 120_000);

test.for(process.platform === 'linux' ? [1, 2] : [1])(
  'an installed gateway of %i workers records what the installed commands find, replay and open',
  { timeout: 120_000 },
  async (workers) => {
    const config = await configure(workers);
    const gateway = startProgram([process.execPath, bin, 'gateway', '--config', config, '--json'], {
      cwd: folder,
      env,
    });
    const { listen, archive } = Ready.parse(await gateway.readyLine());
    const processes = familyOf(gateway.process.pid ?? 0);
    expect(processes).toHaveLength(workers === 1 ? 1 : 1 + workers);
    const token = await tokenOf(config);
    const sql = `SELECT 'by ${workers}' AS worker`;
    expect(await asAgent(listen, 'main', token, sql)).toEqual([[`by ${workers}`]]);
    const [status = ''] = await printedBy('gateway', 'status', '--config', config, '--json');
    expect(JSON.parse(status)).toMatchObject({ ready: true, listen });

    gateway.process.kill('SIGINT');
    expect([await gateway.ended, gateway.notes()]).toEqual([
      0,
      expect.not.stringContaining('"level":"error"'),
    ]);
    await expectGone(processes);

    const [found = ''] = await printedBy('find', archive, 'verb:select', '--json');
    const { session, text } = Found.parse(JSON.parse(found));
    expect(text).toBe(sql);
    const replayed = await printedBy('replay', archive, session, '--json');
    expect(replayed.join('\n')).toContain(`by ${workers}`);

    const open = ['open', archive, '--browser', '--no-open', '--json'];
    const host = startProgram([process.execPath, bin, ...open], { cwd: folder, env });
    const { url } = Shown.parse(await host.readyLine());
    const { page, complaints } = await visit(url);
    await expect.poll(() => page.getByTestId('matching').innerText()).toBe('1 session');
    expect(complaints).toEqual([]);
    host.process.kill('SIGINT');
    expect(await host.ended).toBe(0);
  },
);
