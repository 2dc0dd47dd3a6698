/**
 * The zip of a bundle, of which there is only one way to write it (docs/format.md §10; APPNOTE.TXT 6.3.10 §4.3): deflate, no
 * extras, one time for all, and a comment with the hash of everything before it. So a reader can hold every byte to it.
 */

/** One entry; sizes in bytes, `crc` the CRC-32 of what it holds, `offset` where its local header begins. */
export interface ZipEntry {
  readonly name: string;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** Without zip64 nothing in it can be larger. */
export const MAX_ZIP_BYTES = 0xffffffff;

/** Bytes of the fixed parts of headers. */
export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;

const LOCAL_SIGNATURE = 0x04034b50;
export const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;

const NEEDED_VERSION = 20; // deflate
const MADE_BY = 0x0314; // Unix
const DEFLATE = 8;
const DATE = 0x0021; // 1980-01-01, the first that zip knows
const MODE = 0o100644 * 0x10000;

const COMMENT_BEGIN = 'auditorium bundle ';
export const COMMENT_BYTES = COMMENT_BEGIN.length + 64;

/** Names that are safe as paths below any folder, on any system. */
const NAME = /^(?!.*(?:^|\/)\.\.?(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

export function isSafeName(name: string): boolean {
  return name.length <= 200 && NAME.test(name);
}

/** The header before an entry's data. */
export function localHeader({ name, crc, packed, size }: Omit<ZipEntry, 'offset'>): Buffer {
  const header = Buffer.alloc(LOCAL_BYTES + name.length);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  header.writeUInt16LE(NEEDED_VERSION, 4);
  header.writeUInt16LE(DEFLATE, 8);
  header.writeUInt16LE(DATE, 12);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(packed, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(name.length, 26);
  header.write(name, LOCAL_BYTES, 'ascii');
  return header;
}

/** The entry's record in the central directory. */
export function centralHeader({ name, crc, packed, size, offset }: ZipEntry): Buffer {
  const header = Buffer.alloc(CENTRAL_BYTES + name.length);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE(MADE_BY, 4);
  header.writeUInt16LE(NEEDED_VERSION, 6);
  header.writeUInt16LE(DEFLATE, 10);
  header.writeUInt16LE(DATE, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(packed, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(MODE, 38);
  header.writeUInt32LE(offset, 42);
  header.write(name, CENTRAL_BYTES, 'ascii');
  return header;
}

/** The end of the central directory, without the comment that follows. */
export function endRecord(entries: number, centralBytes: number, centralOffset: number): Buffer {
  const record = Buffer.alloc(END_BYTES);
  record.writeUInt32LE(END_SIGNATURE, 0);
  record.writeUInt16LE(entries, 8);
  record.writeUInt16LE(entries, 10);
  record.writeUInt32LE(centralBytes, 12);
  record.writeUInt32LE(centralOffset, 16);
  record.writeUInt16LE(COMMENT_BYTES, 20);
  return record;
}

/** The comment for a file whose bytes before it have this SHA-256, in hex. */
export function commentOf(sha256: string): string {
  return COMMENT_BEGIN + sha256;
}
