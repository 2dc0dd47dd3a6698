/** The values at the tail of a Bind (PostgreSQL manual §54.7): an Int16 count, then an Int32 length (-1: NULL) and the bytes of each. */
export function boundValues(tail: Buffer): (Buffer | null)[] {
  const values: (Buffer | null)[] = [];
  for (let at = 2; at + 4 <= tail.length;) {
    const length = tail.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? null : tail.subarray(at, at + length));
    at += Math.max(0, length);
  }
  return values;
}
