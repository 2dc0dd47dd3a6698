import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteOwnArchive } from '../../gateway/archive/own-archives.ts';
import { SessionId } from '../../shared/api/session.ts';
import { Casework } from '../casework/casework.ts';
import { person, placeIn } from '../casework/testing/case-folder.ts';
import { opened, temporaryFolder } from '../exports/testing/exported.ts';
import { openCase } from '../open-case.ts';
import { writeSmallArchive } from '../testing/small-archive.ts';

const CLI = join(import.meta.dirname, '../cli.ts');
const ME = userInfo().username;

let folder: string;
let home: string;
const cleanups: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  const finished = (clean: () => Promise<void> | void) => void cleanups.unshift(clean);
  folder = temporaryFolder(finished);
  home = join(folder, 'home');
  const before = process.env['AUDITORIUM_HOME'];
  process.env['AUDITORIUM_HOME'] = home;
  finished(() => void (process.env['AUDITORIUM_HOME'] = before));
  mkdirSync(home);
  const session = SessionId.parse(writeSmallArchive(join(folder, 'shop')));
  noteOwnArchive(home, join(folder, 'shop'));
  const reader = await opened(join(folder, 'shop'), finished);
  const own = await openCase({
    reader,
    archive: join(folder, 'shop'),
    file: null,
    desk: { person: async () => null },
    say: () => undefined,
  });
  own?.close();
  const { signer } = person('Bo');
  const theirs = new Casework({
    path: join(folder, 'theirs.case'),
    archive: reader,
    signer,
    name: async () => 'Bo',
    now: Date.now,
  });
  await theirs.annotate({ place: placeIn(session), parent: null, text: 'odd', tags: [], colour: 'red' });
  writeFileSync(join(folder, 'from-bo'), theirs.bytes());
  theirs.close();
});
afterAll(async () => {
  for (const clean of cleanups) await clean();
});

/** What a command prints as JSON, how it ended, and what it complained of. */
function run(...words: string[]): Promise<{ status: number | null; rows: unknown[]; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, AUDITORIUM_HOME: home };
    const child = execFile(process.execPath, [CLI, ...words, '--json'], { env }, (_, stdout, stderr) => {
      const rows = stdout.split('\n').filter((line) => line !== '');
      resolve({ status: child.exitCode, rows: rows.map((line): unknown => JSON.parse(line)), stderr });
    });
  });
}

test('a case is listed, read, taken in, handed over and checked on the command line', async () => {
  const [listed, merged] = [await run('case'), await run('case', 'merge', join(folder, 'from-bo'))];
  const out = join(folder, 'all');
  const exported = await run('case', 'export', '--out', out);
  const [log, verified] = await Promise.all([
    run('case', 'log', 'shop', '--limit', '2'),
    run('case', 'verify', out, '--archive', join(folder, 'shop')),
  ]);
  const key: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect({
    listed: listed.rows,
    merged: merged.rows,
    exported: [exported.rows, (statSync(out).mode & 0o777).toString(8)],
    log: log.rows.map((row) => (row as { what: string }).what),
    verified: [verified.status, verified.rows],
  }).toEqual({
    listed: [
      {
        path: join(home, 'cases', `shop-${'07'.repeat(4)}.case`),
        entries: 1,
        authors: [ME],
        last: expect.any(Number),
      },
    ],
    merged: [{ added: 1, known: 0, authors: [{ key, name: 'Bo' }], problems: [] }],
    exported: [[{ path: out, entries: 4 }], '600'],
    log: ['Exported the case', 'Took in a case: 1 new entry of Bo'],
    verified: [
      0,
      [
        {
          path: out,
          entries: 4,
          authors: expect.arrayContaining([
            { key, name: ME, entries: 3 },
            { key, name: 'Bo', entries: 1 },
          ]),
          problems: [],
          standings: { holds: 1, absent: 0, differs: 0 },
        },
      ],
    ],
  });
});

test('a case that was changed has another exit status', async () => {
  const bytes = readFileSync(join(folder, 'from-bo'));
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(join(folder, 'changed'), bytes);
  const { status, rows } = await run('case', 'verify', join(folder, 'changed'));
  expect([status, rows]).toEqual([
    25,
    [
      {
        path: join(folder, 'changed'),
        entries: 0,
        authors: [],
        problems: [
          'entry 0 of Bo is left out: its signature is not good, it was changed after it was written',
        ],
        standings: null,
      },
    ],
  ]);
});

test('what is no case is refused in one line', async () => {
  const refused = await Promise.all([
    run('case', 'merge', join(CLI, '../../package.json')),
    run('case', 'log', 'nobody'),
  ]);
  expect(refused.map(({ status, stderr }) => [status, stderr])).toEqual([
    [4, 'auditorium: CASE_UNREADABLE: this is no case: auditorium case export writes such files\n'],
    [7, 'auditorium: CASE_NOT_FOUND: there is no case nobody: auditorium case lists those that are here\n'],
  ]);
});
