import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../../shared/api/client.ts';
import { z } from '../../shared/api/zod.ts';
import { writeSmallArchive } from '../testing/small-archive.ts';

const CLI = join(import.meta.dirname, '../cli.ts');

let folder: string;
let archive: string;
let session: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-commands-'));
  archive = join(folder, 'archive');
  session = writeSmallArchive(archive);
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('find lists the statements that match, newest first', () => {
  expect(run('find', archive, 'table:orders', 'job:gh/4711')).toEqual({
    status: 0,
    stderr: '',
    stdout: [
      'TIME                  SESSION           AGENT        JOB              STATUS     ROWS  STATEMENT',
      '2026-11-21 09:00:00Z  0001070707070707  ci-deployer  github/4711/1 ✓  failed        0  DELETE FROM orders WHERE nope',
      '2026-11-21 09:00:00Z  0001070707070707  ci-deployer  github/4711/1 ✓  completed     2  SELECT id FROM orders',
      '',
    ].join('\n'),
  });
});

test('find takes a filter with or, not and parentheses, in one word or in many', () => {
  const verbs = (...words: string[]) => {
    const { stdout, stderr } = run('find', archive, '--json', ...words);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return [stderr, ...lines.map((line) => z.object({ verb: z.string() }).parse(JSON.parse(line)).verb)];
  };
  expect([
    verbs('-verb:delete', 'table:orders'),
    verbs('table:orders', '(verb:drop', 'or', 'verb:delete)'),
    verbs('table:orders -(verb:select or verb:delete)'),
  ]).toEqual([['', 'SELECT'], ['', 'DELETE'], ['nothing matches\n']]);
});

test('find points at what is wrong with a filter, and knows no option that it does not have', () => {
  expect([run('find', archive, 'a or (verb:drop'), run('find', archive, '--limt', '3')]).toEqual([
    {
      status: 2,
      stdout: '',
      stderr: 'auditorium: BAD_FILTER: this parenthesis is never closed, at character 6: (\n',
    },
    { status: 2, stdout: '', stderr: "auditorium: BAD_USAGE: unknown option '--limt'\n" },
  ]);
});

test('find says that there are more than it shows, and when there are none', () => {
  const { stdout, ...more } = run('find', archive, '--limit', '1', '--json');
  expect(more).toEqual({ status: 0, stderr: 'there are more: --limit shows more than 1\n' });
  expect(
    stdout.split('\n').map((line) => line !== '' && z.object({ verb: z.string() }).parse(JSON.parse(line))),
  ).toEqual([{ verb: 'DELETE' }, false]);
  expect(run('find', archive, 'verb:copy')).toEqual({ status: 0, stdout: '', stderr: 'nothing matches\n' });
});

test('find --sessions lists sessions', () => {
  expect(run('find', archive, 'verb:delete', '--sessions')).toEqual({
    status: 0,
    stderr: '',
    stdout: [
      'STARTED               SESSION           AGENT        JOB              CONNECTION  OUTCOME    STATEMENTS  ROWS  ERRORS  VERBS',
      '2026-11-21 09:00:00Z  0001070707070707  ci-deployer  github/4711/1 ✓  shop        completed           2     2       1  DELETE SELECT',
      '',
    ].join('\n'),
  });
});

test('replay takes the short id that find shows', () => {
  const { status, stdout, stderr } = run('replay', archive, session.slice(0, 16), '--json', '--from', '5');
  const steps = stdout.split('\n').filter((line) => line !== '');
  expect([
    status,
    stderr,
    steps.map((line) => z.object({ sequence: z.number() }).parse(JSON.parse(line)).sequence),
  ]).toEqual([0, '', [5, 6, 7]]);
  expect(run('replay', archive, 'abc')).toEqual({
    status: 7,
    stdout: '',
    stderr: 'auditorium: SESSION_NOT_FOUND: no session begins with abc\n',
  });
});

const Ready = z.object({ url: z.string(), archive: z.string(), pid: z.number() });

async function startOpen(...words: string[]): Promise<{ child: ChildProcess; ready: z.infer<typeof Ready> }> {
  const child = spawn(process.execPath, [CLI, 'open', archive, '--no-open', '--json', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  return { child, ready: Ready.parse(JSON.parse(String(value))) };
}

test('open says where it is, serves the archive there, and ends on a signal', async () => {
  const { child, ready } = await startOpen();
  const { origin, hash } = new URL(ready.url);
  let bearer: string | null = null;
  const client = createClient({
    fetch: (url, { headers, ...init }) => fetch(url, { ...init, headers: { ...headers, origin } }),
    base: origin,
    bearer: () => bearer,
    wait: async () => undefined,
  });
  ({ bearer } = await client.signIn({ token: hash.replace('#token=', '') }));
  const sessions = await client.sessions({ filter: 'verb:delete' });
  const page = await fetch(origin);
  expect({
    ready: { archive: ready.archive, pid: ready.pid },
    sessions: sessions.items.map(({ id }) => id),
    page: [page.status, (await page.text()).includes('<title>Auditorium</title>')],
  }).toEqual({ ready: { archive, pid: child.pid }, sessions: [session], page: [200, true] });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
}, 60_000);

test('a second open on the same port is refused', async () => {
  const { child, ready } = await startOpen();
  const { port } = new URL(ready.url);
  expect(run('open', archive, '--no-open', '--port', port)).toEqual({
    status: 5,
    stdout: '',
    stderr: `auditorium: PORT_TAKEN: another program listens on 127.0.0.1:${port}; take another --port, or none for any free one\n`,
  });
  child.kill('SIGTERM');
  await once(child, 'exit');
}, 60_000);
