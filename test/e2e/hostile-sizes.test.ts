import { readFile } from 'node:fs/promises';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { visit } from './browser.ts';
import { ownFolder, readerOf, startHost } from './hosted.ts';
import { HOSTILE, writeHostileSession } from './hostile-sizes.ts';

const SIZES = { line: 8_000_000, sql: 4_000_000, rows: 100_000, parameters: 10_000 };

/** ms that a script may run at once, and elements of the document: with no bound on what is drawn both are ten times as many. */
const LONGEST_TASK = 1_000;
const MOST_ELEMENTS = 1_500;

const TABS = ['Statement', 'Result', 'Parameters', 'Error', 'Raw'];

let opened: AsyncDisposableStack;
let page: Page;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const folder = await ownFolder(opened);
  const id = writeHostileSession(folder, SIZES);
  const reader = await readerOf(opened, folder);
  const host = await startHost(opened, { reader });
  ({ page } = await visit(host.freshUrl(), (end) => opened.defer(async () => end())));
  await page.getByTestId('session-row').first().waitFor();
  await page.evaluate(watchTasks);
  await page.getByTestId('session-row').first().dblclick();
  await page.waitForURL(new RegExp(id));
  await page.getByRole('tab', { name: 'Statement' }).waitFor();
}, 120_000);
afterAll(() => opened.disposeAsync());

/** Keeps how long the longest script ran that the window was not drawn meanwhile. */
function watchTasks(): void {
  const kept = window as Window & { longestTask?: number };
  kept.longestTask = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      kept.longestTask = Math.max(kept.longestTask ?? 0, duration);
  }).observe({ type: 'longtask' });
}

function tab(name: string) {
  return page.getByRole('tab', { name: new RegExp(`^${name}`) });
}

/** Shows a statement of the session when it was answered, in a tab of the inspector. */
async function show(statement: (typeof HOSTILE)[number], name: string): Promise<void> {
  await page.getByTestId('statement-row').nth(HOSTILE.indexOf(statement)).click();
  await tab(name).click();
  await expect
    .poll(() => page.getByTestId('position').textContent())
    .toContain(`statement ${HOSTILE.indexOf(statement) + 1}/`);
}

async function saved(press: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await pathOf(download)) };
}

async function pathOf(download: Download): Promise<string> {
  return download.path();
}

test('of a value of megabytes the beginning is shown, how much follows, and all of it is saved', async () => {
  await show('line', 'Result');
  const cell = page.getByRole('gridcell', { name: /^begin lorem-ipsum/ });
  await cell.click();
  await page.getByText('7.58 MiB more (Save has all)').waitFor();
  const { name, bytes } = await saved(() => page.getByRole('button', { name: 'Save', exact: true }).click());
  expect([name, bytes.length, bytes.subarray(-20).toString()]).toEqual([
    'document-1.txt',
    SIZES.line + 14,
    'sum-lorem-ipsum- end',
  ]);
});

test('of a statement of megabytes the beginning is shown, and all of it is saved', async () => {
  await show('longSql', 'Statement');
  await page.getByText('3.77 MiB more (see Raw)').waitFor();
  const { bytes } = await saved(() => page.getByRole('button', { name: /^Save the text/ }).click());
  expect([bytes.length > SIZES.sql, bytes.subarray(-30).toString()]).toEqual([
    true,
    '/* the end of the long line */',
  ]);
});

test('the last of a hundred thousand rows, and of ten thousand parameters, is one key away', async () => {
  await show('rows', 'Result');
  await page.getByTestId('result-grid').press('Control+End');
  await page.getByRole('gridcell', { name: 'word 99999', exact: true }).waitFor();
  await show('parameters', 'Parameters');
  await page.getByRole('grid', { name: 'Parameters' }).press('Control+End');
  await page.getByRole('gridcell', { name: 'parameter 10000', exact: true }).waitFor();
});

test('no view of them holds the window up, or fills its document', async () => {
  let elements = 0;
  for (const statement of HOSTILE) {
    for (const name of TABS) {
      await show(statement, name);
      elements = Math.max(elements, await page.locator('*').count());
    }
  }
  const longest = await page.evaluate(() => (window as Window & { longestTask?: number }).longestTask ?? 0);
  expect(
    { isShort: longest < LONGEST_TASK, isSmall: elements < MOST_ELEMENTS },
    `${longest} ms, ${elements} elements`,
  ).toEqual({
    isShort: true,
    isSmall: true,
  });
});
