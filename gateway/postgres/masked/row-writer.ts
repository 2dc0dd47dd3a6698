/**
 * DataRow messages written anew with some of their cells masked. What lies between two masked cells, row after row, is copied in
 * one piece; only masked cells and the lengths of their rows are written by hand.
 */
import { int16, int32, MESSAGE_HEAD_BYTES, ProtocolViolation } from '../wire/framing.ts';

/** Masks the cells of one column. */
export interface CellMask {
  /** What every value becomes, null is SQL NULL; undefined: that depends on the value. */
  readonly constant: Buffer | null | undefined;
  /**
   * Writes what most values become, those that lie from `from` to `to` of `source`, to `out` from `start` on, which may be the same
   * buffer, there or before. Returns how many bytes, never more than it reads; -1: {@link mask} must look at it. Null: at all.
   */
  readonly write:
    ((source: Uint8Array, from: number, to: number, out: Uint8Array, start: number) => number) | null;
  /** The masked value, the same object when nothing of it is masked; null is SQL NULL. The value is as on the wire. */
  mask(value: Buffer): Buffer | null;
}

/** How the columns of a result are written, by position; null entries pass. */
export interface RowForm {
  readonly cells: readonly (CellMask | null)[];
  /** Position behind the last that is masked. */
  readonly used: number;
}

/** The form of these cells. */
export function rowForm(cells: readonly (CellMask | null)[]): RowForm {
  return { cells, used: cells.findLastIndex((cell) => cell !== null) + 1 };
}

/** Below this a loop copies faster than a call. */
const SHORT_BYTES = 24;

/**
 * Writes the rows of one read. In place while no mask needs more room than what was read before it: a buffer of its own for each
 * read costs more than the masking.
 */
export class RowWriter {
  readonly #source: Buffer;
  #out: Buffer;
  /** Where in `#out` the written rows begin and end, and how far they may go. */
  #start: number;
  #at: number;
  #limit: number;

  /** Rows are read from `from` on; `inPlace`: nobody else needs what `source` holds from there. */
  constructor(source: Buffer, from: number, inPlace: boolean) {
    this.#source = source;
    this.#out = inPlace ? source : Buffer.allocUnsafeSlow(source.length - from);
    this.#start = this.#at = inPlace ? from : 0;
    this.#limit = this.#out.length;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at - this.#start;
  }

  /** What was written behind the first `from` bytes. */
  written(from: number): Buffer {
    return this.#out.subarray(this.#start + from, this.#at);
  }

  /** Writes the whole DataRows from `from` to `to`. Throws {@link ProtocolViolation} on a row that is not as described. */
  write(from: number, to: number, form: RowForm): void {
    let copied = from;
    for (let at = from; at < to;) {
      const end = at + 1 + int32(this.#source, at + 1);
      copied = this.#row(at, end, copied, form);
      at = end;
    }
    this.#copy(copied, to);
  }

  /** Masks the cells of one row; `copied` is how far the source is written, as is what is returned. */
  #row(at: number, end: number, copied: number, { cells, used }: RowForm): number {
    const source = this.#source;
    if (end - at < MESSAGE_HEAD_BYTES + 2 || int16(source, at + MESSAGE_HEAD_BYTES) !== cells.length)
      throw misdescribed();
    const begins = this.length + at - copied;
    let done = copied;
    let position = at + MESSAGE_HEAD_BYTES + 2;
    for (let i = 0; i < used; i++) {
      if (position + 4 > end) throw misdescribed();
      const length = int32(source, position);
      const value = position + 4;
      const next = length < 0 ? value : value + length;
      if (next > end) throw misdescribed();
      const cell = cells[i] as CellMask | null;
      if (cell !== null && length >= 0) {
        if (cell.write !== null) {
          this.#copy(done, position);
          done = this.#written(cell.write, value, next) ? next : position;
        }
        if (done === next) {
          position = next;
          continue;
        }
        const plain = cell.constant === undefined ? source.subarray(value, next) : null;
        const masked = plain === null ? (cell.constant as Buffer | null) : cell.mask(plain);
        if (masked !== plain || plain === null) {
          this.#copy(done, position);
          this.#value(masked, next);
          done = next;
        }
      }
      position = next;
    }
    if (done !== copied) this.#int32(this.#start + begins + 1, this.length + end - done - begins - 1);
    return done;
  }

  /** Writes the cell whose value lies from `value` to `next`, unless somebody has to look at it. */
  #written(write: NonNullable<CellMask['write']>, value: number, next: number): boolean {
    if (this.#out !== this.#source && this.#at + 4 + next - value > this.#limit) return false;
    const length = write(this.#source, value, next, this.#out, this.#at + 4);
    if (length < 0) return false;
    this.#int32(this.#at, length);
    this.#at += 4 + length;
    return true;
  }

  /** Writes a cell; `read` is how far the source is done with. */
  #value(value: Buffer | null, read: number): void {
    const length = value === null ? 0 : value.length;
    const at = this.#at;
    const limit = this.#out === this.#source ? read : this.#limit;
    if (at + 4 + length > limit) this.#move(4 + length);
    this.#int32(this.#at, value === null ? -1 : length);
    this.#at += 4;
    const out = this.#out;
    if (length < SHORT_BYTES)
      for (let i = 0; i < length; i++) out[this.#at + i] = (value as Buffer)[i] as number;
    else out.set(value as Buffer, this.#at);
    this.#at += length;
  }

  #copy(from: number, to: number): void {
    const length = to - from;
    const source = this.#source;
    if (this.#out === source) {
      if (this.#at !== from && from !== to) source.copyWithin(this.#at, from, to);
    } else {
      if (this.#at + length > this.#limit) this.#move(length);
      const out = this.#out;
      const at = this.#at;
      if (length < SHORT_BYTES) for (let i = 0; i < length; i++) out[at + i] = source[from + i] as number;
      else out.set(source.subarray(from, to), at);
    }
    this.#at += length;
  }

  #int32(at: number, value: number): void {
    const out = this.#out;
    out[at] = value >>> 24;
    out[at + 1] = value >>> 16;
    out[at + 2] = value >>> 8;
    out[at + 3] = value;
  }

  /** Goes on in a larger buffer, with room for this many bytes more. */
  #move(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow((this.length + bytes + this.#source.length) * 2);
    const length = this.#out.copy(larger, 0, this.#start, this.#at);
    this.#out = larger;
    this.#start = 0;
    this.#at = length;
    this.#limit = larger.length;
  }
}

function misdescribed(): ProtocolViolation {
  return new ProtocolViolation('the server sent a row whose columns are not those it described');
}
