/**
 * A case as a file of its own: a line that says what it is, then one array of deterministic CBOR with an array
 * `[entry, signature]` for each entry, in the order of the case.
 */
import { CborWriter } from '../recording/cbor.ts';
import { CborError, CborReader } from '../recording/cbor-reader.ts';
import type { SignedEntry } from './entry.ts';

const MAGIC = new TextEncoder().encode('auditorium case 1\n');

/** A file that is no case, or not a whole one. */
export class CaseBytesError extends Error {
  readonly code = 'CASE_UNREADABLE';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CaseBytesError';
  }
}

/** Whether the file says that it is a case. */
export function isCaseBytes(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

export function writeCase(entries: readonly SignedEntry[]): Uint8Array {
  const writer = new CborWriter();
  writer.array(entries.length);
  for (const { bytes, signature } of entries) {
    writer.array(2);
    writer.bytes(bytes);
    writer.bytes(signature);
  }
  const written = writer.written();
  const file = new Uint8Array(MAGIC.length + written.length);
  file.set(MAGIC);
  file.set(written, MAGIC.length);
  return file;
}

/** The entries of a file, none of them checked; they are views. Throws {@link CaseBytesError}. */
export function readCase(file: Uint8Array): SignedEntry[] {
  if (!isCaseBytes(file))
    throw new CaseBytesError('this is no case: auditorium case export writes such files');
  const reader = new CborReader(file.subarray(MAGIC.length));
  const entries: SignedEntry[] = [];
  try {
    for (let left = reader.array(); left > 0; left--) {
      if (reader.array() !== 2) throw new CborError('expected an entry and its signature');
      entries.push({ bytes: reader.bytes(), signature: reader.bytes() });
    }
    if (!reader.done) throw new CborError('more follows the last entry');
  } catch (cause) {
    if (!(cause instanceof CborError)) throw cause;
    const message = `the file of the case is cut short or damaged (${cause.message}): get it again`;
    throw new CaseBytesError(message, { cause });
  }
  return entries;
}
