import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyBundle } from '../../gateway/archive/bundle/verify-bundle.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { filterOf } from '../../main/api/filter.ts';
import type { Casework } from '../../main/casework/casework.ts';
import { type HostileArchive, writeHostileArchive } from '../../main/exports/testing/hostile-archive.ts';
import { generateSigner } from '../../main/exports/testing/signer.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { SessionId, type StatementRow } from '../../shared/api/session.ts';
import type { Place } from '../../shared/findings/anchor.ts';
import { visit, type Visit } from './browser.ts';
import { caseOf, ownFolder, readerOf, startHost } from './hosted.ts';

let resources: AsyncDisposableStack;
let folder: string;
let host: WebHost;
let written: HostileArchive;
let casework: Casework;
let places: { readonly plain: Place[]; readonly hostile: Place[] };
let page: Page;
let complaints: Visit['complaints'];

beforeAll(async () => {
  resources = new AsyncDisposableStack();
  folder = await ownFolder(resources);
  written = writeHostileArchive(join(folder, 'archive'));
  const reader = await readerOf(resources, join(folder, 'archive'));
  const statementsOf = async (session: string): Promise<Place[]> => {
    const { items } = await reader.statements({
      filter: filterOf(''),
      session: SessionId.parse(session),
      limit: 20,
    });
    return items.map(placeOf);
  };
  places = { plain: await statementsOf(written.plain), hostile: await statementsOf(written.hostile) };
  casework = caseOf(resources, join(folder, 'ada.case'), reader);
  host = await startHost(resources, { reader, casework });
}, 120_000);
afterAll(() => resources.disposeAsync());

beforeEach(async () => {
  ({ page, complaints } = await visit(host.freshUrl()));
  await page.getByTestId('session-row').first().waitFor();
});

function placeOf({ session, sequence, outcomeSequence, statement, ordinal }: StatementRow): Place {
  return { session, sequence, last: outcomeSequence, statement: { number: statement, ordinal }, cell: null };
}

function at(list: readonly Place[], index: number): Place {
  const place = list[index];
  if (place === undefined) throw new Error(`the archive has no statement ${index}`);
  return place;
}

async function go(path: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${host.port}${path}`);
}

test('a finding is written, gets frames of two sessions in an order, is so after a reload, and plays', async () => {
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await page.getByRole('heading', { name: 'No findings yet' }).waitFor();
  await page.keyboard.press('f');
  await page.keyboard.type('Orders were deleted');
  await page.keyboard.press('Enter');
  await page.getByText('No frames yet').waitFor();

  // Somebody adds frames in another window: they come by themselves.
  const [made] = await casework.findings();
  const id = made?.id ?? '';
  await casework.addEvidence(id, [at(places.plain, 0), at(places.plain, 4), at(places.hostile, 0)], '');
  const cards = page.getByTestId('evidence');
  await expect.poll(() => cards.count()).toBe(3);
  await expect
    .poll(() => cards.nth(1).getByTestId('frame').innerText())
    .toMatch(/shop=> delete from orders\n[^]*DELETE 3/);

  await cards
    .nth(1)
    .getByRole('button', { name: /caption/ })
    .click();
  await page.keyboard.type('without WHERE');
  await page.keyboard.press('Enter');
  await cards.nth(1).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => cards.first().innerText()).toContain('without WHERE');
  await page.getByRole('button', { name: 'Write what happened' }).click();
  await page.keyboard.type('All rows went, see [frame 1]. <b>bold</b> [here](https://example.org/run)');
  await page.keyboard.press('Control+Enter');
  await page.getByLabel('Severity').selectOption('critical');
  await page.getByLabel('Status').selectOption('confirmed');
  await page.getByRole('button', { name: /Edit the assignee/ }).click();
  await page.keyboard.type('Grace');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await casework.finding(id)).assignee).toBe('Grace');

  await page.reload();
  await page.getByRole('button', { name: 'frame 1', exact: true }).click();
  const { title, severity, status, assignee, narrative, evidence } = await casework.finding(id);
  expect([
    { title, severity, status, assignee, narrative },
    evidence.map(({ caption, standing, anchor }) => [caption, standing, anchor.label]),
    await page.evaluate(() => document.activeElement?.id),
    await page.locator('.prose').innerText(),
    // This host keeps no preferences, and says so.
    complaints.filter((complaint) => !complaint.includes('501')),
  ]).toEqual([
    {
      title: 'Orders were deleted',
      severity: 'critical',
      status: 'confirmed',
      assignee: 'Grace',
      narrative: 'All rows went, see [frame 1]. <b>bold</b> [here](https://example.org/run)',
    },
    [
      ['without WHERE', 'holds', 'delete from orders'],
      ['', 'holds', 'select id, email from public.users'],
      ['', 'holds', "select '=cmd|' /C calc'!A0' from =cmd|' /C calc'!A0"],
    ],
    'frame-1',
    'All rows went, see frame 1. <b>bold</b> here',
    [],
  ]);

  await cards.first().getByRole('button', { name: 'Play here' }).click();
  await expect.poll(() => cards.first().getByTestId('terminal-text').innerText()).toContain('DELETE 3');
  await cards.first().getByRole('button', { name: 'Open in the replay' }).click();
  await expect.poll(() => page.getByTestId('position').innerText()).toMatch(/^statement 5\/5/);
});

test('on paper a finding is a document with event numbers and hashes, and it leaves as a bundle', async () => {
  await page.getByRole('button', { name: 'Dark theme' }).click();
  const [finding] = await casework.findings();
  await go(`/findings/${finding?.id ?? ''}`);
  await page.getByTestId('frame').nth(2).waitFor();
  await page.emulateMedia({ media: 'print' });
  const shown = await page.evaluate(() => ({
    rail: document.querySelector('.rail')?.checkVisibility(),
    buttons: [...document.querySelectorAll('.finding select, .evidence-tools')].some((e) =>
      e.checkVisibility(),
    ),
    frames: [...document.querySelectorAll('.evidence-frame')].every(
      (frame) => frame.scrollHeight <= frame.clientHeight + 1 && frame.scrollWidth <= frame.clientWidth + 1,
    ),
    ground: getComputedStyle(document.body).backgroundColor,
    whole: document.documentElement.scrollHeight > window.innerHeight,
  }));
  const text = await page.locator('.finding').innerText();
  const hashes = finding?.evidence.flatMap(({ anchor }) => anchor.events.map(({ hash }) => hash)) ?? [];
  expect([shown, hashes.length, hashes.filter((hash) => !text.includes(hash))]).toEqual([
    { rail: false, buttons: false, frames: true, ground: 'rgb(255, 255, 255)', whole: true },
    6,
    [],
  ]);
  expect(text).toMatch(
    /critical[^]*Confirmed[^]*\(https:\/\/example\.org\/run\)[^]*event \d+–\d+ of its session/,
  );

  await page.emulateMedia({ media: null });
  await page.getByTestId('export').click();
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Evidence bundle' }).click();
  const download = await coming;
  const path = join(folder, 'finding.zip');
  await download.saveAs(path);
  const { verdict, logs } = await verifyBundle({ path, keys: [TEST_SIGNER.publicKey], anchors: [] });
  // One of its two sessions is not over.
  expect([download.suggestedFilename(), verdict, logs.map(({ sessions }) => sessions)]).toEqual([
    'auditorium-finding-1.zip',
    'INCOMPLETE',
    [2],
  ]);
});

test('cards move by key, by menu and by hand, and the list says where they are', async () => {
  await casework.makeFinding({ title: 'Prices', severity: 'low', narrative: '', places: [] });
  await go('/findings');
  const inColumn = (status: string) =>
    page.getByTestId(`column-${status}`).getByTestId('finding-card').count();
  await page.getByText('Prices').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('>');
  await expect.poll(() => inColumn('investigating')).toBe(1);
  await page.getByRole('button', { name: 'Finding 2: move or open' }).click();
  await page.getByRole('menuitem', { name: 'Dismissed' }).click();
  await expect.poll(() => inColumn('dismissed')).toBe(1);
  await page.getByText('Prices').dragTo(page.getByTestId('column-resolved'));
  await expect.poll(() => inColumn('resolved')).toBe(1);
  await page.keyboard.press('v');
  await page.getByLabel('Filter findings').fill('prices');
  await expect
    .poll(() => page.getByTestId('finding-row').allInnerTexts())
    .toEqual([expect.stringMatching(/2\s+low\s+Resolved\s+Prices\s+unassigned/)]);
  expect(new URL(page.url()).search).toContain('text=prices');
});

test('a case leaves as a file, a colleague’s comes in, and what is none is said to be so', async () => {
  const nothing = { session: async () => null } as never;
  const person = { name: 'Chen', signer: generateSigner() };
  const colleague = caseOf(resources, join(folder, 'chen.case'), nothing, person);
  await colleague.makeFinding({ title: 'From Chen', severity: 'high', narrative: '', places: [] });
  await go('/findings');
  await page.getByTestId('case-menu').click();
  const coming = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /Export the case/ }).click();
  const path = join(folder, 'out.case');
  await (await coming).saveAs(path);
  expect((await colleague.merge(await readFile(path))).problems).toEqual([]);

  const file = page.getByTestId('case-file');
  // Their finding, and their act of merging.
  const bytes = Buffer.from(colleague.bytes());
  await file.setInputFiles({ name: 'chen.case', mimeType: 'application/octet-stream', buffer: bytes });
  const told = page.getByRole('dialog');
  await expect
    .poll(() => told.innerText())
    .toMatch(/chen\.case was merged\s+2 entries came in; \d+ were here already\.\s+Written by Chen/);
  await page.keyboard.press('Escape');
  await page.getByText('From Chen').waitFor();
  await file.setInputFiles({ name: 'x.case', mimeType: 'text/plain', buffer: Buffer.from('no case') });
  await expect.poll(() => told.innerText()).toContain('x.case could not be merged');
});

test('sessions are judged by key, one after the other; notes and the log tell what was said', async () => {
  const sessions = [SessionId.parse(written.plain), SessionId.parse(written.hostile)];
  await casework.review({ sessions, verdict: 'to-review', reason: 'weekly' });
  await casework.annotate({
    place: at(places.plain, 4),
    parent: null,
    text: 'Why all?',
    tags: ['scope'],
    colour: 'red',
  });
  await go('/findings/reviews');
  await page.getByTestId('review-row').nth(1).waitFor();
  await page.keyboard.press('1');
  await expect.poll(() => page.getByRole('status').first().innerText()).toBe('1 to review · 1 reviewed');
  await page.keyboard.press('3');
  await page.getByRole('alert').getByText('A violation needs a reason.').waitFor();
  await page.getByLabel('Reason').fill('it dropped a table');
  await page.keyboard.press('Escape');
  await page.keyboard.press('3');
  await expect
    .poll(() => page.getByTestId('review-row').allInnerTexts())
    .toEqual([expect.stringMatching(/^violation[^]*it dropped a table/), expect.stringMatching(/^fine/)]);
  await go('/findings/notes?tag=scope&colour=red');
  const row = page.getByTestId('note-row');
  await expect
    .poll(() => row.allInnerTexts())
    .toEqual([expect.stringMatching(/statement #5\s+Why all\?\s+scope/)]);
  await go('/findings/log');
  await expect
    .poll(() => page.getByTestId('log-row').allInnerTexts())
    .toContainEqual(expect.stringMatching(/Ada\s+review[^]*violation[^]*it dropped a table/));
});
