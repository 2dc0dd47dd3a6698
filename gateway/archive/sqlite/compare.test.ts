import { expect, test } from 'vitest';
import { LOCAL_COLUMNS } from './compare.ts';
import { PROJECTIONS } from './projection-schema.ts';

test('columns that are not compared are those that the schema says are local', () => {
  const said: Record<string, string[]> = {};
  for (const [, table = '', body = ''] of PROJECTIONS.matchAll(
    /^CREATE TABLE (\w+) \(\n([^]*?)\n\) STRICT/gm,
  )) {
    const columns = [...body.matchAll(/^ +(\w+) .*-- .*\bLOCAL\b/gm)].map(([, column = '']) => column);
    if (columns.length > 0) said[table] = columns;
  }
  expect(LOCAL_COLUMNS).toEqual(said);
});
