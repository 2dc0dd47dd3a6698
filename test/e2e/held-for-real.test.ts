/** A statement held by a real gateway, decided on in the window by a person who is signed in, and seen in the replay. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stage } from '../stage.ts';
import { visit } from './browser.ts';
import { deskOf, startHost } from './hosted.ts';

const POLICY = `version: 1
approvals: { approvers: [dbas], timeout: 60s }
rules:
  - { name: no drops, statement: { verb: DROP TABLE }, effect: deny, message: tables stay }
  - { name: deletes, statement: { verb: DELETE }, effect: hold, message: look first, hold: { estimate: true } }
  - { name: people, effect: mask, mask: { columns: '*.email', style: partial } }
`;

let stage: Stage;
let agent: pg.Client;
let url: string;
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  stage = opened.use(await Stage.open());
  const { host, port, user, password, database } = stage.server;
  const direct = new pg.Client({ host, port, user, password, database });
  await direct.connect();
  await direct.query(
    `create table customers (id int, email text); insert into customers values (1, 'ada@example.com'), (2, null);
     create table orders (id int); insert into orders values (1), (2), (3)`,
  );
  await direct.end();
  await writeFile(join(stage.folder, 'policy.yaml'), POLICY);
  const rest = `connections: [${stage.connection('shop')}]\npolicy: ./policy.yaml\nroles: { reviewer: [dbas] }`;
  const config = stage.configure('', rest);
  const gateway = await stage.start(config);
  agent = await stage.connect(gateway, await stage.token('ci-deployer', 'github:4711:3'));
  const reader = await stage.archive(config);
  const desk = await deskOf(opened, config.gateway.control, await stage.token('grace', undefined, ['dbas']));
  const window = await startHost(opened, { reader, desk });
  url = window.freshUrl();
}, 120_000);
afterAll(() => opened.disposeAsync());

/** Decides by keyboard on the one request that waits. */
async function decide(page: Page, key: 'a' | 'r', reason: string): Promise<void> {
  await page.getByTestId('decide').getByRole('button', { name: 'Approve' }).waitFor();
  await page.keyboard.press(key);
  await page.keyboard.type(reason);
  await page.keyboard.press('Enter');
}

test('a person decides on what a gateway holds, and the replay shows who, why and what was masked', async () => {
  const { page, complaints } = await visit(url);
  await page.getByTestId('session-row').first().waitFor();
  await page.keyboard.press('A');
  expect((await agent.query('select id, email from customers order by id')).rows).toEqual([
    { id: 1, email: expect.not.stringContaining('ada@example.com') as string },
    { id: 2, email: null },
  ]);
  await expect(agent.query('drop table orders')).rejects.toMatchObject({ code: '42501' });

  const rejected = agent.query('delete from orders').catch((error: unknown) => error);
  await expect.poll(() => page.getByTestId('request').innerText()).toContain('delete from orders');
  await expect.poll(() => page.getByTestId('plan').innerText()).toContain('Delete on orders');
  await decide(page, 'r', 'no WHERE');
  expect(await rejected).toMatchObject({ code: '42501', message: 'rejected by grace: no WHERE' });

  const approved = agent.query('delete from orders where id = 1');
  await expect.poll(() => page.getByTestId('request-row').count()).toBe(2);
  await page.getByTestId('request-row').first().click();
  await decide(page, 'a', 'only one');
  expect((await approved).rowCount).toBe(1);
  await agent.end();

  await page.getByRole('button', { name: /of its session/ }).click();
  const decision = page.getByTestId('decision');
  await expect.poll(() => decision.innerText()).toMatch(/grace[\s\S]*only one/);
  await expect
    .poll(() => page.getByTestId('statement-row').allInnerTexts())
    .toEqual([
      expect.stringMatching(/select[\s\S]*email/i),
      expect.stringMatching(/drop[\s\S]*denied/i),
      expect.stringMatching(/delete[\s\S]*rejected/i),
      expect.stringMatching(/delete[\s\S]*approved/i),
    ]);
  await page.getByTestId('statement-row').first().click();
  await page.getByRole('tab', { name: /Result/ }).click();
  const masked = page.getByTestId('result-row').first().getByRole('gridcell').nth(1);
  await expect
    .poll(() => masked.getAttribute('title'))
    .toMatch(/^masked \(partial\): public\.customers\.email by rule people/);
  expect(await page.getByTestId('result-grid').innerText()).not.toContain('ada@example.com');
  expect(complaints).toEqual([]);
});
