/** Lines of a file that comes in chunks; bytes, without their line ends (LF or CR LF). */

const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** A longer line is handed on in pieces of this length: no memory is enough for a line without end. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** A line that is too long comes in pieces under one number; the last of them ends it. */
export type LinePart = 'whole' | 'piece' | 'last piece';

/** `line` counts from 1. */
export type TakeLine = (bytes: Buffer, line: number, part: LinePart) => void;

export class TextLines {
  readonly #take: TakeLine;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #line = 1;
  #cut = false;

  constructor(take: TakeLine) {
    this.#take = take;
  }

  /** The next piece of the file; its lines may be views of it. */
  take(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      this.#give(this.#joined(chunk.subarray(from, end)));
      from = end + 1;
    }
    if (from === chunk.length) return;
    this.#rest.push(chunk.subarray(from));
    this.#restBytes += chunk.length - from;
    if (this.#restBytes < MAX_LINE_BYTES) return;
    this.#take(this.#joined(chunk.subarray(0, 0)), this.#line, 'piece');
    this.#cut = true;
  }

  /** The file's end: a last line needs no line end. */
  end(): void {
    if (this.#restBytes > 0 || this.#cut) this.#give(this.#joined(Buffer.alloc(0)));
  }

  #joined(last: Buffer): Buffer {
    if (this.#restBytes === 0) return last;
    const whole = Buffer.concat([...this.#rest, last]);
    this.#rest = [];
    this.#restBytes = 0;
    return whole;
  }

  #give(bytes: Buffer): void {
    const end = bytes.length > 0 && bytes[bytes.length - 1] === RETURN ? bytes.length - 1 : bytes.length;
    this.#take(bytes.subarray(0, end), this.#line, this.#cut ? 'last piece' : 'whole');
    this.#cut = false;
    this.#line++;
  }
}
