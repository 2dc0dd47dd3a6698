/** People of a team in their browsers: in by the issuer, out again, and what each role is offered. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ensureBuilt } from '../../main/built.ts';
import { packageOf } from '../../main/package.ts';
import { startTestTeam, type TestTeam } from '../../main/server/testing/test-team.ts';
import { visit } from './browser.ts';

/** Places are loaded when they are wanted, on a machine that others use too. */
const PATIENCE = { timeout: 10_000 };

let team: TestTeam;

beforeAll(async () => {
  const here = packageOf(import.meta.dirname);
  await ensureBuilt(here, 'window', () => {});
  team = await startTestTeam({ renderer: here.renderer });
}, 120_000);
afterAll(() => team[Symbol.asyncDispose]());

/** As somebody does who is on the sign-in page of the window. */
async function signIn(page: Page, name: string, groups: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Subject').fill(`${name.toLowerCase()}@acme.example`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Groups, separated by commas').fill(groups);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.origin === team.origin);
}

test('an investigator signs in, comes back to where they were, looks at a session and signs out', async () => {
  const place = `/sessions/${team.session}`;
  // The certificate is the test's own.
  const { page, complaints } = await visit(team.origin + place, onTestFinished, { ignoreHTTPSErrors: true });
  await expect.poll(() => page.getByRole('heading').innerText(), PATIENCE).toBe('Sign in to Auditorium');
  await signIn(page, 'Ada', 'security');
  await expect.poll(() => new URL(page.url()).pathname, PATIENCE).toBe(place);
  await expect.poll(() => page.getByText('SELECT id FROM orders').count(), PATIENCE).toBeGreaterThan(0);
  const seen = await page.evaluate(() => document.cookie);
  await page.getByTestId('person').click();
  await expect.poll(() => page.getByRole('dialog').innerText(), PATIENCE).toContain('Ada ada@acme.example');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect.poll(() => page.getByRole('heading').innerText(), PATIENCE).toBe('Sign in to Auditorium');
  await page.reload();
  await expect.poll(() => page.getByRole('heading').innerText(), PATIENCE).toBe('Sign in to Auditorium');
  // Chromium tells of every 401; that is how the window learns that nobody is signed in.
  expect([seen, complaints.filter((line) => !line.includes('401'))]).toEqual(['', []]);
});

test('who has no role is told so; a viewer is shown what takes another role, and which', async () => {
  const { page } = await visit(team.origin, onTestFinished, { ignoreHTTPSErrors: true });
  await signIn(page, 'Bo', 'painters');
  await expect.poll(() => page.getByRole('heading').innerText(), PATIENCE).toBe('You have no role here');
  expect(await page.getByRole('status').innerText()).toContain('Your groups: painters');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect.poll(() => page.getByRole('heading').innerText(), PATIENCE).toBe('Sign in to Auditorium');
  await signIn(page, 'Bo', 'everyone');
  const exporting = page.getByRole('button', { name: 'Export' });
  await expect.poll(() => exporting.getAttribute('aria-disabled'), PATIENCE).toBe('true');
  expect(await exporting.getAttribute('aria-description')).toBe(
    'This takes the role investigator or reviewer; yours: viewer',
  );
});
