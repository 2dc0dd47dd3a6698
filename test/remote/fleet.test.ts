/**
 * Two gateways, one store, one index, and a team server that fills the index itself: a session recorded through either is found and
 * replayed by somebody who has nothing but the server's address, and its evidence verifies offline.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { TestLog } from '../../gateway/archive/testing.ts';
import { FolderStore } from '../../gateway/remote/folder-store.ts';
import { TestShipping } from '../../gateway/remote/testing.ts';
import { packageOf } from '../../main/package.ts';
import { CHROMIUM_MISSING, findChromium } from '../../build/chromium.ts';
import { visit } from '../e2e/browser.ts';
import { cephMissing, startCeph } from './ceph.ts';
import { CHDB_MISSING } from './indexed-archive.ts';
import { agentWorks, allShipped, record, remoteOf } from './recording.ts';
import { exported, type ServedFleet, serveFleet } from './served-fleet.ts';

/** What is shipped is indexed within some seconds, on a machine that others use too. */
const PATIENCE = { timeout: 60_000, interval: 250 };

/** Where gateways ship to, and how a server is told of it. */
interface Shipped extends AsyncDisposable {
  readonly store: string;
}

/** Two gateways record into a bucket of Ceph, as their workers do. */
async function inCeph(folder: string): Promise<Shipped> {
  await using opened = new AsyncDisposableStack();
  const { server } = opened.use(await startCeph());
  for (const [gateway, table] of [
    ['gw-1', 'invoices'],
    ['gw-2', 'payments'],
  ] as const) {
    const remote = remoteOf(server.endpoint, 'versioned', 'prod', { gateway });
    const recording = await record({ folder: join(folder, gateway), remote });
    agentWorks(recording, 3, table);
    await allShipped(recording);
    await recording.close();
  }
  const kept = opened.move();
  return {
    store: `store: 's3://versioned/prod', endpoint: '${server.endpoint}'`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The short form: the same shippers put into a folder. */
async function inFolder(folder: string): Promise<Shipped> {
  const store = new FolderStore(join(folder, 'bucket'));
  for (const [number, table] of [
    [1, 'invoices'],
    [2, 'payments'],
  ] as const) {
    const log = new TestLog(number);
    const session = log.session(number);
    using shipping = new TestShipping(store, log);
    await shipping.ship([log.event('logOpened'), session.event('sessionOpened'), session.event('identity')]);
    const asked = [1, 2, 3].flatMap((id) => [
      session.query(`SELECT * FROM ${table} WHERE id = ${id}`),
      session.outcome({ rows: 1 }),
    ]);
    await shipping.ship([...asked, session.event('sessionClosed')]);
  }
  return { store: `store: '${join(folder, 'bucket')}'`, [Symbol.asyncDispose]: () => Promise.resolve() };
}

const PLACES = [
  { name: 'a bucket of Ceph', ship: inCeph, missing: CHDB_MISSING ?? cephMissing },
  { name: 'a folder', ship: inFolder, missing: CHDB_MISSING },
] as const;

for (const { name, ship, missing } of PLACES)
  describe.skipIf(missing !== null)(
    `a fleet that ships to ${name}${missing === null ? '' : ` (skipped: ${missing})`}`,
    { timeout: 180_000 },
    () => {
      let folder: string;
      let fleet: ServedFleet;
      const opened = new AsyncDisposableStack();

      beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), 'fleet-'));
        opened.defer(() => rmSync(folder, { recursive: true, force: true }));
        const { store } = opened.use(await ship(folder));
        fleet = opened.use(
          await serveFleet(
            folder,
            `  stores: [{ name: prod, ${store}, index: ./index, keys: [gateway.pub] }]`,
          ),
        );
      }, 300_000);
      afterAll(() => opened.disposeAsync());

      test('a session of either gateway is found, and its evidence verifies offline', async () => {
        const ada = fleet.visitor();
        await ada.signIn({ subject: 'ada', groups: 'security' });
        const found = async (filter: string): Promise<{ id: string; statements: number }[]> => {
          const { body } = await ada.ask('GET', `/api/sessions?filter=${encodeURIComponent(filter)}`);
          return (JSON.parse(body) as { items: { id: string; statements: number }[] }).items;
        };
        await expect
          .poll(async () => (await found('')).map(({ statements }) => statements), PATIENCE)
          .toEqual([3, 3]);
        for (const table of ['invoices', 'payments']) {
          const [session, ...others] = await found(`table:${table}`);
          const path = join(folder, `${table}.zip`);
          writeFileSync(path, await exported(fleet, ada, { format: 'bundle', session: session?.id }));
          const verifier = join(packageOf(import.meta.dirname).root, 'build/verify.py');
          const said = execFileSync('python3', [verifier, path, '--key', fleet.key, '--json'], {
            encoding: 'utf8',
          });
          expect([others, (JSON.parse(said) as { verdict: string }).verdict]).toEqual([[], 'VERIFIED']);
        }
      });

      test.skipIf(findChromium() === null)(
        `it is replayed in a window that was opened with the server's address alone${findChromium() === null ? ` (skipped: ${CHROMIUM_MISSING})` : ''}`,
        async () => {
          const { page } = await visit(fleet.origin, onTestFinished, { ignoreHTTPSErrors: true });
          await signIn(page, fleet.origin);
          await page.goto(`${fleet.origin}/sessions?filter=${encodeURIComponent('table:payments')}`);
          const row = page.getByTestId('session-row').first();
          await row.waitFor(PATIENCE);
          await row.dblclick();
          await expect
            .poll(() => page.getByText('SELECT * FROM payments WHERE id = 1').count(), PATIENCE)
            .toBeGreaterThan(0);
          expect(new URL(page.url()).pathname).toMatch(/^\/sessions\/[0-9a-f]{32}$/);
        },
      );
    },
  );

async function signIn(page: Page, origin: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Subject').fill('ada@acme.example');
  await page.getByLabel('Groups, separated by commas').fill('security');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.origin === origin);
}
