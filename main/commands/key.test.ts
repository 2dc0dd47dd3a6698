import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { makeKey } from '../../gateway/archive/key-file.ts';
import { logEvents } from '../../gateway/testing/evidence.ts';
import { VERDICTS } from '../../shared/recording/verdict.ts';

const CLI = join(import.meta.dirname, '../cli.ts');
const Ready = z.object({ key: z.string() });
const Shown = z.object({
  key: z.string(),
  path: z.string(),
  vkeys: z.array(z.string()),
  earlier: z.array(z.object({ key: z.string(), since: z.iso.datetime(), reason: z.string() })),
});
const Rotated = z.object({ key: z.string(), settled: z.boolean() });

let folder: string;
let config: string;
let file: string;
let archive: string;
let child: ChildProcess | null = null;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-key-'));
  config = join(folder, 'auditorium.yaml');
  file = join(folder, 'keys', 'gateway.pem');
  archive = join(folder, 'archive');
  writeFileSync(config, "gateway: { listen: '127.0.0.1:0', workers: 2, key: keys/gateway.pem }\n");
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...words: string[]): Promise<Ended> {
  const env = { ...process.env, AUDITORIUM_HOME: join(folder, 'home') };
  return new Promise((resolve) => {
    const command = execFile(process.execPath, [CLI, ...words], { env }, (_, stdout, stderr) =>
      resolve({ status: command.exitCode, stdout, stderr }),
    );
  });
}

/** Starts the gateway; resolves to the key of its ready line. */
async function start(): Promise<string> {
  child = spawn(process.execPath, [CLI, 'gateway', '--config', config, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AUDITORIUM_LOG: 'error' },
  });
  const [line] = (await once(createInterface({ input: child.stdout ?? process.stdin }), 'line')) as [string];
  return Ready.parse(JSON.parse(line)).key;
}

async function stop(): Promise<void> {
  if (child === null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  child = null;
}

const shown = async () =>
  Shown.parse(JSON.parse((await run('key', 'show', '--config', config, '--json')).stdout));
const rotated = async (reason: string) =>
  Rotated.parse(
    JSON.parse((await run('key', 'rotate', '--config', config, '--reason', reason, '--json')).stdout),
  );
const verdict = async (...words: string[]) => (await run('verify', archive, '--forget', ...words)).status;

test('a gateway’s key is told, replaced running and stopped, and every log goes over to it', async () => {
  const early = await run('key', 'show', '--config', config);
  expect([early.status, early.stderr]).toEqual([
    6,
    `auditorium: KEY_NOT_FOUND: there is no ${file}.pub yet: the gateway makes it when it first starts\n`,
  ]);
  const first = await start();
  copyFileSync(`${file}.pub`, join(folder, 'first.pub'));
  const told = await shown();
  expect([told.key, told.path, told.vkeys.length]).toEqual([first, `${file}.pub`, 2]);
  expect((await run('key', 'show', '--config', config)).stdout).toBe(first);

  const second = await rotated('an operator left');
  expect(second.settled).toBe(true);
  expect((await shown()).key).toBe(second.key);
  await stop();
  const third = await rotated('yearly');
  expect([third.settled, existsSync(`${file}.previous`)]).toEqual([false, true]);
  expect(await start()).toBe(third.key);
  expect(existsSync(`${file}.previous`)).toBe(false);
  await stop();

  expect(new Set([first, second.key, third.key]).size).toBe(3);
  expect((await shown()).earlier).toEqual([
    { key: first, since: expect.any(String) as string, reason: 'the first key of the log' },
    {
      key: second.key,
      since: expect.any(String) as string,
      reason: expect.stringMatching(/^an operator left/) as string,
    },
  ]);
  const reasons = logEvents(archive, 'signingKey').map(({ fields }) => fields.reason.replace(/ \(.*\)$/, ''));
  expect(reasons.toSorted()).toEqual(
    [1, 2].flatMap(() => ['an operator left', 'the first key of the log', 'yearly']).toSorted(),
  );
}, 60_000);

test('whoever pinned the first key verifies what the last one signed', async () => {
  makeKey(join(folder, 'stranger.key'));
  const pinned = await run('key', 'pin', join(folder, 'first.pub'), '--name', 'shop');
  expect([pinned.status, readdirSync(join(folder, 'home', 'keys'))]).toEqual([0, ['shop.pub']]);
  expect({
    pinned: await verdict(),
    named: await verdict('--key', join(folder, 'first.pub')),
    text: await verdict('--key', readFileSync(join(folder, 'first.pub'), 'utf8')),
    configured: await verdict('--config', config),
    stranger: await verdict('--key', join(folder, 'stranger.key.pub')),
  }).toEqual({
    pinned: VERDICTS.VERIFIED,
    named: VERDICTS.VERIFIED,
    text: VERDICTS.VERIFIED,
    configured: VERDICTS.VERIFIED,
    stranger: VERDICTS.UNKNOWN_KEY,
  });
  // Every gateway's file has the same name.
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  copyFileSync(join(folder, 'first.pub'), join(elsewhere, 'stranger.key.pub'));
  const first = await run('key', 'pin', join(folder, 'stranger.key.pub'));
  const again = await run('key', 'pin', join(folder, 'stranger.key.pub'));
  const second = await run('key', 'pin', join(elsewhere, 'stranger.key.pub'));
  expect([first.status, again.status, second.status, second.stderr]).toEqual([
    0,
    0,
    2,
    'auditorium: BAD_USAGE: another key is pinned as stranger.key: give this one a name, as with --name gw-2; --name stranger.key replaces the other\n',
  ]);
  const none = await run('key', 'pin', join(folder, 'stranger.key'));
  expect([none.status, none.stderr]).toEqual([
    6,
    `auditorium: KEY_UNUSABLE: the key file ${join(folder, 'stranger.key')} holds something else than public keys; a verifier needs the file ending in .pub\n`,
  ]);
});
