/**
 * Rows of comma-separated values as PostgreSQL writes its csvlog (RFC 4180; PostgreSQL manual, §19.8.4): fields in quotes may hold
 * line ends and, doubled, quotes. Works on bytes and copies nothing but a row that spans two chunks.
 */

/** A longer row is no row: a quote was opened and never closed. No message of PostgreSQL is longer. */
const MAX_ROW_BYTES = 64 * 1024 * 1024;

/** More fields than any version of PostgreSQL writes; those beyond are read and not kept. */
const MOST_FIELDS = 64;

/** Fields shorter than this are searched in JavaScript: a call into native code costs as much as so many bytes. */
const SHORT_FIELD = 24;

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

const INCOMPLETE = -1;
const MALFORMED = -2;

/** Takes rows as they are read; `rows` holds the row during the call alone. */
export interface CsvTaker {
  /** A row of `count` fields, from line `line` (from 1) on, over so many lines; `original` is all of it without its line end. */
  readonly row: (rows: CsvRows, count: number, line: number, lines: number, original: Buffer) => void;
  /** A line that is no row, nor the beginning of one. */
  readonly broken: (line: number, original: Buffer) => void;
  readonly blank: (lines: number) => void;
}

export class CsvRows {
  readonly #taker: CsvTaker;
  readonly #starts = new Int32Array(MOST_FIELDS);
  readonly #ends = new Int32Array(MOST_FIELDS);
  readonly #doubled = new Uint8Array(MOST_FIELDS);
  #data: Buffer = Buffer.alloc(0);
  #count = 0;
  #line = 1;
  /** What is left of earlier chunks, and how long it must grow before it is worth another try. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #wanted = 0;

  constructor(taker: CsvTaker) {
    this.#taker = taker;
  }

  /** Whether a field is there and not empty. */
  has(field: number): boolean {
    return field < this.#count && (this.#ends[field] as number) > (this.#starts[field] as number);
  }

  /** A field as text; empty where there is none. */
  text(field: number): string {
    if (!this.has(field)) return '';
    if (this.#doubled[field] === 1) return this.bytes(field).toString();
    return this.#data.toString('utf8', this.#starts[field], this.#ends[field]);
  }

  /** A field's bytes, valid during the call; copied only where it holds doubled quotes. */
  bytes(field: number): Buffer {
    if (!this.has(field)) return this.#data.subarray(0, 0);
    const found = this.#data.subarray(this.#starts[field], this.#ends[field]);
    return this.#doubled[field] === 1 ? undoubled(found) : found;
  }

  /** The next piece of the file. */
  take(chunk: Buffer): void {
    if (this.#restBytes > 0) {
      this.#rest.push(chunk);
      this.#restBytes += chunk.length;
      if (this.#restBytes < this.#wanted) return;
      chunk = this.#rest.length === 1 ? chunk : Buffer.concat(this.#rest);
    }
    this.#read(chunk, false);
  }

  /** The file's end. */
  end(): void {
    this.#read(Buffer.concat(this.#rest), true);
  }

  #read(data: Buffer, last: boolean): void {
    this.#data = data;
    let at = 0;
    while (at < data.length) {
      const end = this.#row(at, last);
      const more = !last && data.length - at < MAX_ROW_BYTES;
      if (more && (end === INCOMPLETE || (end === MALFORMED && !data.includes(LINE_FEED, at)))) break;
      at = end < 0 ? this.#broken(at) : this.#whole(at, end);
    }
    this.#rest = at < data.length ? [data.subarray(at)] : [];
    this.#restBytes = data.length - at;
    this.#wanted = this.#restBytes * 2;
  }

  #whole(at: number, end: number): number {
    const { [end - 1]: byte } = this.#data;
    let textEnd = byte === LINE_FEED ? end - 1 : end;
    if (textEnd > at && byte === LINE_FEED && this.#data[textEnd - 1] === RETURN) textEnd--;
    const lines = this.#linesIn(at, textEnd);
    const line = this.#line;
    this.#line += lines;
    if (textEnd === at) this.#taker.blank(1);
    else this.#taker.row(this, this.#count, line, lines, this.#data.subarray(at, textEnd));
    return end;
  }

  /** Only the first line is given up: the next one may begin a row. */
  #broken(at: number): number {
    const data = this.#data;
    const found = data.indexOf(LINE_FEED, at);
    const end = found < 0 ? data.length : found;
    this.#taker.broken(this.#line, data.subarray(at, end > at && data[end - 1] === RETURN ? end - 1 : end));
    this.#line++;
    return found < 0 ? end : end + 1;
  }

  #linesIn(from: number, to: number): number {
    let lines = 1;
    for (let at = this.#data.indexOf(LINE_FEED, from); at >= 0 && at < to; lines++)
      at = this.#data.indexOf(LINE_FEED, at + 1);
    return lines;
  }

  /** Finds the fields of the row at `at`; gives the start of the next row, or why there is none. */
  #row(at: number, last: boolean): number {
    const data = this.#data;
    const { length } = data;
    for (let field = 0; ; field++) {
      let start = at;
      let doubled = 0;
      let end: number;
      if (data[at] === QUOTE) {
        start = ++at;
        for (;;) {
          at = this.#quote(at);
          if (at < 0 || (at + 1 >= length && !last)) return INCOMPLETE;
          if (data[at + 1] !== QUOTE) break;
          doubled = 1;
          at += 2;
        }
        end = at++;
      } else {
        for (let byte = data[at]; at < length && byte !== COMMA && byte !== LINE_FEED;) byte = data[++at];
        end = at > start && data[at] === LINE_FEED && data[at - 1] === RETURN ? at - 1 : at;
      }
      if (field < MOST_FIELDS) {
        this.#starts[field] = start;
        this.#ends[field] = end;
        this.#doubled[field] = doubled;
      }
      if (at >= length && !last) return INCOMPLETE;
      const byte = data[at];
      if (byte === COMMA) at++;
      else {
        this.#count = Math.min(field + 1, MOST_FIELDS);
        if (at >= length) return length;
        if (byte === LINE_FEED) return at + 1;
        if (byte === RETURN && at + 1 >= length && !last) return INCOMPLETE;
        return byte === RETURN && data[at + 1] === LINE_FEED ? at + 2 : MALFORMED;
      }
    }
  }

  /** The next quote from `at` on; -1 when there is none. */
  #quote(at: number): number {
    const data = this.#data;
    const near = Math.min(at + SHORT_FIELD, data.length);
    for (; at < near; at++) if (data[at] === QUOTE) return at;
    return at < data.length ? data.indexOf(QUOTE, at) : -1;
  }
}

/** The text between quotes with each doubled quote as one. */
function undoubled(bytes: Buffer): Buffer {
  const single = Buffer.allocUnsafe(bytes.length);
  let from = 0;
  let length = 0;
  for (let at = bytes.indexOf(QUOTE); at >= 0; at = bytes.indexOf(QUOTE, from)) {
    length += bytes.copy(single, length, from, at + 1);
    from = at + 2;
  }
  length += bytes.copy(single, length, from);
  return single.subarray(0, length);
}
