/** What agents may have written to act on whoever replays it: it is shown, and nothing comes of it (security.md, test 38). */
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting, TestLog, type TestSession } from '../../gateway/archive/testing.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { HOSTILE, HOSTILE_TEXT } from '../../shared/replay/fixtures/hostile.ts';
import {
  concat,
  dataRow,
  errorResponse,
  rowDescription,
  uint32,
  utf8,
} from '../../shared/replay/fixtures/recording.ts';
import { visit } from './browser.ts';
import { ownFolder, readerOf, startHost } from './hosted.ts';
import { longestTask } from './longest-task.ts';

/** A cell of 100 MB on one line, as the gateway writes it: in events of 64 KiB. */
const LINE_BYTES = 100 * 1024 * 1024;
const EVENT_BYTES = 64 * 1024;

/** Events of such a line in the terminal's recording: two MB. */
const TERMINAL_EVENTS = 32;

/** What a frame may take of the processor, ms. */
const FRAME_MS = 100;

/** What is on the clipboard before. */
const OWN_CLIPBOARD = 'the investigator’s own';

let opened: AsyncDisposableStack;
let host: WebHost;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const folder = await ownFolder(opened);
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  const log = new TestLog(38);
  const put = (...events: readonly Uint8Array[]): void => {
    for (const event of events) writer.append(event);
    writer.commit();
  };
  put(log.event('logOpened'), ...statements(log.session(1)), ...terminal(log.session(2)));
  for (const event of longLine(log.session(3))) put(event);
  writer.close();
  const reader = await readerOf(opened, folder);
  host = await startHost(opened, { reader });
}, 120_000);
afterAll(() => opened.disposeAsync());

function statements(session: TestSession): Uint8Array[] {
  const answer = concat(rowDescription([HOSTILE_TEXT, 25], ['plain', 25]), dataRow(HOSTILE_TEXT, 'x'));
  const notice = errorResponse('N', { S: 'NOTICE', V: 'NOTICE', C: '00000', M: HOSTILE_TEXT });
  return [
    session.event('sessionOpened', { user: 'statements', applicationName: HOSTILE_TEXT }),
    session.query(`SELECT '${HOSTILE_TEXT}'`),
    session.event('notice', { severity: 'NOTICE', sqlstate: '00000', message: notice }),
    session.outcome({ tag: 'SELECT 1', rows: 1, answer }),
    session.query('SELECT 2'),
    session.outcome({ tag: 'SELECT 0' }),
    session.event('sessionClosed'),
  ];
}

function terminal(session: TestSession): Uint8Array[] {
  return [
    session.event('sessionOpened', { user: 'terminal' }),
    session.event('terminalResized', { columns: 100, rows: 30 }),
    ...Array.from({ length: TERMINAL_EVENTS }, () =>
      session.event('terminalOutput', { data: new Uint8Array(EVENT_BYTES).fill(0x79) }),
    ),
    session.event('terminalOutput', { data: utf8('\r\n') }),
    ...Object.values(HOSTILE).map((text) => session.event('terminalOutput', { data: utf8(`${text}\r\n`) })),
    session.event('sessionClosed'),
  ];
}

/** One row of one cell, which goes on from event to event. */
function* longLine(session: TestSession): Generator<Uint8Array> {
  yield session.event('sessionOpened', { user: 'long' });
  yield session.query('SELECT line');
  const head = concat(utf8('D'), uint32(4 + 2 + 4 + LINE_BYTES), Uint8Array.of(0, 1), uint32(LINE_BYTES));
  const part = new Uint8Array(EVENT_BYTES).fill(0x78);
  const described = session.sequence;
  for (let at = 0; at < LINE_BYTES; at += EVENT_BYTES) {
    const first = at === 0;
    const last = at + EVENT_BYTES >= LINE_BYTES;
    yield session.event('rows', {
      statement: 1,
      ordinal: 0,
      rows: last ? 1 : 0,
      continued: !last,
      describedAt: first ? null : described,
      answer: first ? concat(rowDescription(['line', 25]), head, part) : part,
    });
  }
  yield session.outcome({ tag: 'SELECT 1', rows: 1, describedAt: described });
  yield session.event('sessionClosed');
}

interface Watched {
  readonly page: Page;
  /** What the window asked for beyond reading, and what it opened. */
  readonly acts: string[];
  readonly complaints: readonly string[];
}

async function watched(): Promise<Watched> {
  const { page, complaints } = await visit(host.freshUrl());
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const acts: string[] = [];
  await expect.poll(() => page.getByTestId('session-row').count()).toBe(3);
  page.on('popup', (popup) => acts.push(`popup ${popup.url()}`));
  page.on('dialog', (dialog) => acts.push(`dialog ${dialog.message()}`));
  await page.evaluate((text) => navigator.clipboard.writeText(text), OWN_CLIPBOARD);
  return { page, acts, complaints };
}

async function openSession({ page, acts }: Watched, user: string): Promise<void> {
  await page.getByRole('combobox').fill(`user:${user}`);
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('session-row').count()).toBe(1);
  await page.getByTestId('session-row').dblclick();
  await page.getByTestId('time-line').waitFor();
  await page.keyboard.press('v');
  const transcript = page.getByRole('menuitemcheckbox', { name: 'Transcript' });
  if ((await transcript.getAttribute('aria-checked')) === 'false') await transcript.click();
  await page.keyboard.press('Escape');
  const origin = new URL(page.url()).origin;
  const isReading = (request: Request): boolean =>
    request.method() === 'GET' && new URL(request.url()).origin === origin;
  page.on('request', (request) => {
    if (!isReading(request)) acts.push(`${request.method()} ${request.url()}`);
  });
}

/** What anybody could notice outside of the views. */
async function untouched({ page, acts, complaints }: Watched) {
  return {
    acts,
    // This host keeps no case, and says so of what is asked of one.
    complaints: complaints.filter((text) => !text.startsWith('Failed to load resource')),
    title: await page.title(),
    path: new URL(page.url()).pathname.startsWith('/sessions/'),
    clipboard: await page.evaluate(() => navigator.clipboard.readText()),
  };
}

const UNTOUCHED = { acts: [], complaints: [], title: 'Auditorium', path: true, clipboard: OWN_CLIPBOARD };

test('hostile statements, rows, notices and names are shown in every view, and nothing comes of them', async () => {
  const seen = await watched();
  const { page } = seen;
  await openSession(seen, 'statements');
  await page.getByRole('button', { name: 'End', exact: true }).click();
  const transcript = page.getByTestId('transcript');
  await expect.poll(() => transcript.innerText()).toContain('␛]52;c;b3duZWQ=␇');
  await expect.poll(() => page.getByTestId('terminal-text').innerText()).toContain('⟨U+202E⟩gnp.exe');
  await page.getByRole('button', { name: 'Previous statement' }).click();
  for (const name of [/^Statement/, /^Result/, /^Raw/]) await page.getByRole('tab', { name }).click();
  await page.keyboard.press('u');
  await page.getByTestId('identity-card').waitFor();
  await page.keyboard.press('Escape');
  expect(await untouched(seen)).toEqual(UNTOUCHED);
});

test('a hostile terminal’s recording plays without sending, copying, linking or naming anything', async () => {
  const seen = await watched();
  const { page } = seen;
  await openSession(seen, 'terminal');
  await page.keyboard.press('End');
  await expect.poll(() => page.getByTestId('terminal-text').innerText()).toContain('CLICKFILE');
  // Wherever a link might be: over the whole screen, with the key that follows links in terminals.
  await page.keyboard.down('Control');
  const box = await page.locator('.terminal-host').boundingBox();
  for (let y = 8; box !== null && y < 200; y += 12) await page.mouse.click(box.x + 20, box.y + y);
  await page.keyboard.up('Control');
  const text = await page.getByTestId('transcript').innerText();
  expect([text.includes('CLICKSCRIPT'), text.includes('owned'), text.includes('gnp.exe')]).toEqual([
    true,
    false,
    true,
  ]);
  expect(await untouched(seen)).toEqual(UNTOUCHED);
});

test('a line of 100 MB is shown with its edge, and no frame waits for it', async () => {
  const seen = await watched();
  const { page } = seen;
  await openSession(seen, 'long');
  const longest = await longestTask(page, async () => {
    await page.keyboard.press('End');
    const shown = (): Promise<string> => page.getByTestId('terminal-text').innerText();
    await expect.poll(shown).toContain('Session completed');
    // Before the end of the session, and the answer of its statement: the last of the line.
    await page.keyboard.press(',');
    await page.keyboard.press(',');
    await expect.poll(shown).toContain('the row goes on');
    await page.getByRole('button', { name: 'Previous statement' }).click();
    await page.getByRole('tab', { name: /^Result/ }).click();
    await expect.poll(() => page.getByTestId('result-row').count()).toBe(1);
    await page.keyboard.press('End');
  });
  expect(longest).toBeLessThan(FRAME_MS);
  expect(await untouched(seen)).toEqual(UNTOUCHED);
});
