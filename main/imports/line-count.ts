/** Counts the lines of a file apart from whoever reads them, so that a line lost is found out. */

const LINE_FEED = 0x0a;

export class LineCount {
  #ends = 0;
  #open = false;

  /** The next piece of the file. */
  take(chunk: Buffer): void {
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) this.#ends++;
    if (chunk.length > 0) this.#open = chunk[chunk.length - 1] !== LINE_FEED;
  }

  /** Lines so far; a last one needs no line end. */
  get lines(): number {
    return this.#ends + (this.#open ? 1 : 0);
  }
}
