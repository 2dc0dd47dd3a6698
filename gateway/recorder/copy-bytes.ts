/** Up to this length copying byte by byte costs less than calling what copies them all. */
const SHORT_BYTES = 128;

/** Copies `length` bytes of `source` from `from` on to where `to` is in `target`; there must be room. */
export function copyBytes(
  source: Uint8Array,
  from: number,
  length: number,
  target: Uint8Array,
  to: number,
): void {
  if (length <= SHORT_BYTES) {
    for (let i = 0; i < length; i++) target[to + i] = source[from + i] as number;
  } else if (from === 0 && length === source.length) target.set(source, to);
  else target.set(source.subarray(from, from + length), to);
}

/** Writes an unsigned integer of four bytes, big-endian. */
export function putUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}
