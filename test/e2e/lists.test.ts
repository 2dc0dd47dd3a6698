import type { Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PageRequest } from '../../gateway/archive/archive.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { FakeReader, INFO, STATEMENT_ROW } from '../../main/testing/fake-reader.ts';
import type { Page } from '../../shared/api/page.ts';
import type { StatementRow } from '../../shared/api/session.ts';
import { visit } from './browser.ts';
import { startHost } from './hosted.ts';

const TEN_MILLION = 10_000_000;

/** On a busy machine a frame takes its time. */
const SOON = { timeout: 5_000 };

/** So many statements that no browser could lay them out, numbered down from the newest. */
class EndlessReader extends FakeReader {
  total = TEN_MILLION;

  override async statements({ at, after, limit }: PageRequest): Promise<Page<StatementRow>> {
    const from = after === undefined ? (at ?? 0) : this.total - Number(after);
    const count = Math.max(0, Math.min(limit, this.total - from));
    const items = Array.from({ length: count }, (_, i): StatementRow => {
      const statement = this.total - from - i;
      return { ...STATEMENT_ROW, statement, text: `SELECT row_${statement}_`, time: statement * 1_000_000 };
    });
    const rest = this.total - from - count;
    return {
      items,
      next: rest > 0 ? String(rest) : null,
      total: this.total,
      ...(at === undefined ? {} : { offset: from }),
    };
  }

  /** Statements that come now. */
  grow(by: number): void {
    this.total += by;
    this.state = { ...INFO, events: this.state.events + by };
  }
}

let opened: AsyncDisposableStack;
let host: WebHost;
let reader: EndlessReader;
let page: Tab;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  reader = new EndlessReader();
  host = await startHost(opened, { reader });
}, 120_000);
afterAll(() => opened.disposeAsync());

beforeEach(async () => {
  reader.total = TEN_MILLION;
  ({ page } = await visit(host.freshUrl()));
  await page.getByTestId('session-row').first().waitFor();
  await page.goto(`http://127.0.0.1:${host.port}/statements`);
  await page.getByTestId('statement-row').first().waitFor();
});

const row = () => page.getByTestId('statement-row');
const selected = () => page.locator('[data-testid=statement-row][aria-selected=true]').innerText();

/** The number of the topmost row. */
async function topmost(): Promise<number> {
  const text = await row().evaluateAll((rows) => {
    const head = document.querySelector('.list-body')?.getBoundingClientRect().top ?? 0;
    const top = rows.find((one) => one.getBoundingClientRect().bottom > head + 1);
    return top?.textContent ?? '';
  });
  return Number(/row_(\d+)_/.exec(text)?.[1] ?? Number.NaN);
}

test('ten million rows: both ends, the middle, a wheel and a page are where they should be', async () => {
  await page.getByRole('grid').focus();
  await page.keyboard.press('End');
  await expect.poll(selected, SOON).toContain('row_1_');
  await page.keyboard.press('k');
  await expect.poll(selected, SOON).toContain('row_2_');
  await page.getByRole('grid').evaluate((list) => {
    list.scrollTop = (list.scrollHeight - list.clientHeight) / 2;
  });
  await expect.poll(async () => Math.abs((await topmost()) - TEN_MILLION / 2) < 50, SOON).toBe(true);
  const middle = await topmost();
  await page.mouse.move(800, 500);
  await page.mouse.wheel(0, 240);
  await expect.poll(async () => middle - (await topmost()), SOON).toBe(10);
  await page.keyboard.press('Home');
  await expect.poll(selected, SOON).toContain(`row_${TEN_MILLION}_`);
});

test('what is new is told, moves nothing that is read, and is shown when asked for', async () => {
  await page.getByRole('grid').evaluate((list) => {
    list.scrollTop = 100_000;
  });
  await expect.poll(topmost, SOON).toBeLessThan(TEN_MILLION - 1_000);
  const before = await topmost();
  reader.grow(12);
  const news = page.getByTestId('list-news');
  await expect.poll(() => news.innerText(), SOON).toContain('12 new statements');
  expect(await topmost()).toBe(before);
  await news.click();
  await expect.poll(topmost, SOON).toBe(TEN_MILLION + 12);
});

test('columns are moved, widened and hidden by keys, and stay so', async () => {
  const heads = () => page.locator('.list-head [role=columnheader]').allInnerTexts();
  const [first, second, ...rest] = await heads();
  await page.locator('.head-name').first().focus();
  await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(heads, SOON).toEqual([second, first, ...rest]);
  const agent = page.locator('[data-head=agent]');
  const width = (await agent.boundingBox())?.width ?? 0;
  await agent.locator('button').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => Math.round(((await agent.boundingBox())?.width ?? 0) - width), SOON).toBe(16);
  await page.keyboard.press('ArrowDown');
  await page.getByRole('menuitem', { name: 'Hide' }).click();
  await expect.poll(heads, SOON).toEqual([first, ...rest]);
  await page.reload();
  await row().first().waitFor();
  expect(await heads()).toEqual([first, ...rest]);
});

test('the menu of a cell excludes what it shows, by keys alone', async () => {
  await page.keyboard.press('j');
  await page.locator('.list [role=row][aria-selected=true]').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('m');
  await expect.poll(() => page.evaluate(() => document.activeElement?.role), SOON).toBe('menu');
  // Whether the menu opens with its first entry chosen depends on how it was opened.
  const chosen = page.locator('[role=menuitem]:focus');
  while (!/^exclude/i.test((await chosen.allInnerTexts()).join(''))) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => new URL(page.url()).searchParams.get('filter') ?? '', SOON)
    .toMatch(/^-(?:token:ci-deployer|job:github\/4711\/3)$/);
});
