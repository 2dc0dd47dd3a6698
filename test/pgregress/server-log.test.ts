import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loggedStatements } from './server-log.ts';
import { MASK } from '../../shared/recording/mask.ts';
import { missingFrom } from './record-check.ts';

const line = (backend: number, severity: string, message: string) =>
  `2026-11-22 10:00:00 UTC,"postgres","r",${backend},"127.0.0.1:1",6b.1,1,"SELECT",2026-11-22 10:00:00 UTC,3/4,0,${severity},00000,${message},,,,,,,,,"app","client backend",,0\n`;

test('the log tells the statements of each backend in order, quotes and line feeds in them included', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-log-'));
  try {
    const path = join(folder, 'server.csv');
    await writeFile(
      path,
      line(1, 'LOG', '"statement: SELECT ""a"",\n\'b\'"') +
        line(2, 'LOG', '"execute <unnamed>: SELECT $1"') +
        line(1, 'ERROR', '"statement: no, an error"') +
        line(1, 'LOG', '"duration: 1 ms"') +
        line(1, 'LOG', 'statement: BEGIN'),
    );
    expect(await loggedStatements(path)).toEqual(
      new Map([
        [1, ['SELECT "a",\n\'b\'', 'BEGIN']],
        [2, ['SELECT $1']],
      ]),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a statement is missing when the record has it elsewhere or not often enough', () => {
  const record = (...texts: string[]) => texts.map((text) => ({ text, masked: false }));
  expect(missingFrom(record('a', 'x', 'b', 'b'), ['a', 'b', 'b'])).toEqual([]);
  expect(missingFrom(record('a', 'b'), ['a', 'b', 'b'])).toEqual(['b']);
  expect(missingFrom(record('b', 'a'), ['a', 'b'])).toEqual(['b']);
});

test('a masked statement is the one that is the same around its secrets', () => {
  const record = [{ text: `CREATE ROLE a PASSWORD '${MASK}' LOGIN`, masked: true }];
  expect(missingFrom(record, ["CREATE ROLE a PASSWORD 'x' LOGIN"])).toEqual([]);
  const others = ["CREATE ROLE b PASSWORD 'x' LOGIN", "CREATE ROLE a PASSWORD 'x' NOLOGIN;"];
  expect(missingFrom(record, others)).toEqual(others);
});
