import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { ensureBuilt } from '../../main/built.ts';
import { startWebHost, type WebHost } from '../../main/hosts/web.ts';
import { packageOf } from '../../main/package.ts';
import { writeSmallArchive } from '../../main/testing/small-archive.ts';
import { visit } from './browser.ts';

let opened: AsyncDisposableStack;
let host: WebHost;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const here = packageOf(import.meta.dirname);
  await ensureBuilt(here, 'window', () => {});
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-wrong-filter-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  writeSmallArchive(folder);
  const reader = await openArchive(folder);
  opened.defer(() => reader.close());
  host = await startWebHost({ reader, version: '0', port: 0, renderer: here.renderer, report: () => {} });
  opened.defer(() => host.close());
}, 120_000);
afterAll(() => opened.disposeAsync());

test.each([
  ['sessions', 'session-row', 1],
  ['statements', 'statement-row', 2],
])('a link to %s with a filter that cannot be read says why, and how to go on', async (place, row, rows) => {
  const { page } = await visit(host.freshUrl());
  await expect.poll(() => page.getByTestId('session-row').count()).toBe(1);
  await page.goto(`http://127.0.0.1:${host.port}/${place}?filter=status:foo`);
  const note = page.locator('.note');
  await expect
    .poll(() => note.innerText())
    .toMatch(/^This filter cannot be read\n+"foo" is not a value of status; it is one of completed, /);
  await note.getByRole('button', { name: 'Clear the filter' }).click();
  await expect.poll(() => page.getByTestId(row).count()).toBe(rows);
});

test('the bar completes within parentheses, and applies or, not and groups', async () => {
  const { page, complaints } = await visit(host.freshUrl());
  await expect.poll(() => page.getByTestId('session-row').count()).toBe(1);
  await page.goto(`http://127.0.0.1:${host.port}/statements`);
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
