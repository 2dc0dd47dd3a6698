/** Cuts a stream of COPY data in text or CSV into lines, each with its newline. */
import { NEWLINE } from './copy-form.ts';

/** Finds where lines end; it keeps in mind what it saw of a line that is not whole. */
export interface LineEnds {
  /** The position behind the next newline that ends a line, from `from` on; -1: there is none yet. */
  next(data: Buffer, from: number): number;
}

/** Every newline ends a line: within values they are escaped. */
export const PLAIN_LINES: LineEnds = {
  next: (data, from) => data.indexOf(NEWLINE, from) + 1 || -1,
};

export class CopyLines {
  readonly #ends: LineEnds;
  #held: Buffer[] = [];
  held = 0;

  constructor(ends: LineEnds) {
    this.#ends = ends;
  }

  take(data: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let at = 0;
    for (let end = this.#ends.next(data, 0); end > 0; end = this.#ends.next(data, at)) {
      const part = data.subarray(at, end);
      lines.push(this.held === 0 ? part : Buffer.concat([...this.#held, part]));
      this.#held = [];
      this.held = 0;
      at = end;
    }
    if (at < data.length) {
      this.#held.push(data.subarray(at));
      this.held += data.length - at;
    }
    return lines;
  }
}

/** A CSV line ends at a newline outside quotes. */
export class QuotedLines implements LineEnds {
  readonly #quote: number;
  readonly #escape: number;
  #within = false;
  /** The byte before was an escape within quotes: what follows is no quote that ends it. */
  #escaped = false;

  constructor(quote: number, escape: number) {
    this.#quote = quote;
    this.#escape = escape;
  }

  next(data: Buffer, from: number): number {
    for (let at = from; at < data.length; at++) {
      const byte = data[at] as number;
      if (this.#escaped) this.#escaped = false;
      // A doubled quote leaves and enters again, which comes to the same; an escape of another kind has to be seen.
      else if (this.#within && byte === this.#escape && this.#escape !== this.#quote) this.#escaped = true;
      else if (byte === this.#quote) this.#within = !this.#within;
      else if (byte === NEWLINE && !this.#within) return at + 1;
    }
    return -1;
  }
}
