import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeKey } from '../../gateway/archive/key-file.ts';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { plainFacts } from '../../gateway/archive/testing.ts';
import type { Signer } from '../../shared/recording/note.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { eventsOf } from '../session-events.ts';
import { importFile, type ImportOptions } from './import-file.ts';
import { openSource } from './source-file.ts';

let folder: string;
let signer: Signer;
let archive = 0;
const into = () => join(folder, `archive-${archive}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imports-'));
  ({ signer } = makeKey(join(folder, 'import.key')));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => nextArchive());

/** A new archive, which is the one before as far as imports tell: what is imported into both can be compared. */
async function nextArchive(): Promise<void> {
  archive++;
  await mkdir(into());
  await writeFile(join(into(), 'imports.id'), `${'0'.repeat(32)}\n`);
}

/** Statements of several sessions that take turns, enough for several reads and commits. */
function csvlog(lines: number): string {
  return Array.from({ length: lines }, (_, i) => {
    const session = i % 5;
    const time = new Date(Date.UTC(2026, 10, 22, 9) + i).toISOString().replace('T', ' ').replace('Z', ' UTC');
    return `${time},"agent","shop",${session},"10.0.0.1:5",6a.${session},${i},"SELECT",2026-11-22 08:00:00 UTC,1/1,0,LOG,00000,"duration: 0.5 ms  statement: select ${i} from t /* ${'x'.repeat(300)} */",,,,,,,,,"ci"\n`;
  }).join('');
}

async function put(file: string, options: Partial<ImportOptions> = {}, stdin = Readable.from([])) {
  await using source = await openSource(file, stdin);
  return importFile(source, {
    into: into(),
    signer,
    factsOf: plainFacts,
    now: () => 1_800_000_000_000_000,
    software: 'test 1',
    ...options,
  });
}

/** What the archive holds of sessions: a digest of each session's events, but for what chance gave them. */
async function held() {
  const reader = await openArchive(into());
  try {
    const { filter } = parseFilter('');
    if (!filter) throw new Error('the empty filter parses');
    const { items } = await reader.sessions({ filter, sort: 'started', limit: 100 });
    return await Promise.all(
      items.map(async ({ id, statements, outcome }) => {
        const hash = createHash('sha256');
        for await (const { event, payloads } of eventsOf(reader, id)) {
          hash.update(JSON.stringify([event.index, event.sequence, event.kind, event.time]));
          for (const value of Object.values(payloads)) hash.update(value ?? '');
        }
        return { id, statements, outcome, digest: hash.digest('hex') };
      }),
    );
  } finally {
    await reader.close();
  }
}

test('an import that was interrupted goes on where it ended', async () => {
  const file = join(folder, 'big.csv');
  await writeFile(file, csvlog(12_000));
  const whole = await put(file);
  const expected = await held();
  await nextArchive();
  const told = new AbortController();
  const first = await put(file, {
    signal: told.signal,
    progress: (bytes) => bytes > 2_000_000 && told.abort(),
  });
  const second = await put(file);
  const third = await put(file);
  expect([first.interrupted, first.events < whole.events, second.had]).toEqual([true, true, first.events]);
  expect(second).toEqual({ ...whole, had: first.events });
  expect(third).toEqual({ ...whole, had: whole.events });
  expect(await held()).toEqual(expected);
  expect(expected.map(({ statements, outcome }) => [statements, outcome])).toEqual(
    Array.from({ length: 5 }, () => [2_400, 'unknown']),
  );
});

test('volumes end where the file says, whether an import was interrupted or not', async () => {
  const file = join(folder, 'big.csv');
  const roll = { statements: 3_500, bytes: 1 << 30 };
  await writeFile(file, csvlog(12_000));
  const whole = await put(file, { roll });
  const volumes = async () => (await readdir(into())).filter((name) => name.endsWith('.audit')).toSorted();
  const [expected, names] = [await held(), await volumes()];
  await nextArchive();
  const told = new AbortController();
  await put(file, { roll, signal: told.signal, progress: (bytes) => bytes > 2_000_000 && told.abort() });
  const second = await put(file, { roll });
  expect([second.events, names.length]).toEqual([whole.events, 4]);
  expect([await volumes(), await held()]).toEqual([names, expected]);
});

test('in another archive the same file is another log', async () => {
  const file = join(folder, 'small.csv');
  await writeFile(file, csvlog(5));
  const first = await put(file, { into: `${into()}-a` });
  const second = await put(file, { into: `${into()}-b` });
  const again = await put(file, { into: `${into()}-a` });
  expect([first.log === second.log, first.log === again.log, again.had]).toEqual([false, true, first.events]);
});

test('a compressed file is the same as a plain one, and standard input too', async () => {
  const text = csvlog(20);
  const file = join(folder, 'small.csv');
  await writeFile(file, text);
  await writeFile(`${file}.gz`, gzipSync(text));
  const counts = ({ lines, entries, statements, sessions, events }: Awaited<ReturnType<typeof put>>) => ({
    lines,
    entries,
    statements,
    sessions,
    events,
  });
  const plain = await put(file);
  const packed = await put(`${file}.gz`);
  const piped = await put('-', {}, Readable.from([Buffer.from(text)]));
  expect([counts(packed), counts(piped), piped.file]).toEqual([counts(plain), counts(plain), 'stdin']);
  expect([piped.log === plain.log, packed.log === plain.log, piped.had]).toEqual([true, false, plain.events]);
  expect((await readdir(tmpdir())).filter((name) => name.startsWith('auditorium-import-'))).toEqual([]);
});

test('of compressed data that is cut all before the cut is there, and the cut is told', async () => {
  const file = join(folder, 'cut.gz');
  const packed = gzipSync(csvlog(4_000));
  await writeFile(file, packed.subarray(0, packed.length - 200));
  const imported = await put(file);
  expect(imported.statements).toBeGreaterThan(3_000);
  expect(imported.problems.at(-1)?.problem).toBe(
    'the compressed data is cut or damaged here: what follows could not be read',
  );
});

test.each([
  ['nothing', {}, 'FORMAT_UNKNOWN', ''],
  ['hello\n', {}, 'FORMAT_UNKNOWN', ''],
  ['hello\n', { format: 'stderr' }, 'FORMAT_UNKNOWN', ''],
  ['{"a":1}\n', {}, 'BAD_USAGE', '--mapping'],
  ['2026-11-22 09:00:00 XST [1] LOG:  x\n', {}, 'BAD_USAGE', 'XST'],
  ['2026-11-22 09:00:00 UTC [1] LOG:  x\n', { timezone: 'Nowhere/Else' }, 'BAD_USAGE', 'Nowhere/Else'],
] as const)('%j with %j is refused before anything is written', async (text, options, code, words) => {
  const file = join(folder, 'odd');
  await writeFile(file, text);
  await expect(put(file, options)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  expect(await readdir(into())).toEqual(['imports.id']);
});

test('a file that is not there is told by its name', async () => {
  await expect(openSource(join(folder, 'absent'), Readable.from([]))).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringContaining('absent'),
  });
});
