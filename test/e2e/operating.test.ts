/** A live session followed in the window: its statement that is held, its end by a person who may, and a value taken out of the record. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../gateway/gateway.ts';
import { logEvents } from '../../gateway/testing/evidence.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { Stage } from '../stage.ts';
import { visit } from './browser.ts';
import { deskOf, startHost } from './hosted.ts';

const POLICY = `version: 1
approvals: { approvers: [ops], timeout: 60s }
rules:
  - { name: deletes, statement: { verb: DELETE }, effect: hold }
`;

let stage: Stage;
let gateway: Gateway;
let host: WebHost;
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  stage = opened.use(await Stage.open());
  const { host: address, port, user, password, database } = stage.server;
  const direct = new pg.Client({ host: address, port, user, password, database });
  await direct.connect();
  await direct.query('create table orders (id int, note text); insert into orders values (1, null)');
  await direct.end();
  await writeFile(join(stage.folder, 'policy.yaml'), POLICY);
  const rest = `connections: [${stage.connection('shop')}]\npolicy: ./policy.yaml\nroles: { admin: [ops], reviewer: [ops] }`;
  const config = stage.configure('', rest);
  gateway = await stage.start(config);
  const reader = await stage.archive(config);
  const desk = await deskOf(opened, config.gateway.control, await stage.token('grace', undefined, ['ops']));
  host = await startHost(opened, { reader, desk });
}, 120_000);
afterAll(() => opened.disposeAsync());

/** Opens the agent's session from the list, by keyboard. */
async function openSession(page: Page, agent: string): Promise<void> {
  const row = page.getByTestId('session-row').filter({ hasText: agent });
  await row.waitFor();
  await row.click();
  await page.keyboard.press('Enter');
  await page.getByTestId('position').waitFor();
}

test('a live session is followed, paused without losing it, and ended by who may; the record says who and why', async () => {
  const agent = await stage.connect(gateway, await stage.token('reindexer'));
  await agent.query('select 1');
  const { page } = await visit(host.freshUrl());
  const streams: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/live')) streams.push(request.url());
  });
  await openSession(page, 'reindexer');
  const position = page.getByTestId('position');
  await agent.query('select 2');
  await expect.poll(() => position.innerText()).toMatch(/2\/2/);
  await page.keyboard.press('[');
  await agent.query('select 3');
  await page.getByRole('button', { name: /● live, \d+ behind: follow/ }).click();
  await expect.poll(() => position.innerText()).toMatch(/3\/3/);

  const held = agent.query('delete from orders').catch((error: unknown) => error);
  const strip = page.getByTestId('held-strip');
  await expect.poll(() => strip.innerText()).toContain('Statement 4 is held');
  await strip.getByRole('button').click();
  await expect.poll(() => page.getByTestId('request').innerText()).toContain('delete from orders');
  await page.goBack();

  await page.getByRole('button', { name: 'End session…' }).click();
  await page.getByLabel('Reason').fill('it locks orders');
  await page.keyboard.press('Enter');
  expect(await held).toMatchObject({ code: '57P01' });
  const end = page.getByTestId('ended-strip');
  await expect.poll(() => end.innerText()).toMatch(/grace[\s\S]*it locks orders/);
  const stillOffered = await page.getByRole('button', { name: 'End session…' }).count();
  expect({ streams: streams.length, stillOffered }).toEqual({ streams: 1, stillOffered: 0 });
});

test('a value is taken out of the record once it was looked at what goes, and the replay says who took it and why', async () => {
  const agent = await stage.connect(gateway, await stage.token('importer'));
  await agent.query(`update orders set note = 'card 4111-2222' where id = 1`);
  await agent.end();
  const { page } = await visit(host.freshUrl());
  await openSession(page, 'importer');
  await page.keyboard.press(']');
  await expect.poll(() => page.getByTestId('inspector-statement').innerText()).toContain('4111-2222');
  await page.getByRole('button', { name: 'Redact…' }).first().click();
  const form = page.getByTestId('redact-form');
  await form.getByLabel('A value').check();
  await form.getByLabel('Value', { exact: true }).fill('4111-2222');
  await form.getByLabel('Reason').fill('a card number');
  await form.getByRole('button', { name: 'What would go?' }).click();
  const plan = page.getByTestId('redaction-plan');
  await expect.poll(() => plan.innerText(), { timeout: 15_000 }).toContain('1 × statement.text');
  const apply = plan.getByRole('button', { name: 'Take it out' });
  expect(await apply.isDisabled()).toBe(true);
  await plan.getByLabel(/Type redact/).fill('redact');
  await apply.click();
  await page.getByText('1 value taken out').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Close' }).last().click();
  await page.keyboard.press(']');
  await expect.poll(() => page.getByTestId('inspector-statement').innerText()).toMatch(/card \*{9}/);
  await page.getByRole('tab', { name: /Raw/ }).click();
  await expect
    .poll(() => page.getByTestId('inspector-raw').innerText())
    .toMatch(/redacted in part by grace on .*: a card number/);
});

test('a legal hold is placed on a session from its head, listed with who and why, and lifted with a reason', async () => {
  const agent = await stage.connect(gateway, await stage.token('exporter'));
  await agent.query('select 1');
  await agent.end();
  const { page } = await visit(host.freshUrl());
  await openSession(page, 'exporter');
  await page.getByRole('button', { name: 'Legal hold…' }).click();
  const form = page.getByTestId('hold-form');
  await form.getByLabel('A time on shop').check();
  expect(await form.getByRole('button', { name: 'Place hold' }).isDisabled()).toBe(true);
  await form.getByLabel('This session').check();
  await form.getByLabel('Reason').fill('matter 7');
  await page.keyboard.press('Enter');
  const list = form.getByRole('region', { name: 'Held now' });
  await expect.poll(() => list.innerText()).toMatch(/session:[0-9a-f]{32}[^]*matter 7 · by grace/);
  await list.getByRole('button', { name: 'Lift…' }).click();
  await form.getByLabel('Why it is lifted').fill('settled');
  await page.keyboard.press('Enter');
  await expect.poll(() => list.innerText()).toMatch(/1 hold lifted[^]*Nothing is held/);
  const events = () =>
    logEvents(gateway.archive, 'legalHold').map(({ fields: { action, by, reason } }) => [action, by, reason]);
  await expect.poll(events).toEqual([
    ['placed', 'grace', 'matter 7'],
    ['lifted', 'grace', 'settled'],
  ]);
});
