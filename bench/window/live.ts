/** How long what is committed to an archive takes until a window shows it. The shipper commits four times a second beside that. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { TestLog, testWriting } from '../../gateway/archive/testing.ts';
import type { Figure } from '../figures.ts';
import { median, percentile } from '../statistics.ts';
import { most, type Stage } from './stage.ts';

/** Of the second that durable to visible may take at p95, what the shipper leaves, ms. */
const BAR = 750;

const STATEMENTS = 40;

/** Not a multiple of anything that gathers: statements come when they come. */
const PAUSE_MS = 377;

export async function measureLive(stage: Stage): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const folder = join(stage.folder, 'live');
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  stack.defer(() => writer.close());
  const log = new TestLog(1);
  const session = log.session(1);
  const record = (...events: readonly Uint8Array[]): void => {
    for (const event of events) writer.append(event);
    writer.commit();
  };
  record(log.event('logOpened'), session.event('sessionOpened'), session.query('SELECT 0'));
  const reader = await openArchive(folder);
  stack.defer(() => reader.close());
  const page = await stage.visitOn(stack, reader, '/statements');
  await page.locator('[data-id]').first().waitFor();
  const times: number[] = [];
  for (let n = 1; n <= STATEMENTS; n++) {
    await pause(PAUSE_MS);
    const shown = page.evaluate(async (text) => {
      while (!(document.querySelector('[data-id]')?.textContent ?? '').includes(text))
        await new Promise((resolve) => requestAnimationFrame(resolve));
      return Date.now();
    }, `marker_${n}_`);
    record(session.outcome({}), session.query(`SELECT marker_${n}_ FROM t`));
    const committed = Date.now();
    times.push(Math.max(0, (await shown) - committed));
  }
  return [
    most('live.committed-to-visible.p95', percentile(times, 0.95), BAR),
    { name: 'live.committed-to-visible.p50', value: median(times), unit: 'ms', bar: null, met: null },
  ];
}
