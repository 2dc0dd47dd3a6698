/**
 * One file of a spool: a header of 64 bytes, then records (shared/recording/record.ts). A file is named by the position
 * of its first byte in the spool's whole history, so that "where is position P" needs no index.
 *
 *   header  "AUDSPOOL" ‖ u32 version ‖ u32 version of its events ‖ log (16) ‖ u64 index of the first event ‖ u64 position ‖ u64 durable ‖ zeros
 *
 * A file ends where the next begins: what lies behind that is void (a failed file, see journal.ts).
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { EVENT_VERSION } from '../../shared/recording/event.ts';
import { RECORD_HEAD_BYTES } from '../../shared/recording/record.ts';

export const HEADER_BYTES = 64;
const MAGIC = Buffer.from('AUDSPOOL', 'latin1');
/** Of the header and of what follows it. */
export const SPOOL_VERSION = 2;
const SUFFIX = '.spool';
const LOG_BYTES = 16;

/** A record body larger than this is not ours: messages are limited to 64 MiB, rows to far less. */
const MAX_BODY_BYTES = 80 << 20;

/** Bytes read at once while scanning. */
const SCAN_BYTES = 1 << 20;

export interface SpoolHeader {
  readonly log: Uint8Array;
  /** Index in the log of the file's first event. */
  readonly firstIndex: number;
  /** Position of the header's first byte. */
  readonly position: number;
  /** Everything before this position was on disk when the file was begun: it being torn is damage, not a power cut. */
  readonly durable: number;
}

export interface SpoolFile {
  readonly path: string;
  readonly position: number;
}

/**
 * A spool that cannot be used: what is wrong with which file. SPOOL_FULL: its limit is reached; SPOOL_WRITE, SPOOL_SYNC
 * and SPOOL_STALLED: the disk failed or does not answer, and the spool is dead for good; the others: why it cannot be
 * opened.
 */
export class SpoolError extends Error {
  readonly code:
    | 'SPOOL_FULL'
    | 'SPOOL_WRITE'
    | 'SPOOL_SYNC'
    | 'SPOOL_STALLED'
    | 'SPOOL_DAMAGED'
    | 'SPOOL_VERSION'
    | 'SPOOL_PLACE'
    | 'SPOOL_BUSY';
  constructor(code: SpoolError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SpoolError';
    this.code = code;
  }

  /** What agents are told: 53100 disk_full or 58030 io_error (PostgreSQL manual, "Error Codes"). */
  get sqlstate(): '53100' | '58030' {
    const { code: cause } = (this.cause ?? {}) as NodeJS.ErrnoException;
    return this.code === 'SPOOL_FULL' || cause === 'ENOSPC' || cause === 'EDQUOT' ? '53100' : '58030';
  }
}

/** The spool's files, oldest first. */
export function listSpoolFiles(dir: string): SpoolFile[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => ({ path: join(dir, name), position: Number(name.slice(0, -SUFFIX.length)) }))
    .filter((file) => Number.isSafeInteger(file.position))
    .toSorted((a, b) => a.position - b.position);
}

export function spoolFilePath(dir: string, position: number): string {
  return join(dir, String(position).padStart(16, '0') + SUFFIX);
}

export function encodeHeader(header: SpoolHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32BE(SPOOL_VERSION, 8);
  bytes.writeUInt32BE(EVENT_VERSION, 12);
  bytes.set(header.log, 16);
  bytes.writeBigUInt64BE(BigInt(header.firstIndex), 32);
  bytes.writeBigUInt64BE(BigInt(header.position), 40);
  bytes.writeBigUInt64BE(BigInt(header.durable), 48);
  return bytes;
}

/** Reads a header; null where there is none, as when a power cut took it. Throws SPOOL_VERSION. */
export function decodeHeader(bytes: Buffer, path: string): SpoolHeader | null {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return null;
  expectVersion(path, 'format', bytes.readUInt32BE(8), SPOOL_VERSION);
  expectVersion(path, 'event layout', bytes.readUInt32BE(12), EVENT_VERSION);
  return {
    log: Uint8Array.prototype.slice.call(bytes, 16, 16 + LOG_BYTES),
    firstIndex: Number(bytes.readBigUInt64BE(32)),
    position: Number(bytes.readBigUInt64BE(40)),
    durable: Number(bytes.readBigUInt64BE(48)),
  };
}

function expectVersion(path: string, what: string, found: number, ours: number): void {
  if (found === ours) return;
  const whose = found < ours ? 'an earlier' : 'a newer';
  throw new SpoolError(
    'SPOOL_VERSION',
    `${path} was written by ${whose} version of Auditorium (${what} ${found}); this gateway writes ${what} ${ours}. ` +
      'Start and end that version once more, so that it ships what the spool holds, ' +
      'then let gateway.spool.dir name an empty folder.',
  );
}

/** What a scan found: how many bytes, header included, hold whole records, and how many events. */
export interface Scan {
  readonly wholeBytes: number;
  readonly fileBytes: number;
  readonly events: number;
  /** The body of the last whole record, null when there is none. */
  readonly last: Uint8Array | null;
}

/** The header of a file and its length in bytes. */
export function readHeader(path: string): { readonly header: SpoolHeader | null; readonly bytes: number } {
  const fd = openSync(path, 'r');
  try {
    return { header: decodeHeader(readAt(fd, 0, HEADER_BYTES), path), bytes: fstatSync(fd).size };
  } finally {
    closeSync(fd);
  }
}

/** Reads a file's records up to byte `end`, or to its last whole one: a torn tail ends the scan and is no error. */
export function scanSpoolFile(path: string, end: number): Scan {
  const fd = openSync(path, 'r');
  try {
    const fileBytes = fstatSync(fd).size;
    let at = HEADER_BYTES;
    let events = 0;
    let last: Uint8Array | null = null;
    for (;;) {
      const chunk = readAt(fd, at, Math.min(SCAN_BYTES, end - at));
      const { used, bodies } = wholeRecords(chunk);
      if (bodies.length > 0) {
        last = bodies.at(-1) as Uint8Array;
        events += bodies.length;
        at += used;
        continue;
      }
      const large = readLargeRecord(fd, at, chunk);
      if (large === null || at + RECORD_HEAD_BYTES + large.length > end) break;
      last = large;
      events += 1;
      at += RECORD_HEAD_BYTES + large.length;
    }
    return { wholeBytes: at, fileBytes, events, last };
  } finally {
    closeSync(fd);
  }
}

/** The whole records at the start of a chunk: their bodies, and the bytes they take. Stops at what is torn or damaged. */
export function wholeRecords(chunk: Buffer): { readonly used: number; readonly bodies: Uint8Array[] } {
  const bodies: Uint8Array[] = [];
  const used = eachRecord(chunk, (body) => bodies.push(body));
  return { used, bodies };
}

/** The same one by one, for whom so many bodies at once are much to keep; returns the bytes that they take. */
export function eachRecord(chunk: Buffer, take: (body: Uint8Array) => void): number {
  // A shipper reads every record there is, and views of a Buffer cost three times those of a plain array.
  const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
  let at = 0;
  while (at + RECORD_HEAD_BYTES <= chunk.length) {
    const length = chunk.readUInt32BE(at);
    const end = at + RECORD_HEAD_BYTES + length;
    if (length === 0 || length > MAX_BODY_BYTES || end > chunk.length) break;
    const body = bytes.subarray(at + RECORD_HEAD_BYTES, end);
    if (crc32(body) !== chunk.readUInt32BE(at + 4)) break;
    take(body);
    at = end;
  }
  return at;
}

/** The body of a record that is larger than the chunk it starts in; null when the record is torn or damaged. */
export function readLargeRecord(fd: number, at: number, chunk: Buffer): Uint8Array | null {
  if (chunk.length < RECORD_HEAD_BYTES) return null;
  const length = chunk.readUInt32BE(0);
  if (length > MAX_BODY_BYTES || RECORD_HEAD_BYTES + length <= chunk.length) return null;
  const whole = readAt(fd, at, RECORD_HEAD_BYTES + length);
  return wholeRecords(whole).bodies[0] ?? null;
}

/** Up to `length` bytes from `at`, in `buffer` where it is given; fewer at the end of the file. */
export function readAt(fd: number, at: number, length: number, buffer = Buffer.allocUnsafe(length)): Buffer {
  let filled = 0;
  while (filled < length) {
    const read = readSync(fd, buffer, filled, length - filled, at + filled);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}
