import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runAgents } from '../../test/torture/agents.ts';
import { QUICK_DISK } from '../../test/torture/logged-disk.ts';
import { openRun } from '../../test/torture/spool-run.ts';
import { EVENT_VERSION } from '../../shared/recording/event.ts';
import { recoverSpool } from './recovery.ts';
import { listSpoolFiles, SPOOL_VERSION, spoolFilePath } from './spool-file.ts';

let dir: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'recovery-'));
  // Several files, all but the end of the last on disk, as a gateway leaves them that was killed.
  const { recorder } = await openRun(dir, 'full', QUICK_DISK);
  const promises = { forwarded: () => {}, answered: () => {} };
  await runAgents(recorder, { agents: 4, statements: 30, promises });
});
afterEach(() => rmSync(dir, { recursive: true }));

const recover = () => recoverSpool(dir, QUICK_DISK);
const pathOf = (n: number) => listSpoolFiles(dir).at(n)?.path ?? '';

const bytesOfAll = () => listSpoolFiles(dir).map(({ path }) => readFileSync(path));

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
}

const damaged = (path: string, what: string) =>
  expect.objectContaining({
    code: 'SPOOL_DAMAGED',
    message: expect.stringContaining(`${path} ${what}`) as string,
  }) as unknown;

describe('a spool is not opened', () => {
  test('when a file in its middle is gone', async () => {
    const [gone, before] = [pathOf(1), pathOf(0)];
    rmSync(gone);
    await expect(recover()).rejects.toEqual(damaged(before, 'is torn or altered at byte'));
  });

  test('when a file in its middle is cut short', async () => {
    truncateSync(pathOf(1), 5_000);
    await expect(recover()).rejects.toEqual(damaged(pathOf(1), 'is torn or altered at byte 5000'));
  });

  test('when a record that had been on disk is altered', async () => {
    const last = pathOf(-2);
    overwrite(last, 100, Buffer.from('altered'));
    await expect(recover()).rejects.toEqual(damaged(last, 'is torn or altered at byte 64'));
  });

  test('when a header in its middle is gone', async () => {
    overwrite(pathOf(1), 0, Buffer.alloc(64));
    await expect(recover()).rejects.toEqual(damaged(pathOf(1), 'has no header at byte 0'));
  });

  test('when a file is of another log', async () => {
    overwrite(pathOf(1), 16, Buffer.alloc(16, 1));
    await expect(recover()).rejects.toEqual(damaged(pathOf(1), 'is of another log at byte 16'));
  });

  test('when its events are numbered otherwise than its header says', async () => {
    overwrite(pathOf(-1), 38, Buffer.from([255]));
    await expect(recover()).rejects.toEqual(damaged(pathOf(-1), ''));
  });

  test('when a file has another name than it had', async () => {
    const { position, path } = listSpoolFiles(dir)[1] ?? { position: 0, path: '' };
    const moved = spoolFilePath(dir, position + 1);
    renameSync(path, moved);
    await expect(recover()).rejects.toEqual(damaged(pathOf(0), 'is torn or altered at byte'));
  });

  test.each([
    ['format', 11, SPOOL_VERSION - 1, SPOOL_VERSION, 'an earlier'],
    ['format', 11, SPOOL_VERSION + 1, SPOOL_VERSION, 'a newer'],
    ['event layout', 15, EVENT_VERSION - 1, EVENT_VERSION, 'an earlier'],
    ['event layout', 15, EVENT_VERSION + 1, EVENT_VERSION, 'a newer'],
  ])('of another version (%s, byte %i: %i), nor changed', async (what, at, found, ours, whose) => {
    overwrite(pathOf(-1), at, Buffer.from([found]));
    const before = bytesOfAll();
    await expect(recover()).rejects.toMatchObject({
      code: 'SPOOL_VERSION',
      message:
        `${pathOf(-1)} was written by ${whose} version of Auditorium (${what} ${found}); this gateway writes ${what} ${ours}. ` +
        'Start and end that version once more, so that it ships what the spool holds, then let gateway.spool.dir name an empty folder.',
    });
    expect(bytesOfAll()).toEqual(before);
  });
});

test('what a crash left behind the last whole event is dropped, and how much of it is told', async () => {
  const whole = await recover();
  const file = listSpoolFiles(dir).at(-1) ?? { path: '', position: 0 };
  const keptBytes = whole.position - file.position;
  overwrite(file.path, keptBytes, Buffer.from('torn'));
  expect(await recover()).toEqual({
    ...whole,
    unfinished: { file: file.position, keptBytes, droppedBytes: 4 },
  });
  expect(await recover()).toEqual(whole);
});
