import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ApprovalDesk } from '../../main/approval-desk.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { visit } from './browser.ts';
import { ownFolder, readerOf, startHost } from './hosted.ts';
import { writeDecidedArchive } from './decided-archive.ts';
import { ADA_TOKEN, requestOf, ScriptedGateway } from '../../main/testing/scripted-gateway.ts';

const ADA = {
  issuer: 'https://issuer.example',
  subject: 'ada@example.com',
  name: 'Ada',
  groups: ['dba'],
  expires: 4_000_000_000_000,
  renewable: false,
};

let opened: AsyncDisposableStack;
let host: WebHost;
let gateway: ScriptedGateway;
let page: Page;
let complaints: readonly string[];
let signedIn: boolean;
let last = 20;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const folder = await ownFolder(opened);
  const archive = join(folder, 'archive');
  writeDecidedArchive(archive);
  gateway = new ScriptedGateway(join(folder, 'control.sock'));
  await gateway.listen();
  opened.defer(() => gateway.close());
  const reader = await readerOf(opened, archive);
  const desk = new ApprovalDesk({
    socket: gateway.socket,
    signIn: {
      current: async () => (signedIn ? ADA : null),
      token: async () => (signedIn ? ADA_TOKEN : null),
      begin: async () => {
        signedIn = true;
        return { url: 'about:blank#sign-in', code: null, done: Promise.resolve(ADA), cancel: () => {} };
      },
      end: async () => {
        signedIn = false;
        return { was: true, issuer: null };
      },
    },
  });
  opened.defer(() => desk.close());
  host = await startHost(opened, { reader, desk });
}, 120_000);
afterAll(() => opened.disposeAsync());

beforeEach(async () => {
  signedIn = true;
  gateway.refusal = null;
  gateway.requests.clear();
  ({ page, complaints } = await visit(host.freshUrl()));
  await page.getByTestId('session-row').first().waitFor();
});

/** Holds a statement; returns its number. */
function hold(more: Parameters<typeof requestOf>[1] = {}): string {
  const id = String(++last);
  gateway.hold(requestOf(id, more));
  return id;
}

async function toApprovals(): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press('a');
}

test('what is held shows as it comes, counted on the rail and in the title', async () => {
  await toApprovals();
  await expect.poll(() => page.getByText('Nothing waits for approval').count()).toBe(1);
  hold();
  await expect.poll(() => page.getByTestId('request-row').count()).toBe(1);
  await expect.poll(() => page.getByTestId('badge').innerText()).toBe('1');
  await expect.poll(() => page.title()).toBe('(1) Auditorium');
  const request = page.getByTestId('request');
  await expect.poll(() => request.innerText()).toContain('a DELETE of many rows needs a second pair of eyes');
  const shown = await request.innerText();
  for (const said of [
    'DELETE FROM orders',
    '2026-01-01',
    'Seq Scan on orders',
    '48,112',
    'attested by a verified claim',
    'dba',
  ])
    expect(shown).toContain(said);
  await expect
    .poll(() => page.getByTestId('history').first().innerText())
    .toMatch(/DELETE FROM orders[\s\S]*rejected|approved/);
  expect(complaints).toEqual([]);
});

test('a request is approved and the next one rejected by keyboard', async () => {
  const first = hold();
  await toApprovals();
  await expect
    .poll(() =>
      page
        .getByTestId('request')
        .getByRole('heading', { name: `#${first}` })
        .count(),
    )
    .toBe(1);
  await page.getByTestId('decide').getByRole('button', { name: 'Approve' }).waitFor();
  await page.keyboard.press('a');
  await page.keyboard.type('looked at it');
  await page.keyboard.press('Enter');
  await expect.poll(() => gateway.requests.get(first)?.outcome).toBe('approved by Ada: looked at it');
  await expect.poll(() => page.getByTestId('request').innerText()).toContain('approved by Ada: looked at it');

  const second = hold();
  await expect.poll(() => page.getByTestId('request-row').count()).toBe(2);
  await page.getByTestId('request-row').first().click();
  await expect
    .poll(() =>
      page
        .getByTestId('request')
        .getByRole('heading', { name: `#${second}` })
        .count(),
    )
    .toBe(1);
  await page.getByTestId('decide').getByRole('button', { name: 'Approve' }).waitFor();
  await page.keyboard.press('r');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByRole('alert').innerText()).toContain('Say why it is rejected');
  expect(gateway.requests.get(second)?.state).toBe('pending');
  await page.keyboard.type('no WHERE');
  await page.keyboard.press('Enter');
  await expect.poll(() => gateway.requests.get(second)?.outcome).toBe('rejected by Ada: no WHERE');
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await expect
    .poll(() =>
      page
        .getByTestId('request')
        .getByRole('heading', { name: `#${first}` })
        .count(),
    )
    .toBe(1);
});

test('a key that comes too late says so, and what is held then is shown by itself', async () => {
  const first = hold();
  await toApprovals();
  const request = page.getByTestId('request');
  const titled = (id: string) => request.getByRole('heading', { name: `#${id}` }).count();
  await expect.poll(() => titled(first)).toBe(1);
  gateway.end(first, 'rejected', 'rejected by Bob: no');
  await expect.poll(() => page.getByTestId('decide').count()).toBe(0);
  await page.keyboard.press('a');
  const tooLate = page.getByTestId('too-late');
  await expect.poll(() => tooLate.innerText()).toBe(`#${first} was rejected: nothing else waits`);

  const second = hold();
  await expect.poll(() => titled(second)).toBe(1);
  expect(await tooLate.count()).toBe(0);
  const third = hold();
  await expect.poll(() => page.getByTestId('request-row').count()).toBe(3);
  expect(await titled(second)).toBe(1);
  const parts = page.getByRole('listbox').getByText(/^(Waiting|Decided or over)$/);
  expect(await parts.allInnerTexts()).toEqual(['Waiting', 'Decided or over']);
  gateway.end(second, 'rejected', 'rejected by Bob: no');
  await expect.poll(() => page.getByTestId('decide').count()).toBe(0);
  await page.keyboard.press('r');
  await expect
    .poll(() => tooLate.innerText())
    .toBe(`#${second} was rejected: choose one that waits, up with k`);
  await page.keyboard.press('k');
  await expect.poll(() => titled(third)).toBe(1);
});

test('a refusal of the gateway stands where it was decided, and what others decide comes by itself', async () => {
  const id = hold();
  gateway.refusal = {
    status: 403,
    code: 'FORBIDDEN',
    message: 'nobody decides on their own statement: ada@example.com asks for it',
  };
  await toApprovals();
  await page.getByTestId('decide').getByRole('button', { name: 'Approve' }).click();
  await expect
    .poll(() => page.getByRole('alert').innerText())
    .toContain('nobody decides on their own statement');
  expect(gateway.requests.get(id)?.state).toBe('pending');
  gateway.end(id, 'timeout', 'no decision in time');
  await expect.poll(() => page.getByTestId('request').innerText()).toContain('timed out');
  expect(await page.getByTestId('decide').count()).toBe(0);
  await expect.poll(() => page.title()).toBe('Auditorium');
});

test('who is not signed in can look, and is asked to sign in to decide', async () => {
  signedIn = false;
  ({ page } = await visit(host.freshUrl()));
  await page.getByTestId('session-row').first().waitFor();
  hold();
  await toApprovals();
  const decide = page.getByTestId('decide');
  await expect.poll(() => decide.innerText()).toContain('Deciding takes your own sign-in');
  expect(await page.getByTestId('decide').getByRole('button', { name: 'Approve' }).count()).toBe(0);
  await decide.getByRole('button', { name: 'Sign in to decide' }).click();
  await expect.poll(() => decide.getByRole('button', { name: 'Approve' }).count()).toBe(1);
  await page.getByTestId('person').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect.poll(() => decide.innerText()).toContain('Deciding takes your own sign-in');
});
