/** Cursors as clients carry them: opaque, but whole and of the list they came from, or refused. */
import { ArchiveError } from './archive.ts';

/** Writes a place as a cursor of the list `kind`. */
export function writeCursor(kind: string, place: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify([kind, ...place])).toString('base64url');
}

/** What a place is made of: `number?` may be null. */
type Part = 'number' | 'number?' | 'string';

/** Reads a cursor of the list `kind`; undefined is the start, null. Throws {@link ArchiveError} `BAD_CURSOR`. */
export function readCursor(
  kind: string,
  parts: readonly Part[],
  cursor: string | undefined,
): (string | number | null)[] | null {
  if (cursor === undefined) return null;
  const read = parse(cursor);
  const valid =
    Array.isArray(read) &&
    read[0] === kind &&
    read.length === parts.length + 1 &&
    parts.every((part, i) => fits(part, read[i + 1]));
  if (!valid) {
    throw new ArchiveError('BAD_CURSOR', 'this cursor is not of this list; start again from its first page');
  }
  return (read as (string | number | null)[]).slice(1);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

function fits(part: Part, value: unknown): boolean {
  if (part === 'number?' && value === null) return true;
  return part === 'string' ? typeof value === 'string' : Number.isSafeInteger(value);
}
