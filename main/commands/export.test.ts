import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { publicKeyPem } from '../../gateway/archive/ed25519.ts';
import { noteOwnArchive } from '../../gateway/archive/own-archives.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { SessionId } from '../../shared/api/session.ts';
import { Casework } from '../casework/casework.ts';
import { placeIn } from '../casework/testing/case-folder.ts';
import { FORMAT_NAMES } from '../exports/format.ts';
import type { CommandError } from '../failure.ts';
import { openFoundCase } from '../found-case.ts';
import { unpacked } from '../exports/testing/bundle-content.ts';
import { temporaryFolder } from '../exports/testing/exported.ts';
import { exportArchive } from './export.ts';
import { writeHostileArchive } from '../exports/testing/hostile-archive.ts';

const CLI = join(import.meta.dirname, '../cli.ts');

let folder: string;
let archive: string;
let session: string;
const cleanups: (() => Promise<void> | void)[] = [];
beforeAll(() => {
  folder = temporaryFolder((clean) => void cleanups.push(clean));
  archive = join(folder, 'archive');
  session = writeHostileArchive(archive).plain;
  process.env['AUDITORIUM_HOME'] = join(folder, 'home');
  noteOwnArchive(join(folder, 'home'), archive); // as whoever records it does
});
afterAll(async () => {
  for (const clean of cleanups) await clean();
});

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

test('every format is written to a file of its owner alone', async () => {
  mkdirSync(join(folder, 'all'));
  const files = [];
  for (const format of FORMAT_NAMES) {
    const out = join(folder, 'all', format);
    await exportArchive({
      archive,
      format,
      out,
      session: [session.slice(0, 8)],
      force: false,
      bom: false,
      ocsf: '1.9',
      json: false,
    });
    const { size, mode } = statSync(out);
    files.push([format, size > 500, mode & 0o777]);
  }
  expect([files, readdirSync(join(folder, 'all')).length]).toEqual([
    FORMAT_NAMES.map((format) => [format, true, 0o600]),
    FORMAT_NAMES.length,
  ]);
});

test('a bundle that was exported verifies', () => {
  const key = join(folder, 'gateway.pem');
  writeFileSync(key, publicKeyPem(TEST_SIGNER.publicKey));
  const exported = run(
    'export',
    archive,
    '--format',
    'bundle',
    '--session',
    session,
    '--out',
    'evidence.zip',
    '--json',
  );
  const { status, stdout } = run('verify', 'evidence.zip', '--key', key);
  expect([exported.status, JSON.parse(exported.stdout), status, stdout.split(':')[0]]).toEqual([
    0,
    expect.objectContaining({ path: 'evidence.zip', format: 'bundle', sessions: 1, statements: 5 }),
    0,
    'VERIFIED',
  ]);
});

test('a finding goes out by its number with the sessions it rests on, and its case notes that', async () => {
  const reader = await openArchive(archive);
  const path = join(folder, 'ada.case');
  const signer = TEST_SIGNER;
  const casework = new Casework({ path, archive: reader, signer, name: async () => 'Ada', now: Date.now });
  const places = [placeIn(SessionId.parse(session))];
  await casework.makeFinding({ title: 'First', severity: 'low', narrative: '', places: [] });
  await casework.makeFinding({ title: 'Orders', severity: 'high', narrative: 'All *gone*', places });
  casework.close();
  await reader.close();
  const finding = (number: number, own = true) =>
    exportArchive({
      archive,
      format: 'bundle',
      finding: number,
      ...(own ? { case: path } : {}),
      session: [],
      out: join(folder, `${number}.zip`),
      force: false,
      bom: false,
      ocsf: '1.8',
      json: false,
    }).then(
      () => 'done',
      (error: unknown) => (error as CommandError).code,
    );
  const results = [await finding(2), await finding(1), await finding(3), await finding(2, false)];
  const content = await unpacked(join(folder, '2.zip'));
  const after = openFoundCase(path);
  const { items } = after.log({ limit: 1 });
  after.close();
  expect([
    results,
    content.get('finding.html')?.includes('<em>gone</em>'),
    items.map(({ what }) => what),
    [...content.keys()].includes('evidence/events.bin'),
  ]).toEqual([
    ['done', 'NOTHING_SELECTED', 'FINDING_NOT_FOUND', 'CASE_NOT_FOUND'],
    true,
    [expect.stringContaining('bundle: finding 2')],
    true,
  ]);
});

test('a file that is there stays as it is, but with --force', () => {
  const out = join(folder, 'there.csv');
  writeFileSync(out, 'mine');
  const refused = run('export', archive, '--format', 'csv', '--out', out);
  const before = readFileSync(out, 'utf8');
  const forced = run('export', archive, '--format', 'csv', '--out', out, '--force');
  expect([
    refused.status,
    refused.stderr,
    before,
    forced.status,
    readFileSync(out, 'utf8').startsWith('"session"'),
  ]).toEqual([
    2,
    `auditorium: FILE_EXISTS: ${out} exists already; --force writes over it\n`,
    'mine',
    0,
    true,
  ]);
});

test('a failure leaves nothing', () => {
  mkdirSync(join(folder, 'failed'));
  const { status, stderr } = run(
    'export',
    archive,
    '--format',
    'csv',
    '--filter',
    'verb:vacuum',
    '--out',
    'failed/a.csv',
  );
  expect([status, stderr, readdirSync(join(folder, 'failed'))]).toEqual([
    7,
    'auditorium: NOTHING_SELECTED: nothing matches verb:vacuum: nothing was exported\n',
    [],
  ]);
});

test('lines go to stdout, files that are none do not', () => {
  const { status, stdout, stderr } = run(
    'export',
    archive,
    '--format',
    'csv',
    '--filter',
    'verb:delete',
    '--out',
    '-',
  );
  const refused = run('export', archive, '--format', 'bundle', '--out', '-');
  expect([
    status,
    stdout.split('\r\n').length,
    stderr.split('\n').slice(0, 2),
    refused.status,
    refused.stderr,
  ]).toEqual([
    0,
    3,
    [
      'exported 1 statement of 1 session',
      'left out: Rows of results, raw messages and proofs (a bundle has them).',
    ],
    2,
    "auditorium: BAD_USAGE: bundle is no text: give --out a file's name\n",
  ]);
});
