import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-shutdown-'));
  program = join(folder, 'program.mjs');
  const module = new URL('shutdown.ts', import.meta.url).href;
  await writeFile(
    program,
    `import { toldToEnd } from ${JSON.stringify(module)};
     const alive = setInterval(() => {}, 1000);
     process.send('ready');
     if (process.argv[2] === 'late') await new Promise((resolve) => setTimeout(resolve, 200));
     const told = toldToEnd();
     if (process.connected) process.send('listening');
     await told;
     if (process.argv[2] === 'stubborn') await new Promise(() => {});
     clearInterval(alive);
     process.exitCode = 42;`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function start(...words: string[]): Promise<{ child: ChildProcess; ended: Promise<unknown[]> }> {
  const child = fork(program, words);
  const ended = once(child, 'exit');
  await once(child, 'message');
  if (!words.includes('late')) await once(child, 'message');
  return { child, ended };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s is an order to end', async (signal) => {
  const { child, ended } = await start();
  child.kill(signal);
  expect(await ended).toEqual([42, null]);
});

test('so is the end of the parent', async () => {
  const { child, ended } = await start();
  child.disconnect();
  expect(await ended).toEqual([42, null]);
});

test('also when the parent was gone before anybody listened', async () => {
  const { child, ended } = await start('late');
  child.disconnect();
  expect(await ended).toEqual([42, null]);
});

test('a signal that comes twice at once is one order, a later one ends at once', async () => {
  const { child, ended } = await start('stubborn');
  child.kill('SIGINT');
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(child.exitCode).toBe(null);
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
});
