import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { TEST_SIGNER, TestLog } from '../../gateway/archive/testing.ts';
import { openDirect } from '../../gateway/direct-opening.ts';
import { FolderStore } from '../../gateway/remote/folder-store.ts';
import { KeyStore } from '../../gateway/remote/keys/key-store.ts';
import type { KeyPlace } from '../../gateway/remote/keys/open-keys.ts';
import { TestShipping } from '../../gateway/remote/testing.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { ALL, selectedSessions } from './selection.ts';
import { temporaryFolder } from './testing/exported.ts';

/** Proofs are nobody's question here. */
const NO_PROOFS = {
  logs: () => Promise.resolve([]),
  subtrees: () => Promise.resolve([]),
  cosigned: () => Promise.resolve(null),
  redactions: () => Promise.resolve([]),
};

async function sealedStore(folder: string): Promise<string> {
  const keys = new KeyStore({ store: new FolderStore(join(folder, 'keys')), tenant: null, now: () => 0 });
  const log = new TestLog(3);
  const one = log.session(1);
  using shipping = new TestShipping(new FolderStore(join(folder, 'store')), log, {
    sealing: { keys, tenant: null },
  });
  await shipping.ship([
    log.event('logOpened'),
    one.event('sessionOpened'),
    one.event('identity'),
    one.query('SELECT 4711'),
    one.outcome({}),
    one.event('sessionClosed'),
  ]);
  return one.hex;
}

async function exported(reader: ArchiveReader): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of selectedSessions(reader, ALL)) ids.push(id);
  return ids;
}

/** What is listed, and which sessions an export would be of. */
async function seen(reader: ArchiveReader) {
  try {
    for (;;) {
      const status = await reader.store?.status(EVERYTHING);
      if (status?.work === null && status.bundles.fetched === 1) break;
      await pause(20);
    }
    const { items } = await reader.statements({ filter: EVERYTHING, limit: 10 });
    return {
      texts: items.map(({ text }) => text),
      exported: await exported(reader).catch((error: unknown) => String(error)),
    };
  } finally {
    await reader.close();
  }
}

test('a store that is read without the keys of its values says so, is not exported, and is mended by the keys', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'here'));
  const session = await sealedStore(folder);
  const seenWith = async (keys: KeyPlace | null) => {
    const request = {
      store: { folder: join(folder, 'store') },
      keys: [TEST_SIGNER.publicKey],
      sealed: { store: keys, tenant: [] },
      here: join(folder, 'here'),
      seen: join(folder, 'seen.json'),
    };
    for (;;) {
      const reader = await openDirect('a store', request, NO_PROOFS);
      if ((await reader.store?.status(EVERYTHING))?.away === null) return seen(reader);
      // The process that had the folder before has not ended yet.
      await reader.close();
      await pause(50);
    }
  };
  expect(await seenWith(null)).toEqual({
    texts: ['(no key here)'],
    exported: `ArchiveError: session ${session} cannot be exported without its values: values are sealed, and no key store was named (--keys)`,
  });
  expect(await seenWith({ folder: join(folder, 'keys') })).toEqual({
    texts: ['SELECT 4711'],
    exported: [session],
  });
});
