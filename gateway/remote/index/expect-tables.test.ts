import { expect, test } from 'vitest';
import type { Engine } from './engine.ts';
import { expectTables } from './expect-tables.ts';
import { columnsOf, TABLE_NAMES } from './schema.ts';

const ALL = TABLE_NAMES.flatMap((table) => columnsOf(table).map((column) => `${table}.${column}`));

/** What comes of opening an index that has these columns. */
function opening(columns: readonly string[]): Promise<unknown> {
  const engine: Engine = {
    ask: async () => columns.map((name) => JSON.stringify({ name })).join('\n'),
    close: async () => undefined,
  };
  return expectTables(engine).catch((error: unknown) => error);
}

test('an index with all columns, and others beside them, is taken', async () => {
  expect(await opening([...ALL, 'session.of_a_later_version'])).toBeUndefined();
});

test('an index that lacks a column is refused, and which it is said', async () => {
  expect(await opening(ALL.filter((name) => name !== 'statement.connection'))).toMatchObject({
    code: 'OLDER_VERSION',
    message:
      'the index was made by another version of auditorium (it has no statement.connection): make it anew with auditorium index rebuild',
  });
});

test('a database without tables is no index yet', async () => {
  expect(await opening(['other.column'])).toMatchObject({ code: 'NOT_FOUND' });
});
