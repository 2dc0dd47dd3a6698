/** An archive of SQLite volumes whose lists are answered by an index in ClickHouse, as one that tests are run over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveReader, ArchiveWriter, FactsOf } from '../../gateway/archive/archive.ts';
import type { ArchiveUnderTest } from '../../gateway/archive/conformance.ts';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting } from '../../gateway/archive/testing.ts';
import { chdbModule, openChdb } from '../../gateway/remote/index/chdb-engine.ts';
import type { Engine } from '../../gateway/remote/index/engine.ts';
import { openIndex } from '../../gateway/remote/index/index-reader.ts';
import { Indexer, makeTables } from '../../gateway/remote/index/indexer.ts';
import { readBody, type StoredEvent } from '../../shared/recording/record.ts';
import { termsOf, type Filter } from '../../shared/filter/filter.ts';

/** Why nothing of this can run here; null: it can. */
export const CHDB_MISSING =
  chdbModule(process.env) === null
    ? 'chdb is not installed: node main/cli.ts index install puts it into the user’s cache, 543 MB'
    : null;

/** Whether an index answers a filter at all. */
export function isNotHere({ root }: Filter): boolean {
  return termsOf(root).some(({ field }) => field === 'text');
}

/** An archive with both ways to read it. */
export interface IndexedArchive extends ArchiveUnderTest {
  /** Reads the volumes alone. */
  readonly openVolumes: () => Promise<ArchiveReader>;
}

/** Events go into volumes and, commit by commit, into the index; whoever reads waits until both have them. */
export function indexedArchive(): IndexedArchive {
  const path = mkdtempSync(join(tmpdir(), 'indexed-'));
  const engine = openChdb({ folder: join(path, 'chdb'), database: 'auditorium' });
  let pending: Promise<void> = engine.then((open) => makeTables(open));
  return {
    openWriter: (factsOf) => {
      const writer = openSqliteWriter({ path: join(path, 'volumes'), ...testWriting(factsOf) });
      return indexed(writer, engine, factsOf, (index) => {
        pending = pending.then(index);
      });
    },
    openReader: async () => {
      const source = await openArchive(join(path, 'volumes'));
      return waiting(openIndex(await engine, source), () => pending);
    },
    openVolumes: () => openArchive(join(path, 'volumes')),
    remove: () => rmSync(path, { recursive: true, force: true }),
    isNotHere,
  };
}

function indexed(
  writer: ArchiveWriter,
  engine: Promise<Engine>,
  factsOf: FactsOf,
  soon: (index: () => Promise<void>) => void,
): ArchiveWriter {
  let taken: StoredEvent[] = [];
  let bundles = 0;
  const indexer = engine.then((open) => new Indexer(open, { factsOf, now: () => Date.now() * 1000 }));
  return {
    ...writer,
    append(body) {
      writer.append(body);
      taken.push(readBody(body));
    },
    commit() {
      writer.commit();
      const events = taken;
      taken = [];
      const log = Buffer.from(events[0]?.event.log ?? []).toString('hex');
      if (events.length > 0)
        soon(async () => (await indexer).take(log, events, { token: `bundle ${bundles++}` }));
    },
  };
}

/** Every question waits for what was committed before it. */
function waiting(reader: ArchiveReader, pending: () => Promise<void>): ArchiveReader {
  const methods = Object.entries(reader).map(([name, method]: [string, (...args: never[]) => unknown]) => [
    name,
    async (...args: never[]) => {
      await pending();
      return method(...args);
    },
  ]);
  return Object.fromEntries(methods) as ArchiveReader;
}
