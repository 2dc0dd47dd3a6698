import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Casework } from '../../main/casework/casework.ts';
import { SessionId, type StatementRow } from '../../shared/api/session.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import type { Place } from '../../shared/findings/anchor.ts';
import { visit } from './browser.ts';
import { caseOf, ownFolder, readerOf, startHost } from './hosted.ts';
import { longestTask } from './longest-task.ts';
import { HOSTILE, writeHostileSession } from './hostile-sizes.ts';

const SIZES = { line: 8_000_000, sql: 4_000_000, rows: 100_000, parameters: 10_000 };

/** ms that the window's thread may be busy at once, and elements of the document: with no bound on what is drawn both are ten times as many. */
const LONGEST_TASK = 1_000;
const MOST_ELEMENTS = 1_500;

const TABS = ['Statement', 'Result', 'Parameters', 'Error', 'Raw'];

let opened: AsyncDisposableStack;
let page: Page;
let casework: Casework;
let places: readonly Place[];

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const folder = await ownFolder(opened);
  const id = writeHostileSession(folder, SIZES);
  const reader = await readerOf(opened, folder);
  casework = caseOf(opened, join(folder, 'sizes.case'), reader);
  const { items } = await reader.statements({ filter: EVERYTHING, session: SessionId.parse(id), limit: 20 });
  places = items.map(placeOf);
  const host = await startHost(opened, { reader, casework });
  ({ page } = await visit(host.freshUrl(), (end) => opened.defer(async () => end())));
  await page.getByTestId('session-row').first().waitFor();
  await page.getByTestId('session-row').first().dblclick();
  await page.waitForURL(new RegExp(id));
  await page.getByRole('tab', { name: 'Statement' }).waitFor();
}, 120_000);
afterAll(() => opened.disposeAsync());

/** Keeps how long the longest script ran that the window was not drawn meanwhile. */
function placeOf({ session, sequence, outcomeSequence, statement, ordinal }: StatementRow): Place {
  return { session, sequence, last: outcomeSequence, statement: { number: statement, ordinal }, cell: null };
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
  const longest = await longestTask(page, async () => {
    for (const statement of HOSTILE) {
      for (const name of TABS) {
        await show(statement, name);
        elements = Math.max(elements, await page.locator('*').count());
      }
    }
  });
  expect(
    { isShort: longest < LONGEST_TASK, isSmall: elements < MOST_ELEMENTS },
    `${longest} ms, ${elements} elements`,
  ).toEqual({
    isShort: true,
    isSmall: true,
  });
});

test('the transcript of them is searched and walked, with no more in the document than is seen', async () => {
  await page.keyboard.press('v');
  await page.getByRole('menuitemcheckbox', { name: 'Transcript' }).click();
  await page.keyboard.press('Escape');
  const transcript = page.getByTestId('transcript');
  let elements = 0;
  const longest = await longestTask(page, async () => {
    for (const statement of HOSTILE) {
      await show(statement, 'Statement');
      await expect.poll(() => transcript.innerText()).not.toBe('');
      elements = Math.max(elements, await page.locator('*').count());
    }
    await transcript.press('Control+End');
    await transcript.press('Control+Home');
  });
  expect(
    { isShort: longest < LONGEST_TASK, isSmall: elements < MOST_ELEMENTS },
    `${longest} ms, ${elements} elements`,
  ).toEqual({
    isShort: true,
    isSmall: true,
  });
});

test('a finding of them shows their frames cut, says so, and holds nothing up', async () => {
  const { id } = await casework.makeFinding({
    title: 'All too large',
    severity: 'low',
    narrative: '',
    places: [...places],
  });
  let elements = 0;
  const longest = await longestTask(page, async () => {
    await page.goto(new URL(`/findings/${id}`, page.url()).href);
    const cards = page.getByTestId('evidence');
    await expect.poll(() => cards.count()).toBe(HOSTILE.length);
    for (let at = 0; at < HOSTILE.length; at++) {
      await cards.nth(at).scrollIntoViewIfNeeded();
      await expect.poll(() => cards.nth(at).getByTestId('frame').innerText()).toMatch(/SELECT|INSERT/);
    }
    elements = await page.locator('*').count();
  });
  expect(
    { isShort: longest < LONGEST_TASK, isSmall: elements < MOST_ELEMENTS },
    `${longest} ms, ${elements} elements`,
  ).toEqual({
    isShort: true,
    isSmall: true,
  });
});
