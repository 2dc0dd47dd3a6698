/** From another filter to the first rows that it lets pass, as they are painted. */
import type { Page } from 'playwright-core';
import {
  BIG_SUBJECT,
  COMMON_TABLE,
  COMMON_WORD,
  OLD_TABLE,
  OTHER_TABLE,
  RARE_SUBJECT,
  RARE_TABLE,
} from '../archive/shape.ts';
import type { Figure } from '../figures.ts';
import { median, percentile } from '../statistics.ts';
import { most, type Stage } from './stage.ts';

/** Most that may go by at p95, ms. */
const BAR = 100;

/** What an investigator asks for: common and rare, joined and excluded, each after another. */
const FILTERS: readonly string[] = [
  `token:${BIG_SUBJECT}`,
  `table:${COMMON_TABLE}`,
  'verb:delete',
  `token:${RARE_SUBJECT}`,
  'error:*',
  `table:${RARE_TABLE}`,
  `token:${BIG_SUBJECT} table:${COMMON_TABLE}`,
  'ci:attested',
  'status:failed',
  `table:${OTHER_TABLE}`,
  'policy:denied',
  `token:${RARE_SUBJECT} or table:${RARE_TABLE}`,
  'verb:select rows>10',
  `-token:${BIG_SUBJECT} table:${COMMON_TABLE}`,
  'masked:*',
  `table:${OLD_TABLE}`,
  COMMON_WORD,
  'verb:update',
  'dur>5ms',
  '',
];

/** Who asks for something else has read what came, ms: by then facets are counted and the window has loaded the rest of itself. */
const READING_MS = 1_500;

const PLACES = ['statements', 'sessions'] as const;

export async function measureFilters(stage: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const place of PLACES) {
    await using stack = new AsyncDisposableStack();
    const page = await stage.visit(stack, `/${place}`);
    await page.locator('[role=gridcell]').first().waitFor();
    const times: number[] = [];
    for (const filter of FILTERS) {
      await page.waitForTimeout(READING_MS);
      const time = await changed(page, `/${place}?filter=${encodeURIComponent(filter)}`);
      process.stderr.write(`${place} ${filter}: ${time.toFixed(0)} ms\n`);
      times.push(time);
    }
    figures.push(
      most(`filter.${place}.p95`, percentile(times, 0.95), BAR),
      { name: `filter.${place}.p50`, value: median(times), unit: 'ms', bar: null, met: null },
      { name: `filter.${place}.max`, value: Math.max(...times), unit: 'ms', bar: null, met: null },
    );
  }
  return figures;
}

/** How long the window takes from an address to its rows, or to say that there are none, ms. */
function changed(page: Page, address: string): Promise<number> {
  return page.evaluate(async (to) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const isShown = () =>
      document.querySelector('section[aria-busy=false]') !== null &&
      document.querySelector('.note, [data-id]') !== null;
    await frame();
    const started = performance.now();
    window.history.pushState({}, '', to);
    window.dispatchEvent(new PopStateEvent('popstate'));
    do await frame();
    while (!isShown() && performance.now() - started < 30_000);
    return performance.now() - started;
  }, address);
}
