import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openArchive } from '../gateway/archive/sqlite/open.ts';
import { openSqliteWriter } from '../gateway/archive/sqlite/writer.ts';
import { TestLog, testWriting } from '../gateway/archive/testing.ts';
import { temporaryFolder } from './exports/testing/exported.ts';
import { openCase } from './open-case.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  const before = process.env['AUDITORIUM_HOME'];
  process.env['AUDITORIUM_HOME'] = join(folder, 'home');
  onTestFinished(() => void (process.env['AUDITORIUM_HOME'] = before));
});

function write(path: string, ...logs: number[]): void {
  for (const id of logs) {
    const writer = openSqliteWriter({ path, ...testWriting() });
    writer.append(new TestLog(id).event('logOpened'));
    writer.commit();
    writer.close();
  }
}

/** The name of the archive’s case, and who opened it. */
async function caseOf(path: string, name: string | null = null) {
  const reader = await openArchive(path, { processes: 1 });
  const said: string[] = [];
  try {
    const desk = { person: async () => (name === null ? null : personCalled(name)) };
    const casework = await openCase({
      reader,
      archive: path,
      file: null,
      desk,
      say: (line) => void said.push(line),
    });
    const info = await casework?.info();
    casework?.close();
    return [info?.path.replace(join(folder, 'home/cases/'), ''), info?.entries, info?.author.name, said];
  } finally {
    await reader.close();
  }
}

function personCalled(name: string) {
  return { issuer: '', subject: 'x', name, groups: [], expires: 0, renewable: false };
}

test('an archive has its case wherever it lies, whatever it grows to, and who is signed in writes it', async () => {
  const first = join(folder, 'shop');
  write(first, 3);
  const begun = await caseOf(first, 'Ada');
  write(first, 1);
  renameSync(first, join(folder, 'moved'));
  const again = await caseOf(join(folder, 'moved'), 'Bo');
  write(join(folder, 'other'), 9);
  const other = await caseOf(join(folder, 'other'), 'Ada');
  expect([begun, again, other, readdirSync(join(folder, 'home/cases')).toSorted()]).toEqual([
    ['shop-03030303.case', 1, 'Ada', []],
    ['shop-03030303.case', 2, 'Bo', []],
    ['other-09090909.case', 1, 'Ada', []],
    ['index', 'other-09090909.case', 'shop-03030303.case'],
  ]);
});

test('an archive can be looked at where no case can be kept, and that is said', async () => {
  write(join(folder, 'shop'), 3);
  process.env['AUDITORIUM_HOME'] = '/dev/null/nowhere';
  const [path, , , said] = await caseOf(join(folder, 'shop'));
  expect([path, said]).toEqual([
    undefined,
    [expect.stringMatching(/^nothing can be noted, and no act is kept: /)],
  ]);
});
