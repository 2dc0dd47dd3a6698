/**
 * What a spool's folder remembers of its log beside the events, which go once they are shipped: how often the log was opened,
 * and which key signs it. Each file names the log and the event that says the same, and is written before that event is: if
 * the event was lost with a power cut, the log has not come so far, and what the file says is taken back.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A log as it stands: its id, and the index of its next event. */
export interface LogPlace {
  readonly log: Uint8Array;
  readonly nextIndex: number;
}

const BOOTS = 'boots';
const KEY = 'key';

/** The number of the opening whose `logOpened` is the log's next event: 1 for the first, each one more than the last. */
export function countBoot(dir: string, place: LogPlace): number {
  const { value, survived } = readState(dir, BOOTS, place);
  const counted = Number(value[0] ?? 0);
  const boot = survived ? counted + 1 : Math.max(counted, 1);
  writeState(dir, BOOTS, place, [String(boot)]);
  return boot;
}

/** The public key that the log's last `signingKey` event names, 32 bytes; null when it has none yet. */
export function recordedKey(dir: string, place: LogPlace): Uint8Array | null {
  const { value, survived } = readState(dir, KEY, place);
  const hex = survived ? value[0] : value[1];
  return hex === undefined || hex === NONE ? null : new Uint8Array(Buffer.from(hex, 'hex'));
}

/** Notes that the log's next event names `key` as the one that signs from there on, and `previous` as the one before. */
export function noteKey(
  dir: string,
  place: LogPlace,
  { key, previous }: { readonly key: Uint8Array; readonly previous: Uint8Array | null },
): void {
  const hexOf = (bytes: Uint8Array | null) => (bytes === null ? NONE : Buffer.from(bytes).toString('hex'));
  writeState(dir, KEY, place, [hexOf(key), hexOf(previous)]);
}

/** Forgets all of it, when the log that it is about is over. */
export function removeLogState(dir: string): void {
  for (const name of [BOOTS, KEY]) rmSync(join(dir, name), { force: true });
}

const NONE = '-';

/** `<log> <index of the event> <value>…`; of another log it says nothing. */
function readState(
  dir: string,
  name: string,
  { log, nextIndex }: LogPlace,
): { readonly value: readonly string[]; readonly survived: boolean } {
  const [of, index, ...value] = readOrEmpty(join(dir, name)).split(' ');
  if (of !== Buffer.from(log).toString('hex')) return { value: [], survived: true };
  return { value, survived: Number(index) < nextIndex };
}

function writeState(dir: string, name: string, { log, nextIndex }: LogPlace, value: readonly string[]): void {
  const path = join(dir, name);
  const text = `${[Buffer.from(log).toString('hex'), String(nextIndex), ...value].join(' ')}\n`;
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  if (process.platform !== 'win32') syncFolder(dir); // there folders cannot be opened
}

function syncFolder(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
