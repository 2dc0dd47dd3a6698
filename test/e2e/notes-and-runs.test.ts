import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { errorResponse, testWriting, TestLog, type TestSession } from '../../gateway/archive/testing.ts';
import type { Casework } from '../../main/casework/casework.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { visit } from './browser.ts';
import { caseOf, ownFolder, readerOf, startHost } from './hosted.ts';

let opened: AsyncDisposableStack;
let host: WebHost;
let casework: Casework;
let page: Page;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const folder = await ownFolder(opened);
  const archive = join(folder, 'archive');
  const writer = openSqliteWriter({ path: archive, ...testWriting() });
  const log = new TestLog(9);
  const events = [log.event('logOpened'), ...before(log.session(1)), ...after(log.session(2))];
  for (const event of events) writer.append(event);
  writer.commit();
  writer.close();
  const reader = await readerOf(opened, archive);
  casework = caseOf(opened, join(folder, 'case'), reader);
  host = await startHost(opened, { reader, casework });
}, 120_000);
afterAll(() => opened.disposeAsync());

beforeEach(async () => {
  ({ page } = await visit(host.freshUrl()));
  await expect.poll(() => rows('session-row').count()).toBe(2);
});

function begin(session: TestSession, run: string): Uint8Array[] {
  return [session.event('sessionOpened'), session.event('identity'), session.event('ciContext', { run })];
}

/** One parameter of a Bind: its count, its length, its text. */
function parameter(text: string): Buffer {
  const head = Buffer.alloc(6);
  head.writeInt16BE(1);
  head.writeInt32BE(Buffer.byteLength(text), 2);
  return Buffer.concat([head, Buffer.from(text)]);
}

function prepared(session: TestSession, text: string, value: string): Uint8Array {
  return session.event('statement', {
    statement: ++session.statements,
    protocol: 'extended',
    name: '',
    portal: '',
    text: Buffer.from(text),
    parameterTypes: [25],
    parameters: parameter(value),
  });
}

const FIND = 'SELECT id FROM customers WHERE country = $1';

function before(session: TestSession): Uint8Array[] {
  return [
    ...begin(session, '4711'),
    session.query('BEGIN'),
    session.outcome({ tag: 'BEGIN' }),
    prepared(session, FIND, 'NO'),
    session.outcome({ tag: 'SELECT 5' }),
    session.query("DELETE FROM orders WHERE day = '2026-11-01'"),
    session.outcome({ tag: 'DELETE 50', rows: 50 }),
    session.query('SELECT count(*) FROM invoices'),
    session.outcome({ tag: 'SELECT 1', rows: 1 }),
    session.event('sessionClosed'),
  ];
}

function after(session: TestSession): Uint8Array[] {
  return [
    ...begin(session, '4712'),
    session.query('BEGIN'),
    session.outcome({ tag: 'BEGIN' }),
    prepared(session, FIND, 'SE'),
    session.outcome({ tag: 'SELECT 5' }),
    session.query("DELETE FROM orders WHERE day = '2026-11-02'"),
    session.outcome({
      status: 'failed',
      sqlstate: '42501',
      answer: errorResponse('42501', 'permission denied for table orders'),
    }),
    session.query('DROP TABLE refunds'),
    session.outcome({ tag: 'DROP TABLE' }),
    session.event('sessionClosed'),
  ];
}

const rows = (id: string) => page.getByTestId(id);

function cells(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

test('the previous run of a job is one click away, and what changed stands beside what did not', async () => {
  await rows('session-row').filter({ hasText: '4712' }).click();
  await page.getByTestId('compare').click();
  await page.getByRole('button', { name: /the previous run of its job/ }).click();
  await expect
    .poll(async () => (await rows('compare-row').allInnerTexts()).map(cells))
    .toEqual([
      'same BEGIN 1 BEGIN 1 BEGIN',
      `changed SELECT 2 ${FIND} 2 ${FIND} parameters`,
      "changed DELETE 3 DELETE FROM orders WHERE day = '2026-11-01' 3 DELETE FROM orders WHERE day = '2026-11-02' " +
        'literals · rows 50 → 0 · completed → 42501',
      'only in A SELECT 4 SELECT count(*) FROM invoices not sent',
      'only in B DROP TABLE not sent 4 DROP TABLE refunds',
    ]);
  // By keys alone: to the first difference, and its parameter beside that of the other run.
  await page.keyboard.press(']');
  await expect.poll(() => page.getByTestId('difference').innerText()).toBe('difference 1 of 4');
  await expect.poll(() => page.getByTestId('pair').innerText()).toMatch(/\$1 ≠\s+NO text\s+SE text/);
  await page.keyboard.press('o');
  await expect.poll(() => rows('compare-row').count()).toBe(4);
  await page.keyboard.press(']');
  await page.keyboard.press('b');
  await expect.poll(() => page.getByTestId('position').innerText()).toMatch(/^statement 3\/4/);
  await page.goBack();
  await expect.poll(() => page.getByTestId('difference').innerText()).toBe('difference 2 of 4');
});

test('notes, evidence and a verdict are given by keys, and are there for whoever opens the session next', async () => {
  await rows('session-row').filter({ hasText: '4712' }).dblclick();
  await expect.poll(() => page.getByTestId('position').innerText()).toMatch(/4/);
  await page.keyboard.press('End');
  await page.keyboard.press('[');
  await page.keyboard.press('n');
  await page.keyboard.type('Drops a **table** that no other run touches.');
  await page.getByTestId('dock').getByLabel('Tags').fill('schema');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => page.getByTestId('dock').count()).toBe(0);
  await page.keyboard.press('f');
  await page.keyboard.type('Refunds dropped');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('marking-notice').innerText()).toMatch(/finding #1/);
  await page.keyboard.press(',');
  await page.keyboard.press('f');
  await expect.poll(() => casework.findings().then(([finding]) => finding?.evidence.length)).toBe(2);
  await page.getByTestId('review').click();
  await page.getByRole('radio', { name: /violation/ }).check();
  await page.getByLabel('Why').fill('outside its window');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('review').innerText()).toMatch(/violation/);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect.poll(() => rows('session-marks').first().innerText()).toMatch(/violation\s+1/);
  const [note] = await casework.annotations();
  expect([note?.text, note?.tags, note?.standing, note?.anchor.session]).toEqual([
    'Drops a **table** that no other run touches.',
    ['schema'],
    'holds',
    (await casework.reviews())[0]?.session,
  ]);
});
