import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PasswordCommand, type PasswordCommandTimes } from './password-command.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'auditorium-command-'));
});
afterEach(() => rm(dir, { recursive: true }));

const shell = (script: string, times?: PasswordCommandTimes) =>
  new PasswordCommand(['sh', '-c', script], dir, times);

/** Prints how often it ran. */
const COUNTING = 'echo x >> runs; wc -l < runs | tr -d " "';

test('what a command prints is the password, but for its last line end', async () => {
  expect(await shell('printf "pass wörd \\n\\n"').password()).toBe('pass wörd \n');
  expect(await shell('printf "a\\r\\n"').password()).toBe('a');
  expect(await shell('printf a; echo noise >&2; cat').password()).toBe('a');
});

test('all who wait share one run, and those who come within a minute its answer', async () => {
  let now = 0;
  const command = shell(COUNTING, { now: () => now });
  expect(await Promise.all([command.password(), command.password()])).toEqual(['1', '1']);
  now = 59_999;
  expect(await command.password()).toBe('1');
  now = 60_000;
  expect(await command.password()).toBe('2');
  command.forget();
  expect(await command.password()).toBe('3');
});

test('a command that failed is run again for the next session', async () => {
  const command = shell('if [ -e ready ]; then echo here; else exit 3; fi');
  await expect(command.password()).rejects.toMatchObject({ code: 'FAILED', message: 'ended with status 3' });
  await writeFile(join(dir, 'ready'), '');
  expect(await command.password()).toBe('here');
});

test.each([
  ['exit 1', 'FAILED', 'ended with status 1'],
  ['kill -TERM $$', 'FAILED', 'was ended by SIGTERM'],
  ['true', 'UNUSABLE', 'printed nothing'],
  ['echo', 'UNUSABLE', 'printed nothing'],
  ['head -c 100000 /dev/zero; sleep 60', 'UNUSABLE', 'printed more than 65536 bytes'],
])('sh -c "%s" gives no password: %s', async (script, code, message) => {
  await expect(shell(script).password()).rejects.toMatchObject({ code, message });
});

test('there is no shell between, and a program that is not there is said to be missing', async () => {
  const command = new PasswordCommand(['no such program; touch it'], dir);
  await expect(command.password()).rejects.toMatchObject({
    code: 'NOT_STARTED',
    message: 'cannot be started (ENOENT)',
  });
  expect(existsSync(join(dir, 'it'))).toBe(false);
});

test('a command that does not end is ended, with all that it started', async () => {
  const command = shell('sleep 60 & echo $! > child; echo secret; wait', { patienceMs: 300 });
  await expect(command.password()).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: 'did not end within 0.3 s',
  });
  const child = Number(await readFile(join(dir, 'child'), 'utf8'));
  await expect.poll(() => isRunning(child)).toBe(false);
});

/** A process that ended but whose parent did not ask yet counts as ended. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) Z /.test(state);
}

test('no error holds what a command printed or was given', async () => {
  const command = new PasswordCommand(
    ['sh', '-c', 'echo $1 $1 >&2; echo $1; exit 1', 'sh', 'hush-hush'],
    dir,
  );
  const error: unknown = await command.password().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'FAILED' });
  expect(inspect(error, { depth: null })).not.toContain('hush-hush');
});
