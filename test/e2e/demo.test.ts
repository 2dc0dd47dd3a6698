import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { REVIEWERS } from '../../main/demo/configuration.ts';
import { ORDERS } from '../../main/demo/story/shop.ts';
import { SESSIONS } from '../../main/demo/story/story.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { visit } from './browser.ts';
import { demoHome, startDemo } from './demo-process.ts';

/** What the terminal's buffer shows, as its transcript for screen readers has it. */
function terminalOf(page: Page): Promise<string> {
  return page.getByTestId('terminal-text').innerText();
}

/** Run 4713 in the archive: each statement's verb, what policy decided, SQLSTATE, rows. */
async function decisionsIn(archive: string): Promise<unknown[]> {
  const reader = await openArchive(archive);
  try {
    const filter = parseFilter('job:github/4713').filter ?? EVERYTHING;
    const { items } = await reader.statements({ filter, limit: 50 });
    return items
      .toReversed()
      .map(({ verb, decision, rules, sqlstate, rows }) => [verb, decision, rules, sqlstate, rows]);
  } finally {
    await reader.close();
  }
}

test(
  'an investigator finds in two clicks who tried to empty a table, sees it stopped, and decides on what waits',
  { timeout: 180_000 },
  async () => {
    const home = await demoHome();
    const demo = startDemo(home, 'npm');
    const { url, archive } = await demo.ready();
    expect(await decisionsIn(archive)).toEqual([
      ['SELECT', null, [], null, 6],
      ['', 'denied', [], '42601', 0],
      ['SELECT', null, [], '42703', 0],
      ['SELECT', null, [], null, 5],
      ['DROP TABLE', 'denied', ['no drop'], '42501', 0],
      ['SELECT', null, [], null, 4],
      ['DELETE', 'rejected', ['every row'], '42501', 0],
      ['DELETE', 'approved', ['orders by CI'], null, 12],
      ['SELECT', null, [], null, 1],
    ]);
    await expect.poll(demo.notes).toMatch(VERIFY_LINE);
    await verifiesAsTold(demo.notes(), home);
    const { page, complaints } = await visit(url);
    await findsTheRun(page);
    await readsHowItWasStopped(page);
    await seesNoAddress(page);
    await decides(page);
    expect(complaints).toEqual([]);
  },
);

const VERIFY_LINE = /check the record: npx auditorium (.+)\n/;

/** The line that the demo ends with, as it stands. */
async function verifiesAsTold(notes: string, home: string): Promise<void> {
  const [, line = ''] = VERIFY_LINE.exec(notes) ?? [];
  const bin = join(import.meta.dirname, '../../bin/auditorium.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...line.split(' ')], {
    env: { ...process.env, AUDITORIUM_HOME: home },
  });
  expect(stdout).toMatch(/^VERIFIED/);
}

/** Two clicks leave one session of all. */
async function findsTheRun(page: Page): Promise<void> {
  const matching = page.getByTestId('matching');
  await expect.poll(() => matching.innerText()).toBe(`${SESSIONS} sessions`);
  await page.locator('[data-testid=facet-table][data-value=orders]').click();
  await page.locator('[data-testid=facet-policy][data-value=rejected]').click();
  await expect.poll(() => matching.innerText()).toBe('1 session');
  const row = page.getByTestId('session-row');
  await expect.poll(() => row.innerText()).toMatch(/ci-deployer[^]*github\/4713\/1/);
  await row.dblclick();
}

/** From decision to decision, each a frame of its own. */
async function readsHowItWasStopped(page: Page): Promise<void> {
  const position = page.getByTestId('position');
  await expect.poll(() => position.innerText()).toContain('statement 7/9');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => position.innerText()).toContain('before the first statement');
  for (const [statement, line] of [
    [2, '-- Denied by the default: syntax error at or near "FORM"'],
    [5, '-- Denied by no drop: agents drop nothing here; a release does'],
    [7, '-- Held by every row: this changes every row of a table'],
    [7, '-- ada@example.com rejected #1: no WHERE: this empties orders'],
    [8, '-- Held by orders by CI: orders are deleted after a look'],
    [8, '-- ada@example.com approved #2: the 12 test orders, as agreed'],
  ] as const) {
    await page.getByRole('button', { name: 'Next decision' }).click();
    const frame = async () => [
      await position.innerText(),
      (await terminalOf(page)).trimEnd().split('\n').at(-1),
    ];
    await expect
      .poll(frame)
      .toEqual([expect.stringContaining(`statement ${statement}/9`), expect.stringContaining(line)]);
  }
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await expect.poll(() => terminalOf(page)).toMatch(new RegExp(`DELETE 12\\b[^]*\\n +${ORDERS}\\n`));
}

/** The export got addresses in part, and that is what the record holds. */
async function seesNoAddress(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('combobox').fill('masked:email job:github/4712');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('session-row').count()).toBe(1);
  await page.getByTestId('session-row').dblclick();
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await expect.poll(() => terminalOf(page)).toContain('***@example.');
  expect(await terminalOf(page)).not.toMatch(/[a-z0-9]{2}@example\./);
}

/** As a reviewer who signs in at the demo's issuer: what waits goes on once it is approved. */
async function decides(page: Page): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect.poll(() => page.getByTestId('badge').innerText()).toBe('1');
  const opened = page.context().waitForEvent('page');
  await page.getByTestId('decide').getByRole('button', { name: 'Sign in to decide' }).click();
  const issuer = await opened;
  await issuer.getByLabel('Subject').fill('grace');
  await issuer.getByLabel('Groups').fill(REVIEWERS);
  await issuer.getByRole('button', { name: 'Sign in' }).click();
  await expect.poll(() => issuer.innerText('body')).toContain('You are signed in');
  await issuer.close();
  const approve = page.getByTestId('decide').getByRole('button', { name: 'Approve' });
  await approve.waitFor({ timeout: 10_000 });
  await page.keyboard.press('a');
  await page.keyboard.type('ten per cent off, everywhere');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => page.getByTestId('request').innerText())
    .toContain('approved by grace: ten per cent off, everywhere');
  await page.getByTestId('request').getByText('statement 2 of its session').click();
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await expect.poll(() => terminalOf(page)).toContain('UPDATE 160');
}
