/** Rights per connection hold over an index as they do over volumes. */
import { describe, test } from 'vitest';
import { plainFacts } from '../../gateway/archive/testing.ts';
import { describeRights } from '../../main/rights/testing/rights-suite.ts';
import { recordTwoConnections } from '../../main/rights/testing/two-connections.ts';
import { CHDB_MISSING, indexedArchive } from './indexed-archive.ts';

if (CHDB_MISSING === null)
  describeRights('an index in ClickHouse', async () => {
    const archive = indexedArchive();
    const writer = archive.openWriter(plainFacts);
    const sessions = recordTwoConnections(writer);
    writer.close();
    return { ...sessions, reader: await archive.openReader(), remove: archive.remove };
  });
else
  describe('rights per connection over an index in ClickHouse', () => {
    test.skip(CHDB_MISSING ?? '', () => undefined);
  });
