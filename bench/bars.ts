/** What is to be reached: the gateway must not cost more than this beside what it is compared with. */

/** A bound on a figure, in the figure's own unit. */
export interface Bar {
  readonly least?: number;
  readonly most?: number;
}

/** By the name of the figure. */
const BARS: Readonly<Record<string, Bar>> = {
  'simple.8.process.vs-pipe': { least: 0.72 },
  'simple.8.process.vs-direct': { least: 0.36 },
  'prepared.8.process.vs-pipe': { least: 0.8 },
  'prepared.8.process.vs-direct': { least: 0.3 },
  'simple.1.process.added.p50': { most: 130 },
  'prepared.1.process.added.p50': { most: 130 },
  'simple.8.intent.vs-process': { least: 0.4 },
  'prepared.8.intent.vs-process': { least: 0.4 },
  'simple.32.intent.vs-process': { least: 0.7 },
  'prepared.32.intent.vs-process': { least: 0.7 },
  'bulk.process.vs-direct': { least: 0.8 },
  'bulk.masked.vs-direct': { least: 0.65 },
  'simple.8.policy.vs-process': { least: 0.9 },
  'prepared.8.policy.vs-process': { least: 0.9 },
  'simple.8.process.cpu.dataPath.vs-pipe': { most: 1.5 },
  'prepared.8.process.cpu.dataPath.vs-pipe': { most: 1.5 },
  'rss.process': { most: 250 },
  'rss.intent': { most: 250 },
  'idle.process.rss': { most: 250 },
  'idle.intent.rss': { most: 250 },
};

/** What one client may wait longer in mode `intent` beyond one fdatasync of this disk, µs. */
const INTENT_ADDED_US = 200;

/** How far the archive may be behind at the end of any run, s. */
const MOST_LAG_S = 5;

/** The bound on a figure; null where there is none. `fdatasync` is what one costs here, µs. */
export function barOf(name: string, fdatasync: number): Bar | null {
  if (/^(?:simple|prepared)\.1\.intent\.added\.p50$/.test(name))
    return { most: Math.round(fdatasync + INTENT_ADDED_US) };
  if (name.endsWith('.lag')) return { most: MOST_LAG_S };
  return BARS[name] ?? null;
}
