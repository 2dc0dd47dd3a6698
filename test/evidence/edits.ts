/** Small changes to the bytes of events that leave them readable. */
import type { Piece } from './surgery.ts';

/** Bytes with one bit of the byte at `at` flipped. */
export function flipped(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes);
  other[at] = (other[at] as number) ^ 1;
  return other;
}

/** The event a little earlier or later: the last byte of its wall clock is another. */
export function otherTime({ event, bytes }: Piece): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(event.time));
  return flipped(bytes, bytes.indexOf(time) + 7);
}

/** An event with the index and the sequence of another, which take as many bytes. */
export function renumbered({ bytes }: Piece, as: Piece): Buffer {
  const [own, other] = [placeOf(bytes), placeOf(as.bytes)];
  if (own.to - own.from !== other.to - other.from) throw new RangeError('the numbers take other room');
  const changed = Buffer.from(bytes);
  as.bytes.copy(changed, own.from, other.from, other.to);
  return changed;
}

/** Where index, session and sequence lie in an event of a session. */
function placeOf(bytes: Buffer): { readonly from: number; readonly to: number } {
  const ID = 17;
  const from = integerEnd(bytes, 0) + 1 + ID;
  return { from, to: integerEnd(bytes, integerEnd(bytes, from) + ID) };
}

/** Where the head of CBOR at `at` ends. */
function integerEnd(bytes: Buffer, at: number): number {
  const info = (bytes[at] as number) & 0x1f;
  return at + 1 + (info < 24 ? 0 : 2 ** (info - 24));
}
