/** Masks columns of COPY data in binary format: a header, tuples as in DataRow, a trailer. */
import { int16, int32, ProtocolViolation } from '../wire/framing.ts';
import type { CopyCells, CopyMasker } from './copy-form.ts';
import { misplacedColumns } from './copy-text.ts';

/** Signature and flags; the length of what extends the header follows. */
const FIXED_HEADER_BYTES = 15;

/** In place of a tuple's count of columns. */
const TRAILER = 0xffff;

export class CopyBinary implements CopyMasker {
  readonly #cells: CopyCells;
  #tail: Buffer = Buffer.alloc(0);
  /** The header goes with what follows it, as servers send it. */
  #header: Buffer | null = null;

  constructor(cells: CopyCells) {
    this.#cells = cells;
  }

  get held(): number {
    return this.#tail.length;
  }

  take(data: Buffer): Buffer[] {
    const all = this.#tail.length === 0 ? data : Buffer.concat([this.#tail, data]);
    const rows: Buffer[] = [];
    let at = 0;
    for (;;) {
      const end = this.#header === null ? headerEnd(all) : this.#tupleEnd(all, at);
      if (end < 0) break;
      if (this.#header === null) this.#header = all.subarray(0, end);
      else {
        const row = this.#masked(all, at, end);
        rows.push(this.#header.length === 0 ? row : Buffer.concat([this.#header, row]));
        this.#header = NOTHING;
      }
      at = end;
    }
    this.#tail = all.subarray(at);
    return rows;
  }

  /** Where the tuple or trailer at `at` ends; -1: it is not whole yet. */
  #tupleEnd(all: Buffer, at: number): number {
    if (at + 2 > all.length) return -1;
    const columns = int16(all, at);
    if (columns === TRAILER) return at + 2;
    if (columns !== this.#cells.length) throw misplacedColumns();
    let position = at + 2;
    for (let column = 0; column < columns; column++) {
      if (position + 4 > all.length) return -1;
      position += 4 + lengthAt(all, position);
      if (position > all.length) return -1;
    }
    return position;
  }

  #masked(all: Buffer, at: number, end: number): Buffer {
    if (int16(all, at) === TRAILER) return all.subarray(at, end);
    const parts: Buffer[] = [];
    let copied = at;
    let position = at + 2;
    for (const cell of this.#cells) {
      const value = position + 4;
      const next = value + lengthAt(all, position);
      if (cell !== null && int32(all, position) >= 0) {
        const plain = all.subarray(value, next);
        const masked = cell.constant === undefined ? cell.mask(plain) : cell.constant;
        if (masked !== plain) {
          parts.push(all.subarray(copied, position), lengthOf(masked), masked ?? NOTHING);
          copied = next;
        }
      }
      position = next;
    }
    return parts.length === 0 ? all.subarray(at, end) : Buffer.concat([...parts, all.subarray(copied, end)]);
  }
}

const NOTHING = Buffer.alloc(0);

function headerEnd(all: Buffer): number {
  if (all.length < FIXED_HEADER_BYTES + 4) return -1;
  const end = FIXED_HEADER_BYTES + 4 + lengthAt(all, FIXED_HEADER_BYTES);
  return end > all.length ? -1 : end;
}

/** Bytes of the value whose length stands at `at`; NULL has none. */
function lengthAt(all: Buffer, at: number): number {
  const length = int32(all, at);
  if (length < -1) throw new ProtocolViolation('the server sent COPY data that are malformed');
  return Math.max(0, length);
}

function lengthOf(value: Buffer | null): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value === null ? -1 : value.length);
  return bytes;
}
