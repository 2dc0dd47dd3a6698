import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SessionId } from '../../shared/api/session.ts';
import { readOutline, writeOutline } from '../../shared/replay/outline.ts';
import { KeptFiles } from './kept-files.ts';
import { outlineBlock } from './outlines.ts';

const ID = '0'.repeat(32) as SessionId;
let folder: string;
let kept: KeptFiles;
let asked: number[];
let key: string;
const reported: unknown[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-outlines-'));
  kept = new KeptFiles(folder, 1 << 20);
  asked = [];
  key = 'a';
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An archive of a session without end: blocks are empty but for where they begin. */
const reader = {
  outline: async (_: SessionId, from: number) => {
    asked.push(from);
    return writeOutline({ from, next: from + 10, last: from >= 100, points: [] });
  },
  recordingKey: async () => key,
};
const block = (from: number) => outlineBlock({ reader, kept, report: (e) => reported.push(e) }, ID, from);

test('a block behind the first is made once', async () => {
  const made = await block(10);
  expect([Buffer.from(await block(10)).equals(made), asked]).toEqual([true, [10]]);
});

test('the block a session is opened with, and one that may still grow, are made each time', async () => {
  for (const from of [0, 0, 100, 100]) await block(from);
  expect([asked, await readdir(folder)]).toEqual([[0, 0, 100, 100], []]);
});

test('what was made of another state of the archive is not shown', async () => {
  await block(10);
  key = 'b';
  await block(10);
  expect(asked).toEqual([10, 10]);
});

test('a damaged file is made anew', async () => {
  await block(10);
  const [name = ''] = await readdir(folder);
  const path = join(folder, name);
  const whole = await readFile(path);
  for (const damaged of [whole.subarray(0, 2), whole.subarray(0, -1), Buffer.alloc(whole.length, 7)]) {
    await writeFile(path, damaged);
    expect(readOutline(await block(10)).from).toBe(10);
  }
  expect([asked, await readFile(path)]).toEqual([[10, 10, 10, 10], whole]);
});

test('files are for their owner alone', async () => {
  await block(10);
  const [name = ''] = await readdir(folder);
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
});

test('a cache that cannot be written is reported, and does without', async () => {
  await writeFile(join(folder, 'file'), '');
  kept = new KeptFiles(join(folder, 'file'), 1 << 20);
  expect([readOutline(await block(10)).from, reported.length]).toEqual([10, 1]);
});

test('what was not used for longest goes when there is too much', async () => {
  const small = new KeptFiles(folder, 150_000);
  const value = randomBytes(60_000);
  for (const name of ['a', 'b']) {
    await small.write(name, value);
    await utimes(join(folder, name), 1, 1);
  }
  await small.read('a');
  await small.write('c', value);
  expect((await readdir(folder)).toSorted()).toEqual(['a', 'c']);
});
