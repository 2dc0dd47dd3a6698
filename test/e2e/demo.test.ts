import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { ORDERS } from '../../main/demo/story/shop.ts';
import { SESSIONS } from '../../main/demo/story/story.ts';
import { visit } from './browser.ts';
import { demoHome, startDemo } from './demo-process.ts';

/** What the terminal's buffer shows, as its transcript for screen readers has it. */
function terminalOf(page: Page): Promise<string> {
  return page.getByTestId('terminal-text').innerText();
}

test(
  'the investigator finds which run deleted every order, in two clicks, and reads it',
  { timeout: 120_000 },
  async () => {
    const demo = startDemo(await demoHome(), 'npm');
    const { url } = await demo.ready();
    const { page, complaints } = await visit(url);

    const matching = page.getByTestId('matching');
    await expect.poll(() => matching.innerText(), { timeout: 10_000 }).toBe(`${SESSIONS} sessions`);
    await page.locator('[data-testid=facet-table][data-value=orders]').click();
    await page.locator('[data-testid=facet-verb][data-value=DELETE]').click();
    await expect.poll(() => matching.innerText(), { timeout: 5000 }).toBe('1 session');

    const row = page.getByTestId('session-row');
    await expect.poll(() => row.innerText()).toMatch(/ci-deployer[^]*github\/4713\/1/);
    await row.dblclick();
    const position = page.getByTestId('position');
    await expect.poll(() => position.innerText(), { timeout: 10_000 }).toContain('statement 6/7');
    await page.getByRole('button', { name: 'Start' }).click();
    await expect.poll(() => position.innerText()).toContain('before the first statement');

    for (let statement = 1; statement <= 6; statement++) {
      await page.getByRole('button', { name: 'Next statement' }).click();
      await expect.poll(() => position.innerText()).toContain(`statement ${statement}/7`);
    }
    await page.getByRole('button', { name: 'Next frame' }).click();
    await expect
      .poll(() => terminalOf(page))
      .toMatch(new RegExp(`=> DELETE FROM orders;?\\nDELETE ${ORDERS}`));
    const details = page.getByTestId('inspector-statement');
    await expect.poll(() => details.innerText()).toMatch(/DELETE FROM orders[^]*orders/);
    expect(complaints).toEqual([]);
  },
);
