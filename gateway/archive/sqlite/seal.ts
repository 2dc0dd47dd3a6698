/**
 * Seals a volume that ended: its journal is folded in, so that the file stands alone, read-only media included, and a signed note
 * over its bytes is written beside it (docs/format.md §5). Every step may be done again: a crash in the middle is harmless.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { toBase64 } from '../../../shared/recording/base64.ts';
import { originOf } from '../../../shared/recording/checkpoint.ts';
import { ED25519, signNote, type Signer } from '../../../shared/recording/note.ts';
import { sha256 } from '../ed25519.ts';
import type { LogKeys } from './log-signer.ts';
import { replaceFile } from './replace-file.ts';
import { SEAL_SUFFIX } from './verify/seal.ts';
import { readVolumeRow, type VolumeRow } from './volume-row.ts';
import { VolumeTree } from './volume-tree.ts';

/** How long a reader may keep the journal from being folded in, ms: no longer than the shipper may pause. */
const BUSY_MS = 500;

/** Where a SQLite file says how it is written and read: 2 by a write-ahead log, 1 without (SQLite file format §1.3.3). */
const VERSIONS_AT = 18;
const WITHOUT_LOG = Uint8Array.of(1, 1);

const READ_BYTES = 4 << 20;

/** Who writes volumes that ended anew, with every page full, before they are sealed. */
export interface Packing {
  /** While it is, no volume is ready. */
  readonly isRunning: boolean;
  /** Whether the volume at `path`, which stands alone, is as small as it gets; else it is being packed, and to be asked about again. */
  packed(path: string): boolean;
}

/** What a volume is sealed with. */
export interface Sealing extends LogKeys {
  /** Volumes stay as they are when absent. */
  readonly packing?: Packing;
}

/** Whether the volume at `path` has its seal. */
export function isSealed(path: string): boolean {
  return existsSync(path + SEAL_SUFFIX);
}

/**
 * Writes the seal of a volume that ended. `busy`: a reader is in the middle of it, to be tried again; `packing`: the
 * same soon; `unfinished`: it never ended, because it was lost and put back. Throws {@link ArchiveError} DAMAGED when its events are
 * not what was signed.
 */
export function sealVolume(path: string, sealing: Sealing): 'sealed' | 'busy' | 'packing' | 'unfinished' {
  if (isSealed(path)) return 'sealed';
  if (sealing.packing?.isRunning === true) return 'packing';
  const folded = foldIn(path, sealing);
  if (folded === null) return 'unfinished';
  const { row, signer, busy } = folded;
  if (busy || !standAlone(path)) return 'busy';
  if (sealing.packing?.packed(path) === false) return 'packing';
  const text = [
    `${originOf(row.log)}/seal`,
    basename(path),
    statSync(path).size,
    toBase64(digestOf(path)),
    `${row.first} ${row.next}`,
    '',
  ].join('\n');
  const { publicKey, sign } = signer;
  const note = signNote(sha256, text, { name: originOf(row.log), type: ED25519, key: publicKey }, sign);
  replaceFile(path + SEAL_SUFFIX, note);
  return 'sealed';
}

/** What a seal says, and who signs it. */
interface Folded {
  readonly row: VolumeRow;
  readonly signer: Signer;
  /** A reader kept some of the write-ahead log from being copied. */
  readonly busy: boolean;
}

/** Copies the write-ahead log into the file; null when the volume did not end. */
function foldIn(path: string, keys: LogKeys): Folded | null {
  const db = new Database(path, { fileMustExist: true, timeout: BUSY_MS });
  try {
    const row = readVolumeRow(db);
    if (row.sealed === null) return null;
    const { signer } = new VolumeTree(db, row, keys).signer;
    const [done] = db.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
    return { row, signer, busy: done?.busy !== 0 };
  } finally {
    db.close();
  }
}

/**
 * Lets the file say that it has no write-ahead log, and takes away the empty one. SQLite itself would do it only while nobody
 * else has the file open, and windows have it open for days; but nobody writes it any more, and who reads it finds the same
 * pages.
 */
function standAlone(path: string): boolean {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0) return false;
  const fd = openSync(path, 'r+');
  try {
    writeSync(fd, WITHOUT_LOG, 0, WITHOUT_LOG.length, VERSIONS_AT);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  for (const file of [`${path}-wal`, `${path}-shm`]) if (existsSync(file)) unlinkSync(file);
  return true;
}

function digestOf(path: string): Uint8Array {
  const digest = createHash('sha256');
  const chunk = Buffer.allocUnsafeSlow(READ_BYTES);
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      const read = readSync(fd, chunk, 0, chunk.length, null);
      if (read === 0) return digest.digest();
      digest.update(chunk.subarray(0, read));
    }
  } finally {
    closeSync(fd);
  }
}
