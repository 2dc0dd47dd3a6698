/** A store of bundles without an index in the window: the newest is there first, the rest comes when it is wished for, and a store that is away is said. */
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainFacts, TEST_SIGNER, TestLog } from '../../gateway/archive/testing.ts';
import { openDirect } from '../../gateway/direct-opening.ts';
import { FolderStore } from '../../gateway/remote/folder-store.ts';
import { StoreEvidence } from '../../gateway/remote/store-evidence.ts';
import { TestShipping } from '../../gateway/remote/testing.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { visit } from './browser.ts';
import { startHost } from './hosted.ts';

/** More than are fetched at first, a session each. */
const BUNDLES = 30;
const AT_FIRST = 24;

let opened: AsyncDisposableStack;
let folder: string;
let host: WebHost;
let page: Page;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const store = new FolderStore(join(folder, 'bucket'));
  const log = new TestLog(5);
  using shipping = new TestShipping(store, log, { factsOf: plainFacts });
  for (let n = 0; n < BUNDLES; n++) {
    const session = log.session(n + 1);
    const begun = n === 0 ? [log.event('logOpened')] : [];
    const who = [session.event('sessionOpened'), session.event('identity', { subject: `agent-${n}` })];
    const asked = [session.query(n === 2 ? 'DELETE FROM payments' : 'SELECT 1'), session.outcome({})];
    await shipping.ship([...begun, ...who, ...asked, session.event('sessionClosed')]);
  }
  const reader = await openDirect(
    's3://evidence/prod',
    {
      store: { folder: join(folder, 'bucket') },
      keys: [TEST_SIGNER.publicKey],
      sealed: { store: null, tenant: [] },
      here: join(folder, 'here'),
      seen: join(folder, 'seen.json'),
    },
    new StoreEvidence(store),
  );
  opened.defer(() => reader.close());
  host = await startHost(opened, { reader });
  ({ page } = await visit(host.freshUrl(), (act) => opened.defer(act)));
}, 120_000);
afterAll(() => opened.disposeAsync());

const notice = () => page.getByTestId('store');
const said = () => notice().innerText();

test('what of the store is here stands above the list, and more comes when it is wished for', async () => {
  await expect.poll(said, { timeout: 20_000 }).toContain(`${AT_FIRST} of ${BUNDLES} bundles are here`);
  await expect.poll(() => page.getByTestId('matching').innerText()).toContain(`${AT_FIRST} sessions`);
  await page.goto(`${new URL(page.url()).origin}/sessions?filter=${encodeURIComponent('table:payments')}`);
  await expect.poll(said).toContain('1 more');
  await page.getByRole('button', { name: 'Fetch what may match' }).click();
  await expect.poll(() => page.getByTestId('session-row').count(), { timeout: 20_000 }).toBe(1);
  await expect.poll(said).toContain('nothing else in the store matches');
  await page.getByTestId('session-row').dblclick();
  await expect.poll(() => page.url()).toContain('/sessions/');
  await expect.poll(() => page.locator('body').innerText()).toContain('payments');
});

test('a store that is away is said, and what is here goes on being shown until it is back', async () => {
  await page.goto(`${new URL(page.url()).origin}/sessions`);
  await expect.poll(said, { timeout: 20_000 }).toContain('Fetch older');
  const [bucket, aside] = [join(folder, 'bucket'), join(folder, 'aside')];
  cpSync(bucket, aside, { recursive: true });
  rmSync(bucket, { recursive: true });
  await expect.poll(said, { timeout: 20_000 }).toContain('Store away');
  expect(await page.getByTestId('session-row').count()).toBeGreaterThan(0);
  expect(await page.getByRole('button', { name: 'Fetch older' }).count()).toBe(0);
  renameSync(aside, bucket);
  await expect.poll(said, { timeout: 30_000 }).not.toContain('Store away');
  await page.getByRole('button', { name: 'Fetch older' }).click();
  await expect.poll(() => notice().count(), { timeout: 20_000 }).toBe(0);
  await expect.poll(() => page.getByTestId('matching').innerText()).toContain(`${BUNDLES} sessions`);
});
