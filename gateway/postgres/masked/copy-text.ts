/** Masks columns of COPY data in text format: columns apart by a delimiter, special bytes behind a backslash. */
import { ProtocolViolation } from '../wire/framing.ts';
import { BACKSLASH, type CopyCells, type CopyForm, type CopyMasker } from './copy-form.ts';
import { CopyLines, PLAIN_LINES } from './copy-lines.ts';

/** Letters behind a backslash, and the control bytes that they stand for. */
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x62, 8],
  [0x74, 9],
  [0x6e, 10],
  [0x76, 11],
  [0x66, 12],
  [0x72, 13],
]);
const LETTERS: ReadonlyMap<number, number> = new Map([...ESCAPES].map(([letter, byte]) => [byte, letter]));

export class CopyText implements CopyMasker {
  readonly #form: CopyForm;
  readonly #cells: CopyCells;
  readonly #lines = new CopyLines(PLAIN_LINES);
  #header: boolean;

  constructor(form: CopyForm, cells: CopyCells) {
    this.#form = form;
    this.#cells = cells;
    this.#header = form.header;
  }

  get held(): number {
    return this.#lines.held;
  }

  take(data: Buffer): Buffer[] {
    return this.#lines.take(data).map((line) => {
      if (!this.#header) return this.#masked(line);
      this.#header = false;
      return line;
    });
  }

  #masked(line: Buffer): Buffer {
    const parts: Buffer[] = [];
    const end = line.length - 1;
    let copied = 0;
    let column = 0;
    for (let at = 0; at <= end; column++) {
      const to = this.#columnEnd(line, at, end);
      const cell = this.#cells[column] ?? null;
      if (cell !== null) {
        const raw = line.subarray(at, to);
        const masked = this.#value(raw, cell);
        if (masked !== raw) {
          parts.push(line.subarray(copied, at), masked);
          copied = to;
        }
      }
      at = to + 1;
    }
    if (column !== Math.max(1, this.#cells.length)) throw misplacedColumns();
    return copied === 0 && parts.length === 0 ? line : Buffer.concat([...parts, line.subarray(copied)]);
  }

  #columnEnd(line: Buffer, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      const byte = line[at];
      if (byte === BACKSLASH) at++;
      else if (byte === this.#form.delimiter) return at;
    }
    return end;
  }

  #value(raw: Buffer, cell: NonNullable<CopyCells[number]>): Buffer {
    if (raw.equals(this.#form.null)) return raw;
    const plain = unescaped(raw);
    const masked = cell.constant === undefined ? cell.mask(plain) : cell.constant;
    if (masked === plain) return raw;
    return masked === null ? this.#form.null : escaped(masked, this.#form.delimiter);
  }
}

function unescaped(raw: Buffer): Buffer {
  if (!raw.includes(BACKSLASH)) return raw;
  const plain: number[] = [];
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at] as number;
    if (byte !== BACKSLASH) plain.push(byte);
    else {
      const next = raw[++at] ?? BACKSLASH;
      plain.push(ESCAPES.get(next) ?? next);
    }
  }
  return Buffer.from(plain);
}

function escaped(value: Buffer, delimiter: number): Buffer {
  const bytes: number[] = [];
  for (const byte of value) {
    const letter = LETTERS.get(byte);
    if (letter !== undefined) bytes.push(BACKSLASH, letter);
    else if (byte === BACKSLASH || byte === delimiter) bytes.push(BACKSLASH, byte);
    else bytes.push(byte);
  }
  return Buffer.from(bytes);
}

/** COPY data that are not as the statement says. */
export function misplacedColumns(): ProtocolViolation {
  return new ProtocolViolation('the server sent COPY data whose columns are not those of the statement');
}
