import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSmallArchive } from '../../main/testing/small-archive.ts';
import type { Shown } from '../../main/show.ts';
import { visit } from './browser.ts';
import { showArchive, urlOf } from './shown.ts';

let opened: AsyncDisposableStack;
let archive: string;
let shown: Shown;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  archive = await mkdtemp(join(tmpdir(), 'auditorium-filter-bar-'));
  opened.defer(() => rm(archive, { recursive: true, force: true }));
  writeSmallArchive(archive);
  shown = await showArchive(opened, archive);
}, 120_000);
afterAll(() => opened.disposeAsync());

test.each([
  ['sessions', 'session-row', 1],
  ['statements', 'statement-row', 2],
])('a link to %s with a filter that cannot be read says why, and how to go on', async (place, row, rows) => {
  const { page } = await visit(urlOf(shown));
  await page.getByTestId('session-row').waitFor();
  await page.goto(new URL(`/${place}?filter=status:foo`, page.url()).href);
  const note = page.locator('.note');
  await expect
    .poll(() => note.innerText())
    .toMatch(/^This filter cannot be read\n+"foo" is not a value of status; it is one of completed, /);
  await note.getByRole('button', { name: 'Clear the filter' }).click();
  await expect.poll(() => page.getByTestId(row).count()).toBe(rows);
});

test('the bar completes within parentheses, and applies or, not and groups', async () => {
  const { page, complaints } = await visit(urlOf(shown));
  await page.getByTestId('session-row').waitFor();
  await page.goto(new URL('/statements', page.url()).href);
  await expect.poll(() => page.getByTestId('statement-row').count()).toBe(2);
  const bar = page.getByTestId('filter');
  await bar.click();
  await page.keyboard.type('(verb:drop o');
  await expect.poll(() => page.getByRole('option').allInnerTexts()).toHaveLength(2);
  await page.keyboard.type('r -tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('nope) rows:1..5 ');
  expect([await bar.textContent(), await bar.getAttribute('aria-invalid')]).toEqual([
    '(verb:drop or -table:nope) rows:1..5 ',
    'false',
  ]);
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('statement-row').count()).toBe(1);
  expect(complaints).toEqual([]);
});

/** Puts a text into what has the focus, as from a clipboard. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(event);
  }, text);
}

test('the bar is one line that says what it means, is put back by Escape, and lets Tab out', async () => {
  const { page, complaints } = await visit(urlOf(shown));
  await page.getByTestId('session-row').waitFor();
  const bar = page.getByTestId('filter');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await page.keyboard.press('/');
  await paste(page, 'verb:delete\n  table:orders\n');
  await page.keyboard.press('Escape');
  const means = page.locator('.filter-means');
  expect([await bar.textContent(), await means.innerText()]).toEqual([
    'verb:delete table:orders',
    'Means: the verb is delete and a table is orders',
  ]);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('tabel:x rows>1 ');
  await page.keyboard.press('Escape');
  await expect
    .poll(() => page.locator('.filter-message').innerText())
    .toBe('there is no field "tabel"; did you mean "table"?');
  await page.keyboard.press('Control+z');
  expect(await bar.textContent()).toBe('verb:delete table:orders');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  expect([await bar.textContent(), await focused()]).toEqual(['', null]);
  await bar.focus();
  await page.keyboard.press('Tab');
  expect([await focused(), complaints]).toEqual(['Earlier filters', []]);
});

test('filters that were applied or saved are there at the next start, and the palette knows them', async () => {
  const first = await visit(urlOf(shown));
  await first.page.getByTestId('session-row').waitFor();
  await first.page.getByRole('combobox').fill('verb:delete');
  await first.page.keyboard.press('Enter');
  await first.page.getByTestId('saved-filters').click();
  await first.page.getByLabel('Save this filter as').fill('Deletes');
  await first.page.keyboard.press('Enter');
  await first.page.getByText('This filter is saved as Deletes.').waitFor();
  await using next = new AsyncDisposableStack();
  const { page, complaints } = await visit(urlOf(await showArchive(next, archive)));
  await page.getByTestId('session-row').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => page.getByRole('option').first().innerText()).toBe('verb:delete');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('deletes');
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('filter')).toBe('verb:delete');
  await page.getByTestId('saved-filters').click();
  await page.getByRole('button', { name: 'Delete Deletes' }).click();
  await page.getByText('Deletes is deleted.').waitFor();
  expect([await page.getByTestId('saved-filter').count(), complaints]).toEqual([0, []]);
});
