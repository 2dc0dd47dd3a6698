/** Frames while a list is scrolled by wheel, by its bar and by keys, and how long a place takes that is far away. */
import type { Page } from 'playwright-core';
import type { Figure } from '../figures.ts';
import { percentile } from '../statistics.ts';
import { most, type Stage } from './stage.ts';

/** Most that a frame may take at p99, ms: two intervals of a screen at 60 Hz, which clocks tell as 33.3 or 33.4. */
const BAR = 33.4;

const TURNS = 120;
const KEYS = 60;

export async function measureScrolling(stage: Stage): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const page = await stage.visit(stack, '/statements');
  await page.locator('[data-id]').first().waitFor();
  await page.getByRole('grid').focus();
  const ways: Readonly<Record<string, () => Promise<void>>> = {
    wheel: () => byWheel(page),
    bar: () => byBar(page),
    keys: () => byKeys(page),
  };
  const figures: Figure[] = [];
  const all: number[] = [];
  for (const [way, scroll] of Object.entries(ways)) {
    await scroll();
    await record(page);
    await scroll();
    const frames = await recorded(page);
    all.push(...frames);
    figures.push({
      name: `scroll.${way}.p99`,
      value: percentile(frames, 0.99),
      unit: 'ms',
      bar: null,
      met: null,
    });
  }
  figures.push(most('scroll.frame.p99', percentile(all, 0.99), BAR));
  const jumps = await jump(page);
  figures.push({ name: 'scroll.jump.p95', value: percentile(jumps, 0.95), unit: 'ms', bar: null, met: null });
  return figures;
}

async function byWheel(page: Page): Promise<void> {
  await page.mouse.move(700, 500);
  for (let turn = 0; turn < TURNS; turn++) {
    await page.mouse.wheel(0, turn % 40 < 30 ? 240 : -120);
    await page.waitForTimeout(16);
  }
}

/** Down the whole list and up again, as somebody drags the bar. */
async function byBar(page: Page): Promise<void> {
  await page.getByRole('grid').evaluate(async (list, turns) => {
    const range = list.scrollHeight - list.clientHeight;
    for (let turn = 0; turn <= turns; turn++) {
      list.scrollTop = range * (1 - Math.abs(1 - (2 * turn) / turns));
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, TURNS);
}

async function byKeys(page: Page): Promise<void> {
  for (let turn = 0; turn < KEYS; turn++) {
    await page.keyboard.press(
      turn % 20 === 10 ? 'End' : turn % 20 === 15 ? 'Home' : turn % 2 === 0 ? 'PageDown' : 'j',
    );
    await page.waitForTimeout(16);
  }
}

/** Begins to note how long frames take. */
async function record(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: number[] = [];
    let last = performance.now();
    const note = (now: number): void => {
      noted.push(now - last);
      last = now;
      if (!document.body.dataset['frames']) requestAnimationFrame(note);
      else document.body.dataset['frames'] = JSON.stringify(noted);
    };
    delete document.body.dataset['frames'];
    requestAnimationFrame(note);
  });
}

async function recorded(page: Page): Promise<number[]> {
  const text = await page.evaluate(async () => {
    document.body.dataset['frames'] = 'end';
    while (document.body.dataset['frames'] === 'end')
      await new Promise((resolve) => requestAnimationFrame(resolve));
    return document.body.dataset['frames'];
  });
  return (JSON.parse(text ?? '[]') as number[]).slice(1);
}

/** From a bar that is let go somewhere to the rows of that place, ms. */
function jump(page: Page): Promise<number[]> {
  return page.getByRole('grid').evaluate(async (list) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const first = () => Number(list.querySelector<HTMLElement>('[data-id]')?.dataset['place'] ?? -1);
    const times: number[] = [];
    for (const share of [0.5, 0.1, 0.9, 0.3, 0.7, 0.05, 0.95, 0.6, 0.2, 0.8]) {
      const before = first();
      const started = performance.now();
      list.scrollTop = (list.scrollHeight - list.clientHeight) * share;
      do await frame();
      while ((first() === before || first() === -1) && performance.now() - started < 10_000);
      times.push(performance.now() - started);
    }
    return times;
  });
}
