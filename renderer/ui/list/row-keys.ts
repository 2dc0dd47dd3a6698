/**
 * Which rows of a list may be drawn in the elements of others: after a jump nothing of what was drawn is seen any more, and to
 * change it in place takes the browser half of what new elements do. Rows that stay in view keep theirs.
 */
export class RowKeys {
  #first = 0;
  #last = -1;
  #moved = 0;

  /** What is to be taken from the places of rows, of which those from `first` to `last` are drawn now, to have their keys. */
  baseOf(first: number, last: number): number {
    if (first > this.#last || last < this.#first) this.#moved += first - this.#first;
    this.#first = first;
    this.#last = last;
    return this.#moved;
  }
}
