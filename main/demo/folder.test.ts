import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDemoFolder, removeOldDemos } from './folder.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-folder-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('a demo has a folder of its own that only the user can look into', async () => {
  const home = await temporaryFolder();
  const folder = await makeDemoFolder(home, new Date('2026-11-22T07:10:09.123Z'));
  expect(folder).toBe(join(home, 'demo', `20261122T071009-${process.pid}`));
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('folders of demos that ended are removed; those of running ones and whatever else lies there stay', async () => {
  const home = await temporaryFolder();
  const ended = spawnSync(process.execPath, ['--version']).pid;
  const running = `20261122T071009-${process.pid}`;
  for (const name of [running, `20261122T071009-${ended}`, 'mine', `20261122T071009-${ended}-copy`]) {
    await mkdir(join(home, 'demo', name), { recursive: true });
  }
  await removeOldDemos(home);
  expect(await readdir(join(home, 'demo'))).toEqual([running, `20261122T071009-${ended}-copy`, 'mine']);
});

test('there need be no older demo', async () => {
  await expect(removeOldDemos(await temporaryFolder())).resolves.toBe(0);
});
