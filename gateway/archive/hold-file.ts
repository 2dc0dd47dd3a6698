/**
 * Legal holds on a volume: `<file name>.hold` beside it, a JSON object a line. A line either puts a hold on the volume or releases
 * those before it; nothing is ever taken out, so that the file tells who held what, and why, and until when.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

const HOLD_SUFFIX = '.hold';

/** Who wants a volume kept, and why. */
export interface Hold {
  /** ISO 8601. */
  readonly time: string;
  readonly by: string;
  readonly reason: string;
  /** What was looked for when it was put; empty: everything. */
  readonly filter: string;
}

interface Line extends Hold {
  readonly action: 'hold' | 'release';
}

/** The holds on the volume at `path`. Throws Error where the file cannot be read: then nobody knows, and it must be kept. */
export function holdsOn(path: string): Hold[] {
  const file = path + HOLD_SUFFIX;
  if (!existsSync(file)) return [];
  let holds: Hold[] = [];
  const lines = readFileSync(file, 'utf8').split('\n');
  for (const [number, text] of lines.entries()) {
    if (text.trim() === '') continue;
    const line = lineIn(text);
    if (line === null) throw new Error(`${file} is damaged in line ${number + 1}; mend it by hand`);
    const { action, ...hold } = line;
    if (action === 'hold') holds.push(hold);
    else holds = line.filter === '' ? [] : holds.filter(({ filter }) => filter !== line.filter);
  }
  return holds;
}

/** Puts a hold on the volume at `path`. */
export function putHold(path: string, hold: Hold): void {
  write(path, { action: 'hold', ...hold });
}

/** Releases the holds with this filter, all where it is empty; returns how many. */
export function releaseHolds(path: string, release: Hold): number {
  const before = holdsOn(path).length;
  if (before === 0) return 0;
  const released = holdsOn(path).filter(({ filter }) => release.filter === '' || filter === release.filter);
  if (released.length > 0) write(path, { action: 'release', ...release });
  return released.length;
}

function write(path: string, line: Line): void {
  appendFileSync(path + HOLD_SUFFIX, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
}

function lineIn(text: string): Line | null {
  try {
    const { action, time, by, reason, filter } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (action !== 'hold' && action !== 'release') return null;
    const words = [time, by, reason, filter];
    if (!words.every((word) => typeof word === 'string')) return null;
    return { action, time: String(time), by: String(by), reason: String(reason), filter: String(filter) };
  } catch {
    return null;
  }
}
