/** Masks columns of COPY data in CSV format. */
import { BACKSLASH, type CopyCells, type CopyForm, type CopyMasker, NEWLINE } from './copy-form.ts';
import { CopyLines, QuotedLines } from './copy-lines.ts';
import { misplacedColumns } from './copy-text.ts';

const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

export class CopyCsv implements CopyMasker {
  readonly #form: CopyForm;
  readonly #cells: CopyCells;
  readonly #lines: CopyLines;
  #header: boolean;

  constructor(form: CopyForm, cells: CopyCells) {
    this.#form = form;
    this.#cells = cells;
    this.#header = form.header;
    this.#lines = new CopyLines(new QuotedLines(form.quote, form.escape));
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
      const { to, plain } = this.#column(line, at, end);
      const cell = this.#cells[column] ?? null;
      if (cell !== null && plain !== null) {
        const masked = cell.constant === undefined ? cell.mask(plain) : cell.constant;
        if (masked !== plain) {
          parts.push(line.subarray(copied, at), this.#written(masked));
          copied = to;
        }
      }
      at = to + 1;
    }
    if (column !== Math.max(1, this.#cells.length)) throw misplacedColumns();
    return parts.length === 0 ? line : Buffer.concat([...parts, line.subarray(copied)]);
  }

  /** The column that begins at `from`: where it ends, and its value; null: NULL, which never is in quotes. */
  #column(line: Buffer, from: number, end: number): { readonly to: number; readonly plain: Buffer | null } {
    const { delimiter, quote, escape } = this.#form;
    const plain: number[] = [];
    let quoted = false;
    let within = false;
    let at = from;
    for (; at < end; at++) {
      const byte = line[at] as number;
      if (!within) {
        if (byte === delimiter) break;
        if (byte === quote) quoted = within = true;
        else plain.push(byte);
        continue;
      }
      const next = line[at + 1];
      if (byte === escape && (next === quote || next === escape) && at + 1 < end) {
        plain.push(next);
        at++;
      } else if (byte === quote) within = false;
      else plain.push(byte);
    }
    const value = Buffer.from(plain);
    return { to: at, plain: !quoted && value.equals(this.#form.null) ? null : value };
  }

  #written(value: Buffer | null): Buffer {
    if (value === null) return this.#form.null;
    if (!this.#needsQuotes(value)) return value;
    const { quote, escape } = this.#form;
    const bytes = [quote];
    for (const byte of value) {
      if (byte === quote || byte === escape) bytes.push(escape);
      bytes.push(byte);
    }
    bytes.push(quote);
    return Buffer.from(bytes);
  }

  #needsQuotes(value: Buffer): boolean {
    const { delimiter, quote } = this.#form;
    if (value.equals(this.#form.null) || value[0] === SPACE || value.at(-1) === SPACE) return true;
    return value.some(
      (byte) =>
        byte === delimiter ||
        byte === quote ||
        byte === NEWLINE ||
        byte === CARRIAGE_RETURN ||
        byte === BACKSLASH,
    );
  }
}
