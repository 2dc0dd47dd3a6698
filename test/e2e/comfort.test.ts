/**
 * Every place for those who zoom to 200 % (a window of half the size), want no motion, and have the system choose the colours: nothing is
 * cut off, every control is come by with Tab, shows that it has the focus, and can be seen whole.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Shown } from '../../main/show.ts';
import { visit } from './browser.ts';
import { showSmallArchive, urlOf } from './shown.ts';

/** 1440 × 900 at 200 %. */
const ZOOMED = { width: 720, height: 450 };

/** More stops than any place has. */
const MOST_STOPS = 150;

const opened = new AsyncDisposableStack();
let shown: Shown;
let page: Page;
let session: string;

beforeAll(async () => {
  shown = await showSmallArchive(opened);
  ({ page } = await visit(urlOf(shown), (act) => opened.defer(act)));
  await page.getByTestId('session-row').dblclick();
  await page.getByTestId('position').waitFor();
  session = new URL(page.url()).pathname;
  await page.setViewportSize(ZOOMED);
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
}, 120_000);
afterAll(() => opened.disposeAsync());

/** What one who goes through the place by Tab meets that they should not. */
async function walk(): Promise<string[]> {
  const met: string[] = [];
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const problem = await page.evaluate(stopOf);
    if (problem === null) return [...met, ...(await page.evaluate(passedBy))];
    if (problem !== '') met.push(problem);
  }
  throw new Error('Tab does not come round');
}

/** Within the page: null when Tab came round, '' when all is well with what has the focus now. */
function stopOf(): string | null {
  const focused = document.activeElement;
  const isStop = focused instanceof HTMLElement || focused instanceof SVGElement;
  if (!isStop || focused === document.body) return null;
  if (focused.dataset['met'] !== undefined) return null;
  focused.dataset['met'] = '';
  const name = `${focused.tagName} ${(focused.getAttribute('aria-label') ?? focused.textContent ?? '').slice(0, 40)}`;
  let shows = false;
  for (let at: Element | null = focused; at !== null && !shows; at = at.parentElement) {
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    shows = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0;
  }
  if (!shows) return `${name}: nothing shows that it has the focus`;
  const { left, right, top, bottom, width, height } = focused.getBoundingClientRect();
  if (width < 1 || height < 1) return `${name}: has no size`;
  const middle = [
    (Math.max(left, 0) + Math.min(right, innerWidth)) / 2,
    (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2,
  ] as const;
  const seen = document.elementFromPoint(...middle);
  if (seen === null) return `${name}: is out of sight`;
  const isSeen = focused.contains(seen) || seen.contains(focused);
  return isSeen ? '' : `${name}: is covered by ${seen.tagName}.${seen.className}`;
}

/** Within the page: controls that are shown and that Tab did not come by, in places where nothing else leads to them. */
function passedBy(): string[] {
  const controls = document.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href]');
  return [...controls].flatMap((control) => {
    if (control.dataset['met'] !== undefined || control.tabIndex < 0) return [];
    if (control.matches(':disabled') || !control.checkVisibility({ visibilityProperty: true })) return [];
    // Of radio buttons that belong together Tab comes by one.
    if (control instanceof HTMLInputElement && control.type === 'radio') return [];
    return [`${control.outerHTML.slice(0, 80)}: Tab does not come by it`];
  });
}

/** Within the page: what is wider than the window, and what moves. */
function unrest(): string[] {
  const { scrollWidth } = document.documentElement;
  const moving = document
    .getAnimations()
    .filter(({ playState, effect }) => playState === 'running' && Number(effect?.getTiming().duration) > 10);
  return [
    ...(scrollWidth > innerWidth ? [`the page is ${scrollWidth} px wide`] : []),
    ...moving.map(({ effect }) => `moves: ${String((effect as KeyframeEffect | null)?.target?.className)}`),
  ];
}

test.each([
  ['sessions', '/sessions', 'session-row'],
  ['statements', '/statements', 'statement-row'],
  ['a session', '', 'position'],
  ['its notes', '?tab=notes', 'position'],
  ['approvals', '/approvals', ''],
  ['findings', '/findings', ''],
  ['notes', '/findings/notes', ''],
  ['reviews', '/findings/reviews', ''],
  ['the case log', '/findings/log', ''],
  ['comparing', '/compare', ''],
])(
  '%s can be used zoomed, still, and in the colours of the system',
  { timeout: 180_000 },
  async (_, path, part) => {
    const address = path === '' || path.startsWith('?') ? `${session}${path}` : path;
    await page.goto(new URL(address, page.url()).href);
    await (part === '' ? page.getByRole('main') : page.getByTestId(part).first()).waitFor();
    await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0);
    expect([...(await page.evaluate(unrest)), ...(await walk())]).toEqual([]);
  },
);
