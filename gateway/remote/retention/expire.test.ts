import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removalKey } from '../../../shared/remote/removal.ts';
import { shippedKey } from '../../../shared/remote/manifest.ts';
import { signerOf } from '../../archive/ed25519.ts';
import { TEST_SIGNER, TestLog } from '../../archive/testing.ts';
import { NO_KEYS } from '../keys/key-source.ts';
import { FolderVersions, TestShipping } from '../testing.ts';
import { verifyRemote } from '../verify/verify-remote.ts';
import { dueSessions, removeBundles, type ExpiryRules } from './expire.ts';
import { mayMatch } from './may-match.ts';
import { SessionLedger } from './session-ledger.ts';

const LOG = '03'.repeat(16);
const DAY = 86_400_000;

let folder: string;
let store: FolderVersions;
let log: TestLog;
let shipping: TestShipping;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'expire-'));
  store = new FolderVersions(join(folder, 'store'));
  log = new TestLog(3);
  shipping = new TestShipping(store, log);
  await shipping.ship([log.event('logOpened')]);
  for (const [i, connection] of ['shop', 'vault', 'shop'].entries()) {
    const session = log.session(i + 1);
    await shipping.ship([
      session.event('sessionOpened', { connection }),
      session.event('identity', { subject: `agent ${i}` }),
      session.query(`SELECT ${i}`),
      session.outcome(),
      session.event('sessionClosed'),
      ...(i < 2 ? [] : [log.event('logClosed', { sessions: 0 })]),
    ]);
  }
});
afterEach(() => {
  shipping[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const idOf = (n: number) => `000${n}${'03'.repeat(14)}`;
const RULES: ExpiryRules = { age: 100 * DAY, connections: { vault: 200 * DAY }, bundles: true };
const after = (days: number) => log.time + days * DAY * 1000;

function ledgerOf(own = [TEST_SIGNER.publicKey]): SessionLedger {
  const path = join(folder, 'ledger.json');
  return new SessionLedger({ path, store, log: LOG, keySource: NO_KEYS, own: () => own });
}

async function removed(days: number, holds: readonly string[] = []): Promise<number> {
  const ledger = ledgerOf();
  expect(await ledger.update()).toBe(true);
  return removeBundles({
    store,
    log: log.log,
    ledger,
    rules: RULES,
    keySource: NO_KEYS,
    signers: () => ({ signer: TEST_SIGNER, previous: null }),
    now: after(days),
    holds: () => holds,
    last: 3,
  });
}

const verified = (keys = [TEST_SIGNER.publicKey]) =>
  verifyRemote({ store, keys, now: after(300) / 1000, seen: () => null });

test('sessions are due by the age of their connection, and none that a hold may be about', async () => {
  const ledger = ledgerOf();
  await ledger.update();
  const due = (days: number, ...holds: string[]) =>
    dueSessions(ledger.sessions, RULES, { now: after(days), holds }).map(({ id }) => id);
  expect([due(99), due(101), due(201)]).toEqual([[], [idOf(1), idOf(3)], [idOf(1), idOf(2), idOf(3)]]);
  expect([
    due(201, `session:${idOf(1)}`),
    due(201, 'connection:shop'),
    due(201, 'sub:"agent 2" or token:nobody'),
    due(201, 'connection:vault table:payments'),
    due(201, ''),
    due(201, 'no filter ('),
  ]).toEqual([[idOf(2), idOf(3)], [idOf(2)], [idOf(1), idOf(2)], [idOf(1), idOf(3)], [], []]);
  ledger.take(idOf(1));
  ledger.save();
  const again = ledgerOf();
  await again.update();
  expect(dueSessions(again.sessions, RULES, { now: after(101), holds: [] }).map(({ id }) => id)).toEqual([
    idOf(3),
  ]);
});

test('what only statements, or the end of a session, would tell counts for a hold', () => {
  const session = { ...SESSION, id: 'ab', connection: 'shop' };
  const filters = [
    'verb:drop',
    '-verb:drop',
    'outcome:failed',
    '-outcome:failed',
    'connection:other verb:drop',
    'after:2030-01-01',
    'before:2020-01-01',
  ];
  expect(filters.map((filter) => mayMatch(filter, session))).toEqual([
    true,
    true,
    true,
    true,
    false,
    true,
    false,
  ]);
});

test('bundles go when all in them is over, and what stands in their place verifies: expired, as signed', async () => {
  expect(await removed(199)).toBe(0);
  expect(await removed(201)).toBe(3);
  expect(await removed(201)).toBe(0);
  expect(await verified()).toMatchObject({ verdict: 'VERIFIED', findings: [], expired: 3 });
  // Without the note, or with one that a stranger signed, they are gone.
  const key = store.named(removalKey(LOG, 0));
  const note = readFileSync(key, 'utf8');
  rmSync(key);
  expect(await verified()).toMatchObject({ verdict: 'MISSING', expired: 0 });
  writeFileSync(key, note.replace(/\n— .*\n$/s, '\n— auditorium.local/x AAAA\n'));
  expect((await verified()).findings.map(({ verdict }) => verdict).toSorted()).toEqual([
    'EXTRA',
    'MISSING',
    'MISSING',
    'MISSING',
  ]);
});

test('a hold on any session in them keeps bundles, and those behind them', async () => {
  expect(await removed(201, [`session:${idOf(2)}`])).toBe(2);
  expect(await removed(201, ['connection:vault'])).toBe(0);
  expect(await removed(201)).toBe(1);
  expect(await verified()).toMatchObject({ verdict: 'VERIFIED', expired: 3 });
});

test('a removal that was interrupted is finished, and only what its note names goes', async () => {
  const ledger = ledgerOf();
  await ledger.update();
  const bundles = await store.keys(`v1/${LOG}/bundles/`);
  await removed(201);
  expect(bundles.map((key) => existsSync(store.named(key)))).toEqual([false, false, false, true]);
});

test('nothing expires by manifests that are not the gateway’s own', async () => {
  const stranger = signerOf(OTHER_KEY).publicKey;
  await expect(ledgerOf([stranger]).update()).rejects.toThrow('is not signed with this gateway’s key');
  const key = store.named(shippedKey(LOG, 1));
  writeFileSync(key, readFileSync(key, 'utf8').replace('"gateway":"test"', '"gateway":"evil"'));
  rmSync(join(folder, 'ledger.json'));
  await expect(ledgerOf().update()).rejects.toThrow('names another one before it');
});

const SESSION = {
  token: null,
  job: null,
  mismatch: false,
  users: [],
  address: '',
  application: '',
  outcome: 'live',
  started: 1_790_000_000_000_000,
  ended: null,
};

/** A private key whose seed is 32 times 9. */
const OTHER_KEY = `-----BEGIN PRIVATE KEY-----
${Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 9)]).toString('base64')}
-----END PRIVATE KEY-----
`;
