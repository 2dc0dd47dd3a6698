import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import type { Shown } from '../../main/show.ts';
import { visit } from './browser.ts';
import { showSmallArchive, urlOf } from './shown.ts';

let opened: AsyncDisposableStack;
let shown: Shown;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  shown = await showSmallArchive(opened);
}, 120_000);
afterAll(() => opened.disposeAsync());

beforeEach(async () => {
  ({ page, complaints } = await visit(urlOf(shown)));
  await page.getByTestId('session-row').waitFor();
});

/** Runs the first command that fits. */
async function run(typed: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette').waitFor();
  await page.keyboard.type(typed);
  await page.getByTestId('palette-entry').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('palette').waitFor({ state: 'detached' });
}

function path(): string {
  return new URL(page.url()).pathname;
}

test('everything can be gone to and done from Ctrl-K alone', async () => {
  await run('statements');
  await expect.poll(path).toBe('/statements');
  await run('verb:delete');
  await expect.poll(() => page.url()).toMatch(/\/sessions\?filter=verb%3Adelete$/);
  await page.getByTestId('session-row').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const position = page.getByTestId('position');
  await position.waitFor();
  await expect.poll(() => position.innerText()).toMatch(/^statement 2\/2/);
  await run('start of the session');
  await expect.poll(() => position.innerText()).toMatch(/^before the first statement/);
  await run('1');
  await expect.poll(() => position.innerText()).toMatch(/^statement 1\/2/);
  const session = path().split('/')[2] ?? '';
  await run('g sess');
  await expect.poll(path).toBe('/sessions');
  await run(session.slice(0, 12));
  await expect.poll(path).toBe(`/sessions/${session}`);
  await run('dark theme');
  expect([await page.evaluate(() => document.documentElement.dataset['theme']), complaints]).toEqual([
    'dark',
    [],
  ]);
});

test('keys are taken as fast as they come: into the palette, before it has found anything, and behind it', async () => {
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByTestId('position').waitFor();
  const session = path().split('/')[2] ?? '';
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.getByTestId('session-row').waitFor();
  // All of it in one turn, as nobody types: nothing is waited for.
  await page.keyboard.press('Control+k');
  await page.keyboard.insertText(session);
  await page.keyboard.press('Enter');
  await expect.poll(path).toBe(`/sessions/${session}`);
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  const rows = page.locator('[role=row][aria-selected=true]');
  await page.locator('[data-id]').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => rows.count()).toBe(1);
  expect(complaints).toEqual([]);
});

test('it opens from the filter too, gives the focus back, and keys of the sheet are those that work', async () => {
  await page.getByTestId('filter').click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('no such thing');
  await page.getByText('Nothing is called “no such thing”.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('palette').waitFor({ state: 'detached' });
  await page.keyboard.type('x');
  expect(await page.getByTestId('filter').textContent()).toBe('x');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog');
  await expect.poll(() => sheet.innerText()).toMatch(/Go to the statements[^]*Lists/);
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await expect.poll(path).toBe('/statements');
  expect(complaints).toEqual([]);
});
