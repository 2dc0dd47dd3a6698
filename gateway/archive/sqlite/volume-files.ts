/** How the files of volumes are named: `<log, 32 hex digits>-<first index, 12 digits>.audit` (docs/format.md §4). */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { VOLUME_SUFFIX } from './schema.ts';

const INDEX_DIGITS = 12;

/** A volume as its file's name tells it. */
export interface VolumeFile {
  readonly path: string;
  /** Index of its first event. */
  readonly first: number;
}

/** What a volume is called: the log it holds and the index of its first event. Names of one log sort as its volumes follow. */
export function volumeName(log: Uint8Array, first: number): string {
  return `${Buffer.from(log).toString('hex')}-${String(first).padStart(INDEX_DIGITS, '0')}`;
}

/** The name of the file of a log's volume. */
export function volumeFileName(log: Uint8Array, first: number): string {
  return volumeName(log, first) + VOLUME_SUFFIX;
}

/** The volumes of a log in a folder, in their order. Throws the errors of `node:fs`. */
export function volumeFilesOf(folder: string, log: Uint8Array): VolumeFile[] {
  const prefix = `${Buffer.from(log).toString('hex')}-`;
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix));
  return names
    .map((name) => ({ name, first: Number(name.slice(prefix.length, -VOLUME_SUFFIX.length)) }))
    .filter(({ name, first }) => Number.isSafeInteger(first) && name === volumeFileName(log, first))
    .map(({ name, first }) => ({ path: join(folder, name), first }))
    .toSorted((a, b) => a.first - b.first);
}

/** The logs that volumes in a folder hold, 16 bytes each, in the order of their ids. Throws the errors of `node:fs`. */
export function logsIn(folder: string): Uint8Array[] {
  const names = readdirSync(folder).map((name) => /^([0-9a-f]{32})-\d{12}\.audit$/.exec(name)?.[1]);
  const ids = new Set(names.filter((id) => id !== undefined));
  return [...ids].toSorted().map((id) => new Uint8Array(Buffer.from(id, 'hex')));
}
