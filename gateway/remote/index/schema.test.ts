import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileFor, LAYOUTS } from './schema.ts';

const FOLDER = join(import.meta.dirname, '../../../build/deploy/clickhouse');

test.each(LAYOUTS)('the file for %s is what the program makes (MAKE_DDL=1 writes it)', (layout) => {
  const path = join(FOLDER, `${layout}.sql`);
  if (process.env['MAKE_DDL'] !== undefined) writeFileSync(path, fileFor(layout));
  expect(readFileSync(path, 'utf8')).toBe(fileFor(layout));
});
