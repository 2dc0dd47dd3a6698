/** How long a window is busy at a time, by the trace of its browser. */
import type { Page } from 'playwright-core';
import { z } from 'zod';

/** What of a trace is read: `tdur` is processor time in µs. */
const Trace = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      pid: z.number(),
      tid: z.number(),
      tdur: z.number().optional(),
      args: z.object({ name: z.unknown() }).partial().optional(),
    }),
  ),
});

/**
 * The longest that the window's thread had the processor at a time while something was done, ms: what a frame waits for, whatever
 * else the machine is busy with.
 */
export async function longestTask(page: Page, act: () => Promise<void>): Promise<number> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('the page is of no browser');
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act();
  const { traceEvents } = Trace.parse(JSON.parse((await browser.stopTracing()).toString()));
  const threads = new Set(
    traceEvents.filter(({ args }) => args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid, tdur }) =>
      name.endsWith('RunTask') && tdur !== undefined && threads.has(`${pid}/${tid}`),
  );
  if (tasks.length === 0) throw new Error('the trace tells of no task of the window');
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1_000;
}
