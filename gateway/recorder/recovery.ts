/**
 * Finds where a spool goes on. Its files must follow each other without a gap; the first that does not, or that is torn,
 * is where a crash or a power cut took what was not on disk yet: what lies behind is dropped, because nothing that had to
 * wait for it was let through. But every file says how much was on disk when it was begun, and a break before that is
 * damage: then nothing is dropped and a person must look.
 */
import { readBody } from '../../shared/recording/record.ts';
import type { SpoolDisk } from './disk.ts';
import {
  listSpoolFiles,
  readHeader,
  scanSpoolFile,
  SpoolError,
  type Scan,
  type SpoolFile,
  type SpoolHeader,
} from './spool-file.ts';

/** How a spool was found. */
export interface SpoolState {
  /** Null when the spool is new. */
  readonly log: Uint8Array | null;
  /** Index of the log's next event. */
  readonly nextIndex: number;
  /** Where the next file begins. */
  readonly position: number;
  /** Positions of the files there are, oldest first. */
  readonly files: readonly number[];
  /** Set when the log was not closed in order: the file it breaks off in, and what was kept and dropped of it. */
  readonly unfinished: {
    readonly file: number;
    readonly keptBytes: number;
    readonly droppedBytes: number;
  } | null;
}

interface Found extends SpoolFile {
  readonly header: SpoolHeader | null;
  readonly bytes: number;
}

/** Reads what is there, drops what a crash left behind the last whole event. Throws SPOOL_DAMAGED, SPOOL_VERSION. */
export async function recoverSpool(dir: string, disk: SpoolDisk): Promise<SpoolState> {
  const files = listSpoolFiles(dir).map(({ path, position }): Found => {
    const { header, bytes } = readHeader(path);
    return { path, position, header, bytes };
  });
  const safe = Math.max(0, ...files.map(({ header }) => header?.durable ?? 0));
  const { whole, last, scan } = followFiles(files, safe);
  const dropped = files.slice(whole);
  for (const { path } of dropped.toReversed()) await disk.remove(path);
  if (dropped.length > 0) await disk.syncFolder(dir);
  if (last === null) return { log: null, nextIndex: 0, position: 0, files: [], unfinished: null };
  if (scan.fileBytes > scan.wholeBytes) await disk.truncate(last.path, scan.wholeBytes);
  const droppedBytes = scan.fileBytes - scan.wholeBytes + dropped.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    log: last.header.log,
    nextIndex: last.header.firstIndex + scan.events,
    position: last.position + scan.wholeBytes,
    files: files.slice(0, whole).map(({ position }) => position),
    unfinished: endsInOrder(scan.last)
      ? null
      : { file: last.position, keptBytes: scan.wholeBytes, droppedBytes },
  };
}

/** A file with its header, as all that are followed have. */
type Whole = Found & { readonly header: SpoolHeader };

/** Where the files stop following each other: how many do, and the last of them. */
type Followed =
  | { readonly whole: 0; readonly last: null; readonly scan: null }
  | { readonly whole: number; readonly last: Whole; readonly scan: Scan };

/** Follows the files from the oldest on; a break before position `safe` is damage. */
function followFiles(files: readonly Found[], safe: number): Followed {
  let before: Followed = { whole: 0, last: null, scan: null };
  for (const [i, file] of files.entries()) {
    const next = files[i + 1];
    const end = next?.position ?? Infinity;
    if (!hasHeader(file)) {
      if (file.position < safe) throw damaged(file, 0, 'has no header');
      return before;
    }
    checkHeader(file, before);
    // What was on disk when a later file was begun needs no second look, and a full spool is large.
    const scan =
      end <= safe && next !== undefined && hasHeader(next)
        ? unscanned(file, next)
        : scanWhole(file, end - file.position);
    before = { whole: i + 1, last: file, scan };
    const broken = file.position + scan.wholeBytes;
    if (end === Infinity || broken === end) continue;
    if (broken < safe) throw damaged(file, scan.wholeBytes, 'is torn or altered');
    return before;
  }
  return before;
}

function hasHeader(file: Found): file is Whole {
  return file.header !== null;
}

/** The header must be this file's own and go on where the file before ended. */
function checkHeader(file: Whole, before: Followed): void {
  const { header, position } = file;
  if (header.position !== position) throw damaged(file, 40, `says that it begins at ${header.position}`);
  if (before.last === null) return;
  if (!Buffer.from(before.last.header.log).equals(header.log)) throw damaged(file, 16, 'is of another log');
  const expected = before.last.header.firstIndex + before.scan.events;
  if (header.firstIndex !== expected)
    throw damaged(file, 32, `begins with event ${header.firstIndex} instead of ${expected}`);
}

/** Reads a file whole; its events must be numbered as its header says. */
function scanWhole(file: Whole, end: number): Scan {
  const scan = scanSpoolFile(file.path, end);
  const expected = file.header.firstIndex + scan.events - 1;
  const found = scan.last === null ? expected : readBody(scan.last).event.index;
  if (found !== expected) throw damaged(file, 32, `ends with event ${found} instead of ${expected}`);
  return scan;
}

/** Takes the next file's word for what this one holds. */
function unscanned(file: Whole, next: Whole): Scan {
  return {
    wholeBytes: Math.min(next.position - file.position, file.bytes),
    fileBytes: file.bytes,
    events: next.header.firstIndex - file.header.firstIndex,
    last: null,
  };
}

function damaged(file: Found, offset: number, what: string): SpoolError {
  return new SpoolError(
    'SPOOL_DAMAGED',
    `${file.path} ${what} at byte ${offset}, which had been on disk before: this is no crash but damage. ` +
      'Keep the spool’s folder as evidence under another name and start with an empty one; ' +
      'the archive has all events before the damage that had been shipped.',
  );
}

/** Whether the log's last event says that it was closed. */
function endsInOrder(lastBody: Uint8Array | null): boolean {
  return lastBody !== null && readBody(lastBody).event.kind === 'logClosed';
}
