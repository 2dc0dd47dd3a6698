/**
 * Takes values out of a volume. The file is written anew without them, projections and all, and takes the place of the old one at
 * once: nothing of a value is left in free pages, journals or indexes, and a crash leaves one file or the other.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { parseNote } from '../../../shared/recording/note.ts';
import { REDACTED } from '../../../shared/recording/record.ts';
import { ArchiveError, type FactsOf } from '../archive.ts';
import { syncFolder } from '../key-file.ts';
import { redactionText, signRedaction, type Redaction } from '../redaction-note.ts';
import type { LogKeys } from './log-signer.ts';
import { dropPacked } from './pack.ts';
import { storedPayloads, type RawEvent } from './raw-events.ts';
import { rebuild } from './rebuild.ts';
import { redactionsIn } from './redaction-rows.ts';
import { sealVolume } from './seal.ts';
import { SEAL_SUFFIX } from './verify/seal.ts';
import { readVolumeRow, type VolumeRow } from './volume-row.ts';

/** What the new file is called until it takes the place of the old one. */
const NEXT_SUFFIX = '.redacting';

/** How long a reader may keep the journal of a volume that has not ended from being folded in, ms. */
const BUSY_MS = 5_000;

export interface RedactOptions {
  readonly factsOf: FactsOf;
  readonly keys: LogKeys;
  /** Is told how many more events were written. */
  readonly onEvents?: (events: number) => void;
}

/**
 * Takes values out of the volume at `path`, which nobody else writes, and seals it again if it was; redactions of events that it
 * does not have are passed over, those that were done already do nothing. Events that the volume only repeats of earlier ones lose
 * the same. Returns whether anything was to be done. Throws {@link ArchiveError}: BUSY while it is read.
 */
export function redactVolume(
  path: string,
  redactions: readonly Redaction[],
  { factsOf, keys, onEvents }: RedactOptions,
): boolean {
  const next = path + NEXT_SUFFIX;
  removeFiles(next);
  const source = new Database(path, { fileMustExist: true, timeout: BUSY_MS });
  let row: VolumeRow;
  try {
    row = readVolumeRow(source);
    const { log } = row;
    const done = new Set(redactionsIn(source).map(({ note }) => textOf(note)));
    const own = redactions.filter(
      (redaction) => holds(source, row, redaction.index) && !done.has(redactionText(log, redaction)),
    );
    if (own.length === 0) return false;
    if (row.sealed === null) foldIn(source);
    const notes = own.map((redaction) => ({
      idx: redaction.index,
      field: redaction.field,
      note: signRedaction(log, redaction, keys.signer),
    }));
    const going = Map.groupBy(own, ({ index }) => index);
    const edit = (raw: RawEvent) => without(raw, going.get(raw.event.index) ?? []);
    rebuild(source, next, { factsOf, edit, notes, ...(onEvents && { onEvents }) });
    standAlone(next);
  } catch (error) {
    removeFiles(next);
    throw error;
  } finally {
    source.close();
  }
  // A volume without its seal gets one at the next start of whoever writes the archive; one with another's would be corrupt.
  rmSync(path + SEAL_SUFFIX, { force: true });
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  dropPacked(path);
  renameSync(next, path);
  syncFolder(dirname(path));
  if (row.sealed !== null && sealVolume(path, keys) === 'busy')
    throw new ArchiveError('BUSY', `${path} is read by another program; redact again to write its seal`);
  return true;
}

/** Whether the volume has the event, or repeats it. */
function holds(db: Database.Database, { first, next }: VolumeRow, index: number): boolean {
  if (index >= first) return index < next;
  return db.prepare('SELECT 1 FROM carried WHERE idx = ?').get(index) !== undefined;
}

function textOf(note: string): string | undefined {
  return parseNote(note)?.text;
}

/** The journal of a volume that has not ended must not outlive the file it belongs to. */
function foldIn(db: Database.Database): void {
  const [done] = db.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
  if (done?.busy === 1)
    throw new ArchiveError('BUSY', `${db.name} is read by another program; try again when it is closed`);
}

/** The one file has all, on disk. */
function standAlone(path: string): void {
  const db = new Database(path, { fileMustExist: true });
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
  const fd = openSync(path, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The event with the marker in the place of each value that goes. */
function without(raw: RawEvent, going: readonly Redaction[]): RawEvent {
  if (going.length === 0) return raw;
  const kept: Uint8Array[] = [];
  for (const { field, from, to } of storedPayloads(raw.event, raw.payloads)) {
    const goes = going.some((redaction) => redaction.field === field);
    kept.push(goes ? MARKER : raw.payloads.subarray(from, to));
  }
  return { ...raw, payloads: Buffer.concat(kept) };
}

const MARKER = Buffer.alloc(4);
MARKER.writeUInt32BE(REDACTED);

function removeFiles(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}
