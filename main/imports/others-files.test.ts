/** Files that nobody here wrote, where they are at hand (../shared/data): all are imported, and no line is lost. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { importBytes } from './testing/imported.ts';

const FOLDER = resolve(import.meta.dirname, '../../../shared/data');
const there = existsSync(FOLDER);
if (!there) process.stderr.write(`skipped: ${FOLDER} is not there\n`);

/** Format, sessions, statements, and entries that cannot be read. */
const EXPECTED: Readonly<Record<string, readonly [string, number, number, number]>> = {
  'postgres-logs/anonymize.log': ['csvlog', 3, 5, 0],
  'postgres-logs/begin_end.log': ['stderr', 8, 0, 0],
  'postgres-logs/csv_statement_without_duration.log': ['csvlog', 2, 2, 0],
  'postgres-logs/multiline_param.log': ['stderr', 1, 5, 0],
  'postgres-logs/pg_vacuums.json.gz': ['jsonlog', 0, 0, 0],
  'postgres-logs/pgaudit.out': ['stderr', 1, 358, 1_671],
  'asciicast/big.cast': ['asciicast', 1, 0, 0],
};

function read(name: string): Buffer {
  const bytes = readFileSync(join(FOLDER, name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

function counted(name: string) {
  const { format, tally, lines, events } = importBytes(read(name), {}, 1 << 16);
  expect(tally.lines).toBe(lines);
  const sessions = events.filter(({ event }) => event.kind === 'sessionOpened').length;
  const statements = events.filter(({ event }) => event.kind === 'statement').length;
  return [format, sessions, statements, tally.malformed];
}

test.skipIf(!there).each(Object.entries(EXPECTED))('%s', (name, expected) => {
  expect(counted(name)).toEqual(expected);
});

test.skipIf(!there)('recordings, good and bad ones', () => {
  const names = ['v2', 'v3'].flatMap((version) =>
    readdirSync(join(FOLDER, 'asciicast', version)).map((name) => join('asciicast', version, name)),
  );
  const told = names.map((name) => [name, ...counted(name)] as const);
  const bad = told
    .filter(([, , , , malformed]) => malformed !== 0)
    .map(([name, , , , malformed]) => [name, malformed]);
  expect(told.every(([, format, sessions]) => format === 'asciicast' && sessions === 1)).toBe(true);
  expect(bad.every(([name, malformed]) => /broken|invalid|wrong/.test(String(name)) && malformed === 1)).toBe(
    true,
  );
  expect(bad.length).toBe(names.filter((name) => /broken|invalid-(?!theme)|wrong/.test(name)).length);
});
