import { join } from 'node:path';
import type { Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PageRequest } from '../../gateway/archive/archive.ts';
import type { Casework } from '../../main/casework/casework.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { FakeReader, SESSION_ROW } from '../../main/testing/fake-reader.ts';
import type { Page } from '../../shared/api/page.ts';
import { SessionId, type SessionRow } from '../../shared/api/session.ts';
import { visit } from './browser.ts';
import { caseOf, ownFolder, startHost } from './hosted.ts';

const COUNT = 2_000;

const idOf = (number: number): SessionId => SessionId.parse(number.toString(16).padStart(32, '0'));

/** Sessions numbered from 0, the newest first. */
class ManySessions extends FakeReader {
  override async sessions({ at = 0, after, limit }: PageRequest): Promise<Page<SessionRow>> {
    const from = after === undefined ? at : Number(after);
    const count = Math.max(0, Math.min(limit, COUNT - from));
    const items = Array.from({ length: count }, (_, i) => ({ ...SESSION_ROW, id: idOf(from + i) }));
    const next = from + count < COUNT ? String(from + count) : null;
    return { items, next, total: COUNT, offset: from };
  }

  override async session(id: SessionId): Promise<SessionRow> {
    return { ...SESSION_ROW, id, started: -Number.parseInt(id, 16) };
  }
}

let opened: AsyncDisposableStack;
let host: WebHost;
let casework: Casework;
let page: Tab;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const folder = await ownFolder(opened);
  const reader = new ManySessions();
  casework = caseOf(opened, join(folder, 'case'), reader);
  host = await startHost(opened, { reader, casework });
}, 120_000);
afterAll(() => opened.disposeAsync());

beforeEach(async () => {
  ({ page } = await visit(host.freshUrl()));
  await row(0).waitFor();
});

const row = (place: number) => page.locator(`[data-place="${place}"][data-testid=session-row]`);
const picked = () =>
  page
    .locator('[data-testid=session-row]:has(.pick-box[data-state=checked])')
    .evaluateAll((rows) => rows.map((one) => Number(one.getAttribute('data-place'))));
const count = () => page.locator('.pick-count').innerText();

test('clicks with Ctrl and Shift pick as everywhere; what was picked stays in a link and over Back', async () => {
  await row(1).click();
  await row(3).click({ modifiers: ['Control'] });
  await row(6).click({ modifiers: ['Shift'] });
  expect([await picked(), await count()]).toEqual([[1, 3, 4, 5, 6], '5 sessions picked']);
  await row(4).locator('.pick-cell').click();
  expect(await picked()).toEqual([1, 3, 5, 6]);
  const link = `picked=${[1, 3, 5, 6].map(idOf).join('.')}`;
  await expect.poll(() => page.url()).toContain(link);
  await page.reload();
  await expect.poll(picked).toEqual([1, 3, 5, 6]);
});

test('by keys alone: two are picked and compared, the older on the left', async () => {
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  expect([await picked(), await page.getByRole('grid').getAttribute('aria-multiselectable')]).toEqual([
    [0, 2],
    'true',
  ]);
  await page.getByRole('button', { name: 'Compare', exact: true }).press('Enter');
  await expect.poll(() => page.url()).toContain(`/compare?a=${idOf(2)}&b=${idOf(0)}`);
  await page.goBack();
  await expect.poll(picked).toEqual([0, 2]);
});

test('a range goes on and comes back by J and K, also over rows that are not here; Esc lets all go', async () => {
  await row(0).click();
  for (const key of ['J', 'J', 'J', 'K']) await page.keyboard.press(key);
  expect(await picked()).toEqual([0, 1, 2]);
  await page.keyboard.press('Escape');
  expect([await picked(), await page.getByTestId('pick-bar').count()]).toEqual([[], 0]);
  // The rows between were never on the screen.
  await row(0).click();
  await page.locator('.list').evaluate((list) => list.scrollTo(0, 400 * 24));
  await row(401).click({ modifiers: ['Shift'] });
  await expect.poll(count).toBe('402 sessions picked');
});

test('all that are listed are picked up to what one export takes, and judged at once', async () => {
  await page.getByRole('button', { name: 'Pick all that are listed' }).click();
  await expect.poll(count).toBe('500 sessions picked, 500 at most');
  await page.getByTestId('review-picked').click();
  await page.getByRole('dialog').getByLabel('Why').fill('Night of the incident');
  await page.getByRole('button', { name: 'Keep verdict' }).click();
  await expect
    .poll(async () => (await casework.reviews()).filter(({ verdict }) => verdict === 'to-review').length)
    .toBe(500);
});
