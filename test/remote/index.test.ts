/** The index in a real ClickHouse answers as SQLite does: one suite over both. */
import { describe, test } from 'vitest';
import { describeArchive } from '../../gateway/archive/conformance.ts';
import { CHDB_MISSING, indexedArchive } from './indexed-archive.ts';

if (CHDB_MISSING === null) describeArchive('an index in ClickHouse', indexedArchive);
else
  describe('an index in ClickHouse as an archive', () => {
    test.skip(CHDB_MISSING ?? '', () => undefined);
  });
