import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifyBundle } from '../../../gateway/archive/bundle/verify-bundle.ts';
import { TEST_SIGNER, TestLog } from '../../../gateway/archive/testing.ts';
import { openDirect } from '../../../gateway/direct-opening.ts';
import { FolderStore } from '../../../gateway/remote/folder-store.ts';
import { keySource } from '../../../gateway/remote/keys/key-source.ts';
import { openKeys } from '../../../gateway/remote/keys/open-keys.ts';
import { StoreEvidence } from '../../../gateway/remote/store-evidence.ts';
import { TestShipping } from '../../../gateway/remote/testing.ts';
import { EVERYTHING } from '../../../shared/filter/filter.ts';
import type { Verdict } from '../../../shared/recording/verdict.ts';
import { exportedBundle, selected, temporaryFolder } from '../testing/exported.ts';
import { pythonVerdict } from '../testing/python-verdict.ts';

/** Who says in a log that a session's key was destroyed: its own log, one that sorts before it or behind it; or another session's. */
type Told = 'its log' | 'a log before' | 'a log behind' | 'of another session';
const NUMBERS: Readonly<Record<Told, number>> = {
  'its log': 5,
  'a log before': 4,
  'a log behind': 6,
  'of another session': 5,
};

/** What both verifiers say of a session's bundle, exported from a store after its key was destroyed. */
async function judged(told: Told, expected: Verdict): Promise<[Verdict, Verdict, string[]]> {
  const folder = temporaryFolder();
  const [bucket, sealed] = [join(folder, 'bucket'), join(folder, 'keys')];
  for (const made of [bucket, sealed]) mkdirSync(made);
  const store = new FolderStore(bucket);
  const keys = await openKeys({ folder: sealed }, null, {});
  onTestFinished(() => keys[Symbol.dispose]());
  const sealing = { keys, tenant: null };
  const log = new TestLog(5);
  const [one, other] = [log.session(1), log.session(2)];
  using shipping = new TestShipping(store, log, { sealing });
  await shipping.ship([
    log.event('logOpened'),
    ...[one, other].flatMap((session) => [
      session.event('sessionOpened'),
      session.query('SELECT 4711'),
      session.outcome(),
      session.event('sessionClosed'),
    ]),
  ]);
  const held = await keys.heldBy({ log: Buffer.from(log.log).toString('hex'), session: one.hex });
  const about = { by: 'ada', reason: 'ticket 812' };
  const fields = {
    log: log.log,
    session: Buffer.from(told === 'of another session' ? other.hex : one.hex, 'hex'),
    keys: held.map(({ id }) => id),
    ...about,
  };
  const number = NUMBERS[told];
  const teller = number === 5 ? log : new TestLog(number);
  if (teller === log) await shipping.ship([log.event('keysDestroyed', fields)]);
  else {
    using beside = new TestShipping(store, teller, { sealing });
    const session = teller.session(3);
    await beside.ship([
      teller.event('logOpened'),
      session.event('sessionOpened'),
      session.event('sessionClosed'),
      teller.event('keysDestroyed', fields),
    ]);
  }
  const named = held.map(({ session, id }) => ({ session, id }));
  await keys.destroy(log.log, named, { ...about, time: log.time }, { signer: TEST_SIGNER, previous: null });
  const reader = await openDirect(
    's3://evidence/prod',
    {
      store: { folder: bucket },
      keys: [TEST_SIGNER.publicKey],
      sealed: { store: { folder: sealed }, tenant: [] },
      here: join(folder, 'here'),
      seen: join(folder, 'seen.json'),
    },
    new StoreEvidence(store, keySource(keys, null)),
  );
  onTestFinished(() => reader.close());
  const fetched = async () => (await reader.store?.status(EVERYTHING))?.bundles;
  await expect.poll(fetched, { timeout: 10_000 }).toEqual({ fetched: 2, known: 2, unread: 0 });
  const path = join(folder, 'evidence.zip');
  await exportedBundle(reader, path, { selection: selected('', one.hex) });
  const { verdict, findings } = await verifyBundle({ path, keys: [TEST_SIGNER.publicKey], anchors: [] });
  const messages = findings.map(({ message }) => message.replace(/\d{4}-\d\d-\d\d/, 'DAY'));
  return [verdict, pythonVerdict(path, TEST_SIGNER.publicKey, expected), messages];
}

const WHY = 'can be read by nobody any more: their key was destroyed by ada on DAY: ticket 812';

test.each(['its log', 'a log before', 'a log behind'] as const)(
  'a session whose key was destroyed is proven in a bundle with who did so and why, which %s tells',
  async (told) => {
    expect(await judged(told, 'VERIFIED_WITH_REDACTIONS')).toEqual([
      'VERIFIED_WITH_REDACTIONS',
      'VERIFIED_WITH_REDACTIONS',
      [`the value of text ${WHY}`],
    ]);
  },
);

test('values that are gone are no redaction where the log tells of another session’s key alone', async () => {
  expect(await judged('of another session', 'CORRUPT')).toEqual([
    'CORRUPT',
    'CORRUPT',
    ['the value of text is gone, and no note says who took it out'],
  ]);
});
