/** A window without an archive: a gateway is begun in it, its database tried, run, connected to, and its policy changed under it. */
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { ensureBuilt } from '../../main/built.ts';
import { mintToken } from '../../main/commands/token.ts';
import { packageOf } from '../../main/package.ts';
import { show, type Shown } from '../../main/show.ts';
import { visit } from './browser.ts';
import { urlOf } from './shown.ts';

const opened = new AsyncDisposableStack();
let server: TestPostgres;
let folder: string;
let shown: Shown;

beforeAll(async () => {
  await ensureBuilt(packageOf(import.meta.dirname), 'window', () => {});
  folder = await mkdtemp(join(tmpdir(), 'gateway-place-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  server = await startPostgres();
  opened.defer(() => server.stop());
  process.env['GATEWAY_PLACE_PASSWORD'] = server.password;
  shown = await show({
    archive: null,
    gateway: { config: null, control: null },
    case: null,
    browser: true,
    launch: false,
    port: 0,
  });
  opened.defer(() => shown.close());
}, 120_000);
afterAll(() => opened.disposeAsync());

async function fill(form: Locator, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields))
    await form.getByLabel(name, { exact: true }).first().fill(value);
}

test('a gateway is begun, tried, run and changed from a window', async () => {
  const config = join(folder, 'conf', 'auditorium.yaml');
  const { page, complaints } = await visit(urlOf(shown));
  await page.getByTestId('start').getByRole('button', { name: 'Begin a configuration…' }).click();
  const wizard = page.getByTestId('wizard');
  await fill(wizard, {
    'Write it to': config,
    'Agents connect to': '127.0.0.1:0',
    Name: 'shop',
    Database: 'nowhere',
    Host: server.host,
    Port: String(server.port),
    User: server.user,
  });
  await wizard.getByRole('textbox', { name: 'a variable of the environment' }).fill('GATEWAY_PLACE_PASSWORD');
  await wizard.getByRole('button', { name: 'Test' }).click();
  const tried = wizard.getByTestId('tried');
  await expect.poll(() => tried.innerText()).toMatch(/database[\s\S]*"nowhere".*does not exist/);
  await fill(wizard, { Database: server.database });
  expect(await tried.count()).toBe(0);
  await wizard.getByRole('button', { name: 'Test' }).click();
  await expect.poll(() => tried.innerText()).toContain('is there; PostgreSQL');
  await wizard.getByRole('button', { name: 'Write it' }).click();

  const state = page.getByTestId('gateway-state');
  await expect.poll(() => state.innerText()).toBe('stopped');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect.poll(() => state.innerText()).toBe('ready');
  await page.getByRole('tab', { name: 'Connections' }).click();
  await page.getByRole('button', { name: 'Connect with' }).click();
  const snippet = await page.getByTestId('snippets').locator('pre').first().innerText();
  const port = Number(/port=(\d+)/.exec(snippet)?.[1]);
  const token = await mintToken({ configPath: config, sub: 'my-agent' }, {});
  const agent = new pg.Client({ host: '127.0.0.1', port, user: 'agent', database: 'shop', password: token });
  await agent.connect();
  opened.defer(() => agent.end().catch(() => {}));

  await page.getByRole('tab', { name: 'Issuers' }).click();
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('judged').innerText()).toMatch(/Accepted[\s\S]*may use shop/);
  await page.getByRole('tab', { name: 'Status' }).click();
  await expect.poll(() => page.getByTestId('gateway-sessions').innerText()).toContain('my-agent');

  await page.getByRole('tab', { name: 'Policy' }).click();
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('  - name: no ones\n  effect: den');
  const standing = page.getByTestId('policy-standing');
  await expect.poll(() => standing.innerText()).toMatch(/rule "no ones": effect must be one of/);
  await page.keyboard.press('Escape');
  await page.keyboard.type('y');
  await expect.poll(() => page.getByTestId('explained').innerText()).toContain('every row is held');
  await page.getByLabel('SQL, as an agent would send it').fill('select 1');
  await expect.poll(() => page.getByTestId('explained').innerText()).toContain('no ones');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => page.getByTestId('policy-saved').innerText()).toContain('taken over: policy');
  expect(await readFile(join(folder, 'conf', 'policy.yaml'), 'utf8')).toContain(
    '- name: no ones\n    effect: deny',
  );

  await page.getByRole('tab', { name: 'Connections' }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByTestId('connection-form').getByLabel('Groups that may use it').fill('sales');
  await appendFile(config, '# by hand\n');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => page.getByTestId('conflict').innerText()).toContain('+ # by hand');
  await page.getByRole('button', { name: 'Go on from what is there now' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  const shop = page.getByRole('region', { name: 'shop' });
  await expect.poll(() => shop.getByTestId('taken').innerText()).toContain('taken over: connections');
  expect(await page.getByTestId('connection-form').count()).toBe(0);
  await expect.poll(() => shop.evaluate((card) => card === document.activeElement)).toBe(true);
  expect(await readFile(config, 'utf8')).toMatch(/groups: \[sales\][\s\S]*# by hand/);
  expect(complaints.filter((one) => !one.includes('409') && !one.includes('501'))).toEqual([]);
}, 120_000);
