/** The views of a session, by keyboard alone: every one follows the cursor, and each takes one back to it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting, TestLog, type TestSession } from '../../gateway/archive/testing.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { concat, dataRow, rowDescription } from '../../shared/replay/fixtures/recording.ts';
import { visit } from './browser.ts';
import { ownFolder, readerOf, startHost } from './hosted.ts';

const STATEMENTS = 60;
const ROWS = 30;

let opened: AsyncDisposableStack;
let host: WebHost;
let page: Page;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const folder = await ownFolder(opened);
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  const log = new TestLog(7);
  for (const event of [log.event('logOpened'), ...busy(log.session(1))]) writer.append(event);
  writer.commit();
  writer.close();
  const reader = await readerOf(opened, folder);
  host = await startHost(opened, { reader });
}, 120_000);
afterAll(() => opened.disposeAsync());

beforeEach(async () => {
  ({ page } = await visit(host.freshUrl()));
  await expect.poll(() => page.getByTestId('session-row').count()).toBe(1);
  await page.getByTestId('session-row').dblclick();
  await expect.poll(() => page.getByTestId('step').innerText()).toMatch(/ of \d+, /);
});

function busy(session: TestSession): Uint8Array[] {
  const rows = Array.from({ length: ROWS }, (_, row) => dataRow(String(row), `person ${row}`));
  const answer = concat(rowDescription(['id', 23], ['name', 25]), ...rows);
  return [
    session.event('sessionOpened'),
    ...Array.from({ length: STATEMENTS }, (_, at) => [
      session.query(`SELECT id, name FROM people WHERE batch = ${at + 1}`),
      session.outcome({ tag: `SELECT ${ROWS}`, rows: ROWS, answer }),
    ]).flat(),
    session.event('sessionClosed'),
  ];
}

function position(): Promise<string> {
  return page.getByTestId('position').innerText();
}

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Opens or closes a view by its menu: down to it, once the keys are the menu's. */
async function toggleView(name: string): Promise<void> {
  const focused = (): Promise<string> =>
    page.evaluate(() => document.activeElement?.textContent ?? '').then((text) => text.trim());
  await press('v');
  const inMenu = (): Promise<boolean> =>
    page.evaluate(() => document.activeElement?.closest('[role="menu"]') !== null);
  await expect.poll(inMenu).toBe(true);
  for (let tries = 0; tries < 9 && (await focused()) !== name; tries++) await press('ArrowDown');
  await press('Space', 'Escape');
}

test('the transcript follows the cursor, is searched whole, leads back to a step, and is open after a reload', async () => {
  await toggleView('Transcript');
  await press('End');
  const transcript = page.getByTestId('transcript');
  await expect.poll(() => transcript.innerText()).toContain('batch = 60');
  await press('/');
  await page.getByRole('search').getByRole('textbox').fill('batch = 2[05]$');
  await page.getByRole('search').getByRole('button', { name: 'Regular expression' }).click();
  const hits = page.getByRole('listbox', { name: 'Hits' }).getByRole('option');
  await expect.poll(() => hits.count()).toBe(2);
  await hits.last().focus();
  await press('Enter');
  await expect.poll(() => transcript.innerText()).toContain('batch = 25');
  await expect.poll(position).toMatch(/^statement 25\/60/);

  await toggleView('Terminal');
  await page.reload();
  await page.getByTestId('transcript').waitFor();
  const names = await page.getByRole('heading', { level: 2 }).allInnerTexts();
  expect(names).toEqual(['Transcript', 'Statements']);
});

test('one goes to a number, loops from there, and the address holds what the time line shows', async () => {
  await press(':');
  await page.getByRole('textbox', { name: /^Go to/ }).waitFor();
  await page.keyboard.type('40');
  await press('Enter');
  await expect.poll(position).toMatch(/^statement 40\/60/);
  await press('l', ']', 'l');
  await expect.poll(position).toMatch(/loop: steps \d+ to \d+/);
  await page.getByTestId('time-line').focus();
  await press('+', '+');
  await expect.poll(() => new URL(page.url()).searchParams.get('range')).toMatch(/^\d+-\d+$/);
  await page.reload();
  await expect.poll(position).toMatch(/^statement 4\d\/60/);
  expect(new URL(page.url()).searchParams.get('range')).toMatch(/^\d+-\d+$/);
  await page.getByTestId('time-line').focus();
  await press('0');
  await expect.poll(() => new URL(page.url()).searchParams.get('range')).toBeNull();
});

test('text is found in all rows of a result, and a chosen field of a message marks its bytes', async () => {
  await press(']', '.', '2');
  const grid = page.getByTestId('result-grid');
  await expect.poll(() => grid.getByRole('row').count()).toBeGreaterThan(2);
  await grid.focus();
  await press('Control+f');
  await page.getByRole('search').getByRole('textbox').fill('person 29');
  await expect.poll(() => page.getByRole('search').innerText()).toContain('1 hit');
  await press('Enter');
  await expect.poll(() => page.locator('.cells-foot').innerText()).toContain('person 29');
  await press('Escape');
  await page.getByRole('tab', { name: /^Raw/ }).click();
  await page.getByTestId('raw-messages').focus();
  await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
  await expect.poll(() => page.locator('.hex-mark').allInnerTexts()).toEqual(['69  64 00', 'id·']);
});
