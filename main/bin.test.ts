import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'bin/auditorium.mjs');

/** The first Node on the path that better-sqlite3 would crash under. */
const OLD_NODE = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .filter((program) => existsSync(program))
  .find((program) => /^v2[01]\./.test(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout));

const SKIPPED = OLD_NODE === undefined ? ' (skipped: no Node 20 or 21 on the PATH)' : '';
const old = test.skipIf(OLD_NODE === undefined);
const oldNode = OLD_NODE ?? '';

/** What stands for the command: says what it was started with, then does what its first word says. */
const PROGRAM = `
  const [word] = process.argv.slice(2);
  if (word === 'wait') {
    const alive = setInterval(() => {}, 1000);
    const end = (why) => { clearInterval(alive); console.log(why); process.exitCode = 5; process.channel?.unref(); };
    process.once('SIGTERM', () => end('SIGTERM'));
    process.once('disconnect', () => end('disconnect'));
  }
  console.log(JSON.stringify({ file: import.meta.url.split('/').slice(-2).join('/'), node: process.versions.node.split('.')[0], words: process.argv.slice(2), pid: process.pid }));
  if (word === 'die') process.kill(process.pid, 'SIGKILL');
  if (word === 'fail') process.exitCode = 3;
`;

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A copy of the bin in a package of its own. */
function installed(...within: string[]): { bin: string; root: string } {
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-bin-'));
  folders.push(folder);
  const root = join(folder, ...within);
  for (const part of ['bin', 'main', 'out/main']) mkdirSync(join(root, part), { recursive: true });
  const bin = join(root, 'bin/auditorium.mjs');
  copyFileSync(BIN, bin);
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'main/cli.ts'), PROGRAM);
  writeFileSync(join(root, 'out/main/cli.js'), PROGRAM);
  return { bin, root };
}

function withNodes({ root, bin }: { bin: string; root: string }): string {
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return bin;
}

function run(
  node: string,
  bin: string,
  ...words: string[]
): { status: number | null; out: unknown; err: string } {
  const { status, stdout, stderr } = spawnSync(node, [bin, ...words], { encoding: 'utf8' });
  return { status, out: stdout === '' ? null : JSON.parse(stdout), err: stderr };
}

const told = (file: string, ...words: string[]) => ({
  file,
  node: '24',
  words,
  pid: expect.any(Number) as unknown,
});

test('npm links the manual page with the command: of a manifest in a checkout it takes a list only', () => {
  const { man } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(man).toEqual(['docs/auditorium.1']);
  expect(existsSync(join(ROOT, man[0]))).toBe(true);
});

test('in a checkout the sources run', () => {
  const { bin } = installed();
  expect(run(process.execPath, bin, 'a b', '--c')).toEqual({
    status: 0,
    out: told('main/cli.ts', 'a b', '--c'),
    err: '',
  });
});

test('installed in node_modules, what was built runs', () => {
  const { bin } = installed('node_modules', 'auditorium');
  expect(run(process.execPath, bin, 'a')).toEqual({ status: 0, out: told('main/cli.js', 'a'), err: '' });
});

old(`an old Node hands over to Node 24, words and exit status included${SKIPPED}`, () => {
  const bin = withNodes(installed());
  expect(run(oldNode, bin, 'fail', '*')).toEqual({
    status: 3,
    out: told('main/cli.ts', 'fail', '*'),
    err: '',
  });
  expect(run(oldNode, bin, 'die')).toEqual({ status: 137, out: told('main/cli.ts', 'die'), err: '' });
});

old(`an old Node runs the command itself${SKIPPED}`, () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const { status, stdout, stderr } = spawnSync(oldNode, [BIN, '--version'], { encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([0, `${version}\n`, '']);
});

old(`an old Node without Node 24 refuses in one line${SKIPPED}`, () => {
  const { status, out, err } = run(oldNode, installed().bin);
  expect([status, out]).toEqual([8, null]);
  expect(err).toMatch(
    /^auditorium: UNSUPPORTED: this is Node 2[01]\.\S+, Auditorium needs 22\.12 or newer, .*\n$/,
  );
});

old(`a signal to an old Node reaches the command, and its exit status comes back${SKIPPED}`, async () => {
  const child = spawn(oldNode, [withNodes(installed()), 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  child.kill('SIGTERM');
  expect((await lines.next()).value).toBe('SIGTERM');
  expect(await once(child, 'exit')).toEqual([5, null]);
});

old(`the command is told when the old Node is killed${SKIPPED}`, async () => {
  const child = spawn(oldNode, [withNodes(installed()), 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  child.kill('SIGKILL');
  expect((await lines.next()).value).toBe('disconnect');
  expect((await lines.next()).done).toBe(true);
});
