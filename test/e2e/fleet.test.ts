/** A fleet in the window of its team server: what a gateway holds is decided there, and who is away is seen. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ensureBuilt } from '../../main/built.ts';
import { packageOf } from '../../main/package.ts';
import { type FleetMember, LinkedFleet } from '../fleet/linked-fleet.ts';
import { visit } from './browser.ts';

/** Places are loaded when they are wanted, on a machine that others use too. */
const PATIENCE = { timeout: 20_000 };

let fleet: LinkedFleet;
let one: FleetMember;

beforeAll(async () => {
  const here = packageOf(import.meta.dirname);
  await ensureBuilt(here, 'window', () => {});
  fleet = await LinkedFleet.start({ renderer: here.renderer });
  one = await fleet.gateway('gw-eu-1');
  await fleet.gateway('gw-eu-2');
  fleet.enrolled.add('gw-us-1', { by: 'a test', now: 0, again: false });
}, 120_000);
afterAll(() => fleet?.[Symbol.asyncDispose]());

async function signIn(page: Page, name: string, groups: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Subject').fill(name.toLowerCase());
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Groups, separated by commas').fill(groups);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.origin === fleet.team.origin);
}

test('a statement held behind NAT is approved by keyboard, and a gateway that leaves is shown as away', async () => {
  const { page, complaints } = await visit(`${fleet.team.origin}/approvals`, onTestFinished, {
    ignoreHTTPSErrors: true,
  });
  await signIn(page, 'Lea', 'leads, ops');
  const head = page.locator('.approvals-head');
  await expect.poll(() => head.innerText(), PATIENCE).toContain('2 of 3 gateways linked');
  const agent = await fleet.agent(one, 'ci-deployer');
  await agent.query('create table kept (id int)');
  const answer = agent.query('delete from kept').then(() => 'done');
  const row = page.getByTestId('request-row');
  await expect.poll(() => row.innerText(), PATIENCE).toContain('#gw-eu-1:1');
  await row.click();
  await expect.poll(() => page.getByTestId('request').innerText(), PATIENCE).toContain('delete from kept');
  await page.keyboard.press('a');
  await page.keyboard.press('Enter');
  expect(await answer).toBe('done');

  await page.keyboard.press('Escape');
  await page.goto(`${fleet.team.origin}/gateway/fleet`);
  const lines = page.getByTestId('fleet-gateway');
  await expect.poll(() => lines.count(), PATIENCE).toBe(3);
  await expect
    .poll(() => page.getByTestId('gateway-sessions').innerText(), PATIENCE)
    .toContain('ci-deployer');
  await page.getByTestId('gateway-sessions').getByRole('button', { name: 'Replay' }).click();
  await expect.poll(() => page.getByTestId('followed-strip').innerText(), PATIENCE).toContain('gw-eu-1');
  await agent.query("select 'at the live edge'");
  await expect.poll(() => page.getByText('at the live edge').count(), PATIENCE).toBeGreaterThan(0);
  await page.goto(`${fleet.team.origin}/gateway/fleet`);
  await page.getByTestId('gateway-sessions').getByRole('button', { name: 'End' }).click();
  const form = page.getByTestId('end-form');
  await form.getByRole('textbox').fill('enough');
  const ended = new Promise((resolve) => agent.once('error', resolve));
  await form.getByRole('button', { name: 'End' }).click();
  expect(await ended).toMatchObject({ code: '57P01', detail: 'enough' });

  const other = await fleet.agent(one, 'waiter');
  const lost = other.query('delete from kept').catch((error: Error) => error.message);
  await expect.poll(() => lines.first().innerText(), PATIENCE).toMatch(/linked[^]*\t1\t1\t/);
  await one.gateway.close();
  await lost;
  await expect.poll(() => lines.first().innerText(), PATIENCE).toContain('the gateway is shutting down');
  await expect.poll(() => page.getByTestId('badge').count(), PATIENCE).toBe(0);
  expect(complaints.filter((line) => !line.includes('401'))).toEqual([]);
}, 90_000);
