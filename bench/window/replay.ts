/**
 * How long a frame takes in a session of a million steps, and in an hour of a recorded terminal: from its address, which Back and
 * links go to as well, until the terminal shows it.
 */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import type { Figure } from '../figures.ts';
import { percentile } from '../statistics.ts';
import {
  stepOfStatement,
  TERMINAL_BYTES,
  TERMINAL_CHUNKS,
  writeLongSession,
  writeTerminal,
} from './replay-sessions.ts';
import { most, type Stage } from './stage.ts';

const STEPS = 1_000_000;

/** Most that a seek may take at p95, and a session until its first frame, ms. */
const SEEK = 100;
const OPEN = 500;

/** Most that the window's scripts may hold, MB. */
const HEAP = 400;

/** Seeks each way. */
const SEEKS = 40;

/** A frame to go to: the address of its step, and what the terminal shows there and not before. */
export interface Frame {
  readonly step: number;
  readonly shows: string;
}

/** A session of a million statements, rows and outcomes. */
export async function measureReplay(stage: Stage): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const folder = join(stage.folder, 'replay');
  const id = writeLongSession(folder, STEPS);
  const reader = await openArchive(folder);
  stack.defer(() => reader.close());
  const frame = (share: number): Frame => {
    const statement = Math.max(1, Math.floor((share * STEPS) / 3) - 1);
    return { step: stepOfStatement(statement), shows: `customer = ${statement} ` };
  };
  return await figuresOf('replay', id, (path) => stage.visitOn(stack, reader, path), frame);
}

/** A terminal of an hour and 50 MB. */
export async function measureTerminal(stage: Stage): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const folder = join(stage.folder, 'terminal');
  const id = writeTerminal(folder, TERMINAL_BYTES);
  const reader = await openArchive(folder);
  stack.defer(() => reader.close());
  const frame = (share: number): Frame => {
    // Every sixtieth of the chunks is no size, which would show nothing new.
    const chunk = Math.floor((share * (TERMINAL_CHUNKS - 60)) / 60) * 60;
    return { step: chunk + 2, shows: `@${chunk}@` };
  };
  return await figuresOf('terminal', id, (path) => stage.visitOn(stack, reader, path), frame);
}

/** Opens a session at its beginning and by a link, and seeks in it both ways and anywhere. */
export async function figuresOf(
  name: string,
  id: string,
  visit: (path: string) => Promise<Page>,
  frame: (share: number) => Frame,
): Promise<Figure[]> {
  const opened = await drawInDocument(await visit('/sessions'));
  const first = await seek(opened, id, frame(0));
  const linked = await drawInDocument(await visit('/sessions'));
  const clicked = performance.now();
  const link = await seek(linked, id, frame(0.6));
  await isWhole(linked);
  const whole = performance.now() - clicked;
  // What comes is measured where all of the time line is there, and played, as a moment later it is.
  await linked.getByText('loading steps').waitFor({ state: 'detached', timeout: 60_000 });
  await seek(linked, id, frame(0.99));
  await isWhole(linked);
  const along = Array.from({ length: SEEKS }, (_, at) => (at + 0.5) / SEEKS);
  const ways: Readonly<Record<string, readonly number[]>> = {
    forward: along,
    backward: along.toReversed(),
    anywhere: along.map((_, at) => (at * 0.618_034) % 1),
  };
  const figures = [
    most(`${name}.open`, first, OPEN),
    most(`${name}.open-link`, link, OPEN),
    spent(`${name}.open-link.whole`, whole),
  ];
  const work = await workOf(linked);
  for (const [way, shares] of Object.entries(ways)) {
    const times: number[] = [];
    const before = await work();
    for (const share of shares) times.push(await seek(linked, id, frame(share)));
    const after = await work();
    figures.push(
      most(`${name}.seek.${way}.p95`, percentile(times, 0.95), SEEK),
      spent(`${name}.seek.${way}.window`, (after.window - before.window) / SEEKS),
      spent(`${name}.seek.${way}.host`, (after.host - before.host) / SEEKS),
    );
  }
  const heap = await heapOf(linked);
  figures.push({ name: `${name}.heap`, value: heap, unit: 'MB', bar: `<= ${HEAP}`, met: heap <= HEAP });
  return figures;
}

/** Resolves once the terminal no longer says that it shows the last output alone, or that it waits. */
async function isWhole(page: Page): Promise<void> {
  await page.locator('.terminal-wait').waitFor({ state: 'detached', timeout: 60_000 });
}

/** Without a graphics card, which this machine only plays at having: what is drawn in the document can be read there. */
async function drawInDocument(page: Page): Promise<Page> {
  await page.evaluate(() => {
    // oxlint-disable-next-line typescript/unbound-method -- it is called with its canvas below
    const own = HTMLCanvasElement.prototype.getContext as (this: HTMLCanvasElement, kind: string) => unknown;
    HTMLCanvasElement.prototype.getContext = function getContext(this: HTMLCanvasElement, kind: string) {
      return kind === 'webgl2' ? null : own.call(this, kind);
    } as typeof HTMLCanvasElement.prototype.getContext;
  });
  return page;
}

/** From going to the address of a frame until the terminal shows it, ms. */
function seek(page: Page, id: string, { step, shows }: Frame): Promise<number> {
  return page.evaluate(
    async ({ path, wanted }) => {
      const started = performance.now();
      window.history.pushState({ within: true }, '', path);
      window.dispatchEvent(new PopStateEvent('popstate'));
      do await new Promise((resolve) => requestAnimationFrame(resolve));
      while (
        // A line that is as wide as the terminal goes on in the next row.
        !(document.querySelector('.xterm-rows')?.textContent ?? '').includes(wanted) &&
        performance.now() - started < 10_000
      );
      return performance.now() - started;
    },
    { path: `/sessions/${id}?step=${step}`, wanted: shows },
  );
}

/** Processor time until now, ms: not that in which others had the processor. */
interface Work {
  /** By the main thread of the page, drawing included. */
  readonly window: number;
  /** By the host's own process. */
  readonly host: number;
}

/** What a machine that is busy otherwise does not change as much as what one waits for. */
async function workOf(page: Page): Promise<() => Promise<Work>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const seconds = metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? 0;
    const { user, system } = process.cpuUsage();
    return { window: seconds * 1000, host: (user + system) / 1000 };
  };
}

function spent(name: string, value: number): Figure {
  return { name, value, unit: 'ms', bar: null, met: null };
}

/** What scripts hold, their buffers included, MB. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const usage: { usedSize: number; backingStorageSize?: number } = await session.send('Runtime.getHeapUsage');
  return (usage.usedSize + (usage.backingStorageSize ?? 0)) / 1e6;
}
