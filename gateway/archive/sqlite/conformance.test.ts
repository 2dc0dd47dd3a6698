import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeArchive } from '../conformance.ts';
import { testWriting } from '../testing.ts';
import { openArchive } from './open.ts';
import { openSqliteWriter } from './writer.ts';

describeArchive('a folder of SQLite volumes', () => {
  const path = mkdtempSync(join(tmpdir(), 'archive-'));
  return {
    openWriter: (factsOf) => openSqliteWriter({ path, ...testWriting(factsOf) }),
    openReader: () => openArchive(path),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
});
