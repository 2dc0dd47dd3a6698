/** A store without an index answers as volumes do: one suite over both. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveReader, ArchiveWriter, FactsOf } from '../../archive/archive.ts';
import { describeArchive, type ArchiveUnderTest } from '../../archive/conformance.ts';
import { openArchive } from '../../archive/sqlite/open.ts';
import { openSqliteWriter } from '../../archive/sqlite/writer.ts';
import { plainFacts, TEST_SIGNER, testWriting } from '../../archive/testing.ts';
import { readBody } from '../../../shared/recording/record.ts';
import { FolderStore } from '../folder-store.ts';
import { TestShipping } from '../testing.ts';
import { DirectStore } from './direct-store.ts';

/** What is committed is shipped, a bundle a commit; whoever reads follows the store first. */
function shippedArchive(): ArchiveUnderTest {
  const path = mkdtempSync(join(tmpdir(), 'direct-'));
  const store = new FolderStore(join(path, 'bucket'));
  let pending: Promise<void> = Promise.resolve();
  let shipping: TestShipping | null = null;
  const ship = (bodies: readonly Uint8Array[]) => {
    const [first] = bodies;
    if (first === undefined) return;
    shipping ??= new TestShipping(store, { log: readBody(first).event.log });
    const own = shipping;
    pending = pending.then(() => own.ship(bodies));
  };
  return {
    openWriter: (factsOf) => shippingWriter(join(path, 'volumes'), factsOf, ship),
    openReader: async () => {
      await pending;
      const direct = await DirectStore.open({
        store,
        keys: [TEST_SIGNER.publicKey],
        folder: join(path, 'here'),
        factsOf: plainFacts,
      });
      await direct.begin();
      const reader = await openArchive(direct.folder);
      return following(reader, direct, () => pending);
    },
    remove: () => {
      shipping?.[Symbol.dispose]();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function shippingWriter(
  path: string,
  factsOf: FactsOf,
  ship: (bodies: readonly Uint8Array[]) => void,
): ArchiveWriter {
  const writer = openSqliteWriter({ path, ...testWriting(factsOf) });
  let taken: Uint8Array[] = [];
  let next = 0;
  return {
    ...writer,
    append(body) {
      writer.append(body);
      const { index } = readBody(body).event;
      if (index < next) return;
      next = index + 1;
      taken.push(body);
    },
    commit() {
      writer.commit();
      ship(taken);
      taken = [];
    },
  };
}

/** Every question waits for what was committed before it. */
function following(reader: ArchiveReader, direct: DirectStore, pending: () => Promise<void>): ArchiveReader {
  let followed: Promise<void> | null = null;
  const methods = Object.entries(reader).map(([name, method]: [string, (...args: never[]) => unknown]) => [
    name,
    async (...args: never[]) => {
      if (name === 'close') await direct.close();
      else if (followed !== pending()) {
        followed = pending();
        await followed;
        await direct.follow();
      }
      return method(...args);
    },
  ]);
  return Object.fromEntries(methods) as ArchiveReader;
}

describeArchive('a store without an index', shippedArchive);
