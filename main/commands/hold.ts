/** `auditorium hold|release|holds`: which volumes of an archive the rules of retention may not remove. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Hold, holdsOn, putHold, releaseHolds } from '../../gateway/archive/hold-file.ts';
import { VOLUME_SUFFIX } from '../../gateway/archive/sqlite/schema.ts';
import { volumeMatches } from '../../gateway/archive/sqlite/volume-matches.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { CommandError } from '../failure.ts';
import { listing, type Column } from '../listing.ts';
import { note, print, printJson, terminalWidth } from '../terminal.ts';
import { userName } from '../user-name.ts';

export interface HoldOptions {
  /** A volume, or a folder of volumes. */
  readonly archive: string;
  /** Volumes in which something matches; empty: all. For a release: holds that were put with it. */
  readonly filter: string;
  readonly reason: string;
  readonly json: boolean;
}

/** Holds every volume in which something matches; those that come later are not held by it. */
export async function hold(options: HoldOptions): Promise<void> {
  const filter = filterOf(options.filter);
  const held: string[] = [];
  for (const path of volumesIn(options.archive)) {
    if (options.filter !== '' && !(await volumeMatches(path, filter))) continue;
    putHold(path, wordOf(options));
    held.push(basename(path));
  }
  tell(held, 'held', options.json);
  if (held.length === 0) note('nothing matches: no volume is held');
}

/** Releases what was held with the same filter, or everything. */
export function release(options: HoldOptions): void {
  const released = volumesIn(options.archive).filter((path) => releaseHolds(path, wordOf(options)) > 0);
  tell(
    released.map((path) => basename(path)),
    'released',
    options.json,
  );
  if (released.length === 0) note('no volume was held with that filter');
}

/** Lists the holds. */
export function holds({ archive, json }: Pick<HoldOptions, 'archive' | 'json'>): void {
  const all = volumesIn(archive).flatMap((path) =>
    holdsOn(path).map((on): VolumeHold => ({ volume: basename(path), on })),
  );
  if (json) for (const { volume, on } of all) printJson({ volume, ...on });
  else if (all.length === 0) note('no volume is held');
  else for (const line of listing(COLUMNS, all, terminalWidth())) print(line);
}

interface VolumeHold {
  /** Name of its file. */
  readonly volume: string;
  readonly on: Hold;
}

const COLUMNS: readonly Column<VolumeHold>[] = [
  { title: 'VOLUME', value: ({ volume }) => volume },
  { title: 'SINCE', value: ({ on }) => on.time.slice(0, 16).replace('T', ' ') },
  { title: 'BY', value: ({ on }) => on.by },
  { title: 'FILTER', value: ({ on }) => on.filter, spare: 2 },
  { title: 'REASON', value: ({ on }) => on.reason, wide: true },
];

function wordOf({ filter, reason }: HoldOptions): Hold {
  return { time: new Date().toISOString(), by: userName(), reason, filter };
}

function tell(volumes: readonly string[], what: string, json: boolean): void {
  for (const volume of volumes)
    if (json) printJson({ [what]: volume });
    else print(`${what} ${volume}`);
}

function filterOf(text: string): Filter {
  const { filter, error } = parseFilter(text);
  if (filter) return filter;
  const [from, to] = error.range;
  throw new CommandError('BAD_FILTER', `${error.message}, at character ${from + 1}: ${text.slice(from, to)}`);
}

function volumesIn(archive: string): string[] {
  const path = resolve(archive);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new CommandError('ARCHIVE_NOT_FOUND', `there is no archive at ${path}`);
  if (!found.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith(VOLUME_SUFFIX))
    .toSorted()
    .map((name) => join(path, name));
}
