import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ArchiveWriter } from '../../gateway/archive/archive.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting, TestLog, type TestSession } from '../../gateway/archive/testing.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { concat, dataRow, rowDescription } from '../../shared/replay/fixtures/recording.ts';
import { visit } from './browser.ts';
import { ownFolder, readerOf, startHost } from './hosted.ts';

/** Rows of a chunk, and chunks of the large result: more than the grid holds at once. */
const CHUNK = 256;
const CHUNKS = 8;

let opened: AsyncDisposableStack;
let host: WebHost;
let writer: ArchiveWriter;
let live: TestSession;
let page: Page;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const folder = await ownFolder(opened);
  writer = openSqliteWriter({ path: folder, ...testWriting() });
  opened.defer(() => writer.close());
  const log = new TestLog(9);
  record(log.event('logOpened'), ...past(log.session(1)));
  live = log.session(2);
  record(
    live.event('sessionOpened', { user: 'live' }),
    live.query('SELECT 1'),
    live.outcome({ tag: 'SELECT 0' }),
  );
  const reader = await readerOf(opened, folder);
  host = await startHost(opened, { reader });
}, 120_000);
afterAll(() => opened.disposeAsync());

beforeEach(async () => {
  ({ page } = await visit(host.freshUrl()));
  await expect.poll(() => page.getByTestId('session-row').count()).toBe(2);
});

function record(...events: readonly Uint8Array[]): void {
  for (const event of events) writer.append(event);
  writer.commit();
}

/** A session that is over: a Query of three statements, then a large result. */
function past(session: TestSession): Uint8Array[] {
  const of = (ordinal: number, tag: string) => session.outcome({ ordinal, tag });
  const begun = [
    session.event('sessionOpened'),
    session.event('identity'),
    session.query('INSERT INTO orders VALUES (1); DELETE FROM orders; SELECT 1'),
    of(0, 'INSERT 0 1'),
    of(1, 'DELETE 1'),
    of(2, 'SELECT 0'),
    session.query('SELECT id, name FROM customers'),
  ];
  const description = session.sequence;
  const chunks = Array.from({ length: CHUNKS }, (_, chunk) => {
    const rows = Array.from({ length: CHUNK }, (__, row) =>
      dataRow(String(chunk * CHUNK + row), 'Ada of Lovelace'),
    );
    const answer = concat(...(chunk === 0 ? [rowDescription(['id', 23], ['name', 25])] : []), ...rows);
    const describedAt = chunk === 0 ? null : description;
    const fields = { statement: 2, ordinal: 0, rows: CHUNK, continued: false, describedAt, answer };
    return session.event('rows', fields);
  });
  const last = session.outcome({
    rows: CHUNK * CHUNKS,
    tag: `SELECT ${CHUNK * CHUNKS}`,
    describedAt: description,
  });
  return [...begun, ...chunks, last, session.event('sessionClosed')];
}

function position(): Promise<string> {
  return page.getByTestId('position').innerText();
}

async function filtered(filter: string): Promise<void> {
  await page.getByRole('combobox').fill(filter);
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('session-row').count()).toBe(1);
  await page.getByTestId('session-row').dblclick();
}

test('a session found by a statement opens at it, and each statement of a Query counts', async () => {
  await filtered('verb:delete');
  await expect.poll(position).toMatch(/^statement 2\/4 · #1\.2/);
  await page.getByRole('button', { name: 'Next statement' }).click();
  await expect.poll(position).toMatch(/^statement 4\/4 · #2/);
});

test('the columns of a result keep their widths wherever one scrolls', async () => {
  await filtered('table:customers');
  await page.getByRole('tab', { name: /Result/ }).click();
  const heads = page.getByTestId('result-grid').getByRole('columnheader');
  const widths = () => heads.evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().width));
  const row = page.getByTestId('result-row');
  await expect.poll(() => row.first().innerText()).toContain('Ada of Lovelace');
  const first = await widths();
  await page.getByTestId('result-grid').evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
  await expect.poll(() => row.last().innerText()).toMatch(/2,048\s+2047\s+Ada of Lovelace/);
  expect([first, Math.min(...first) > 60]).toEqual([await widths(), true]);
});

test('a value that is copied is told to the case by its place, not by what it is', async () => {
  await filtered('table:customers');
  await page.getByRole('tab', { name: /Result/ }).click();
  const grid = page.getByTestId('result-grid');
  await grid.getByText('Ada of Lovelace').first().click();
  const told = page.waitForRequest('**/api/case/acts');
  await grid.press('c');
  expect((await told).postDataJSON()).toEqual({
    act: 'revealed',
    session: expect.stringMatching(/^[0-9a-f]{32}$/),
    what: expect.stringMatching(/^copied \w+, row 1 of the result at event \d+$/),
  });
});

test('a live session opens where it is now and is followed, until one looks elsewhere', async () => {
  await filtered('outcome:live');
  await expect.poll(position).toMatch(/^statement 1\/1/);
  record(live.query('SELECT pg_sleep(60)'));
  await expect.poll(position).toMatch(/^statement 2\/2/);
  const newest = page.getByTestId('statement-row').last();
  await expect.poll(() => newest.innerText()).toMatch(/pg_sleep\(60\)[^]*running/);
  await page.getByRole('button', { name: 'Previous statement' }).click();
  await expect.poll(position).toMatch(/^statement 1\/2/);
  record(live.outcome({ tag: 'SELECT 1', rows: 1 }), live.query('SELECT 3'));
  await expect.poll(position).toMatch(/^statement 1\/3/);
  await page.getByRole('button', { name: /^● live.*: follow$/ }).click();
  await expect.poll(position).toMatch(/^statement 3\/3/);
});
