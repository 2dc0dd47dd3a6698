/** What one side gets other than the other sent: bytes put in the place of some, or between two. */

export interface Splice {
  /** Where in the buffer. */
  readonly at: number;
  /** How many bytes of the buffer it stands for; 0: it is put before them. */
  readonly replaces: number;
  readonly bytes: Buffer;
}

/** The bytes from `from` to `to` with what was spliced in there; no copy where nothing was. */
export function spliced(buffer: Buffer, from: number, to: number, splices: readonly Splice[]): Buffer {
  const within = splices.filter(({ at }) => at >= from && at < to);
  if (within.length === 0) return from === 0 && to === buffer.length ? buffer : buffer.subarray(from, to);
  const pieces: Buffer[] = [];
  let at = from;
  for (const splice of within) {
    pieces.push(buffer.subarray(at, splice.at), splice.bytes);
    at = splice.at + splice.replaces;
  }
  pieces.push(buffer.subarray(at, to));
  const filled = pieces.filter(({ length }) => length > 0);
  const [only = pieces[0]] = filled;
  return filled.length <= 1 && only !== undefined ? only : Buffer.concat(filled);
}
