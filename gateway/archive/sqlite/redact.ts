/**
 * Takes values out of a volume that has ended. The file is written anew without them, projections and all, and takes the place of
 * the old one at once: nothing of a value is left in free pages, journals or indexes, and a crash leaves one file or the other.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { payloadFieldsOf } from '../../../shared/recording/codec.ts';
import type { PayloadRef } from '../../../shared/recording/event.ts';
import { PAYLOAD_HEAD_BYTES, REDACTED } from '../../../shared/recording/record.ts';
import { ArchiveError, type FactsOf } from '../archive.ts';
import { syncFolder } from '../key-file.ts';
import { signRedaction, type Redaction } from '../redaction-note.ts';
import type { LogKeys } from './log-signer.ts';
import { rawEvents, type RawEvent } from './raw-events.ts';
import { rebuild } from './rebuild.ts';
import { sealVolume } from './seal.ts';
import { SEAL_SUFFIX } from './verify/seal.ts';
import { readVolumeRow } from './volume-row.ts';
import { zstdDecompressSync } from 'node:zlib';

/** What the new file is called until it takes the place of the old one. */
const NEXT_SUFFIX = '.redacting';

export interface RedactOptions {
  readonly factsOf: FactsOf;
  readonly keys: LogKeys;
  /** Is told how many more events were written. */
  readonly onEvents?: (events: number) => void;
}

/** A value that may be taken out; `length` in bytes, null when it was taken out before. */
export interface Redactable {
  readonly field: string;
  readonly length: number | null;
}

/** The values beside an event of the volume at `path`; null when it does not hold the event. Throws {@link ArchiveError}. */
export function redactablesOf(path: string, index: number): Redactable[] | null {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const { first, next } = readVolumeRow(db);
    if (index < first || index >= next) return null;
    const segments = db
      .prepare<[number, number], { events: Buffer; payloads: Buffer }>(
        'SELECT events, payloads FROM segment WHERE first_index <= ? AND last_index >= ?',
      )
      .iterate(index, index);
    for (const { events, payloads } of segments)
      for (const raw of rawEvents(zstdDecompressSync(events), zstdDecompressSync(payloads)))
        if (raw.event.index === index) return [...payloadsOf(raw)];
    return null;
  } finally {
    db.close();
  }
}

/**
 * Takes values out of the sealed volume at `path` and seals it again; where they are gone already nothing changes. Events that the
 * volume only repeats of earlier ones lose the same. Throws {@link ArchiveError}: BUSY while the volume is written or read.
 */
export function redactVolume(path: string, redactions: readonly Redaction[], options: RedactOptions): void {
  const source = new Database(path, { readonly: true, fileMustExist: true });
  const next = path + NEXT_SUFFIX;
  removeFiles(next);
  try {
    const { log, sealed } = readVolumeRow(source);
    if (sealed === null)
      throw new ArchiveError(
        'BUSY',
        `${path} is still written: values are taken out of volumes that have ended`,
      );
    const { factsOf, keys, onEvents } = options;
    const edit = (raw: RawEvent) => without(raw, redactions);
    rebuild(source, next, { factsOf, edit, ...(onEvents && { onEvents }) });
    addNotes(next, log, redactions, keys);
  } catch (error) {
    removeFiles(next);
    throw error;
  } finally {
    source.close();
  }
  // A volume without its seal gets one at the next start of whoever writes the archive; one with another's would be corrupt.
  rmSync(path + SEAL_SUFFIX, { force: true });
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  renameSync(next, path);
  syncFolder(dirname(path));
  if (sealVolume(path, options.keys) === 'busy')
    throw new ArchiveError(
      'BUSY',
      `${path} is read by another program; its seal is written when it is closed`,
    );
}

/** Adds the notes and folds the journal in, so that the one file has all. */
function addNotes(
  path: string,
  log: Uint8Array,
  redactions: readonly Redaction[],
  { signer }: LogKeys,
): void {
  const db = new Database(path, { fileMustExist: true });
  try {
    const { first, next } = readVolumeRow(db);
    const insert = db.prepare('INSERT OR IGNORE INTO redaction (idx, field, note) VALUES (?, ?, ?)');
    for (const redaction of redactions) {
      if (redaction.index < first && !isCarried(db, redaction.index)) continue;
      if (redaction.index < next)
        insert.run(redaction.index, redaction.field, signRedaction(log, redaction, signer));
    }
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

function isCarried(db: Database.Database, index: number): boolean {
  return db.prepare('SELECT 1 FROM carried WHERE idx = ?').get(index) !== undefined;
}

/** The event with the marker in the place of each value that goes. */
function without(raw: RawEvent, redactions: readonly Redaction[]): RawEvent {
  const going = redactions.filter(({ index }) => index === raw.event.index).map(({ field }) => field);
  if (going.length === 0) return raw;
  const kept: Uint8Array[] = [];
  for (const { field, from, to } of payloadsOf(raw))
    kept.push(going.includes(field) ? MARKER : raw.payloads.subarray(from, to));
  return { ...raw, payloads: Buffer.concat(kept) };
}

const MARKER = Buffer.alloc(4);
MARKER.writeUInt32BE(REDACTED);

/** The payloads of an event and where they lie. */
function* payloadsOf({
  event,
  payloads,
}: RawEvent): Generator<Redactable & { readonly from: number; readonly to: number }> {
  const fields = event.fields as Record<string, unknown>;
  const bytes = Buffer.from(payloads.buffer, payloads.byteOffset, payloads.length);
  let at = 0;
  for (const field of payloadFieldsOf(event.kind)) {
    if ((fields[field] as PayloadRef | null) === null) continue;
    const length = bytes.readUInt32BE(at);
    const from = at;
    at += length === REDACTED ? 4 : PAYLOAD_HEAD_BYTES + length;
    yield { field, length: length === REDACTED ? null : length, from, to: at };
  }
}

function removeFiles(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}
