/**
 * `npm run bench:window`: what an investigator waits for, measured in Chromium on the browser host: from another filter to its
 * first rows, frames while a list is scrolled, what is new until it is seen, frames of
 * long recordings. Each part is a file of bench/window.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import { openArchive } from '../gateway/archive/sqlite/open.ts';
import { ensureBuilt } from '../main/built.ts';
import { packageOf } from '../main/package.ts';
import { ARCHIVE, ingest } from './archive/ingest.ts';
import { sizeOf } from './archive/shape.ts';
import type { Figure } from './figures.ts';
import { UsageError } from './options.ts';
import { barsOf } from './report.ts';
import { measureCast } from './window/cast.ts';
import { measureFilters } from './window/filter.ts';
import { measureLive } from './window/live.ts';
import { readWindowOptions, USAGE, type Part, type WindowOptions } from './window/options.ts';
import { measureReplay, measureTerminal } from './window/replay.ts';
import { measureScrolling } from './window/scroll.ts';
import { setStage, type WindowPart } from './window/stage.ts';

const MEASURES: Readonly<Record<Part, WindowPart>> = {
  filter: measureFilters,
  scroll: measureScrolling,
  live: measureLive,
  replay: measureReplay,
  terminal: measureTerminal,
  cast: (stage) => measureCast(stage, tell),
};

try {
  process.exitCode = await main(readWindowOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}\n`);
  process.exitCode = 2;
}

/** Measures and prints; 1 when something was not reached. */
async function main(options: WindowOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-bench-window-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  await ensureBuilt(packageOf(import.meta.dirname), 'window', tell);
  const open = async (): Promise<ArchiveReader> => {
    const reader = await openArchive(options.archive ?? (await make(folder, options)));
    stack.defer(() => reader.close());
    return reader;
  };
  const stage = await setStage(stack, open, folder);
  const all: Figure[] = [];
  for (const part of options.parts) {
    const figures = await MEASURES[part](stage);
    all.push(...figures);
    for (const row of figures) process.stdout.write(`${options.json ? JSON.stringify(row) : line(row)}\n`);
  }
  if (!options.json) process.stdout.write(`\n${barsOf(all)}\n`);
  return all.every(({ met }) => met !== false) ? 0 : 1;
}

/** An archive of the same shape as that of bench:archive. */
async function make(folder: string, { statements, seed }: WindowOptions): Promise<string> {
  tell(`making an archive of ${statements.toLocaleString('en')} statements`);
  await ingest(folder, sizeOf(statements), seed, () => {});
  return join(folder, ARCHIVE);
}

function line({ name, value, unit, bar, met }: Figure): string {
  const judged = bar === null ? '' : `${bar.padStart(12)} ${met === true ? '' : '  NOT MET'}`;
  return `${name.padEnd(36)} ${value.toFixed(1).padStart(10)} ${unit.padEnd(6)}${judged}`.trimEnd();
}

function tell(words: string): void {
  process.stderr.write(`${words}\n`);
}
