import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeArchive, type ArchiveUnderTest } from '../conformance.ts';
import { testWriting } from '../testing.ts';
import { openArchive } from './open.ts';
import { openSqliteWriter } from './writer.ts';

function folderOfVolumes(): ArchiveUnderTest {
  const path = mkdtempSync(join(tmpdir(), 'archive-'));
  return {
    openWriter: (factsOf) => openSqliteWriter({ path, ...testWriting(factsOf) }),
    openReader: () => openArchive(path),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

describeArchive('a SQLite volume', folderOfVolumes);
describeArchive('a folder of many SQLite volumes', () => ({ ...folderOfVolumes(), volumeEvents: 7 }));
