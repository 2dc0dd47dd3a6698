import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVERYTHING } from '../../../shared/filter/filter.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { SqliteArchive } from '../../archive/sqlite/reader.ts';
import { plainFacts, TEST_SIGNER, TestLog } from '../../archive/testing.ts';
import { FolderStore } from '../folder-store.ts';
import { keySource, NO_KEYS, type KeySource } from '../keys/key-source.ts';
import { KeyStore } from '../keys/key-store.ts';
import { TestShipping } from '../testing.ts';
import { DirectStore } from './direct-store.ts';
import { UnreadSessions } from './unread-sessions.ts';

const WHY = 'values are sealed, and no key store was named (--keys)';

let folder: string;
let keys: KeyStore;
let session: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unread-'));
  mkdirSync(join(folder, 'here'));
  keys = new KeyStore({ store: new FolderStore(join(folder, 'keys')), tenant: null, now: () => 0 });
  const log = new TestLog(3);
  const one = log.session(1);
  session = one.hex;
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
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What somebody with these keys sees: texts of statements, and what cannot be read. */
async function seenWith(valueKeys: KeySource) {
  const here = join(folder, 'here');
  const direct = await DirectStore.open({
    store: new FolderStore(join(folder, 'store')),
    keys: [TEST_SIGNER.publicKey],
    valueKeys,
    folder: here,
    factsOf: plainFacts,
  });
  try {
    await direct.begin();
    const reader = new SqliteArchive(direct.folder);
    const { items } = reader.statements({ filter: EVERYTHING, limit: 10 });
    reader.close();
    return {
      texts: items.map(({ text }) => text),
      unread: direct.status(EVERYTHING).unread,
      noted: [...new UnreadSessions(here).all],
    };
  } finally {
    await direct.close();
  }
}

test('what was fetched without keys says so, and is fetched anew once they can be had', async () => {
  const without = { texts: ['(text redacted)'], unread: { sessions: 1, why: WHY }, noted: [[session, WHY]] };
  expect(await seenWith(NO_KEYS)).toEqual(without);
  expect(await seenWith(NO_KEYS)).toEqual(without);
  const away: KeySource = {
    ...NO_KEYS,
    sessionKey: () => Promise.reject(new ArchiveError('UNREACHABLE', 'nobody listens there')),
  };
  expect(await seenWith(away)).toEqual(without);
  expect(await seenWith(keySource(keys, null))).toEqual({ texts: ['SELECT 4711'], unread: null, noted: [] });
});

test('a key that was destroyed is not taken for one that is not to be had', async () => {
  const destroyed: KeySource = {
    ...NO_KEYS,
    sessionKey: () =>
      Promise.resolve({
        why: 'destroyed',
        time: 1,
        by: 'ada',
        reason: 'ticket 812',
        note: { text: '', signatures: [] },
      }),
  };
  expect(await seenWith(destroyed)).toEqual({ texts: ['(text redacted)'], unread: null, noted: [] });
});
