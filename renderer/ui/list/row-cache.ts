/** Rows by their places in a list, and cursors by the places that they begin at; what is far from a place can be let go. */

export class RowCache<T> {
  readonly #idOf: (row: T) => string;
  #rows = new Map<number, T>();
  #places = new Map<string, number>();
  #cursors = new Map<number, string>();

  constructor(idOf: (row: T) => string) {
    this.#idOf = idOf;
  }

  get size(): number {
    return this.#rows.size;
  }

  row(place: number): T | undefined {
    return this.#rows.get(place);
  }

  /** -1: it is not here. */
  placeOf(id: string): number {
    return this.#places.get(id) ?? -1;
  }

  put(place: number, rows: readonly T[]): void {
    for (const [i, row] of rows.entries()) {
      this.#rows.set(place + i, row);
      this.#places.set(this.#idOf(row), place + i);
    }
  }

  /** Puts rows in place of those that are here as older versions of them. */
  renew(rows: readonly T[]): void {
    for (const row of rows) {
      const place = this.placeOf(this.#idOf(row));
      if (place >= 0) this.#rows.set(place, row);
    }
  }

  cursor(place: number): string | undefined {
    return this.#cursors.get(place);
  }

  setCursor(place: number, cursor: string): void {
    this.#cursors.set(place, cursor);
  }

  /** The nearest place, at most `reach` before one, that a cursor begins at; null: none does. */
  cursorBefore(place: number, reach: number): number | null {
    for (let at = place; at >= Math.max(0, place - reach); at--) if (this.#cursors.has(at)) return at;
    return null;
  }

  /** The first places from `from` up to without `to` that no row is at; null: there is one at each. */
  gap(from: number, to: number): readonly [number, number] | null {
    let start = from;
    while (start < to && this.#rows.has(start)) start++;
    if (start >= to) return null;
    let end = start + 1;
    while (end < to && !this.#rows.has(end)) end++;
    return [start, end];
  }

  /** Whether any row is at places from `from` up to without `to`. */
  hasAny(from: number, to: number): boolean {
    for (let place = from; place < to; place++) if (this.#rows.has(place)) return true;
    return false;
  }

  /** All stand `by` places further on: so many came before them. */
  shift(by: number): void {
    const moved = <V>(of: Map<number, V>) => new Map([...of].map(([place, value]) => [place + by, value]));
    this.#rows = moved(this.#rows);
    this.#cursors = moved(this.#cursors);
    this.#places = new Map([...this.#places].map(([id, place]) => [id, place + by]));
  }

  /** Lets go of rows farther than `reach` from a place, and of cursors too unless they are the only way there. */
  keepAround(place: number, reach: number, keepsCursors: boolean): void {
    const isFar = (at: number) => Math.abs(at - place) > reach;
    for (const [at, row] of this.#rows) {
      if (!isFar(at)) continue;
      this.#rows.delete(at);
      const id = this.#idOf(row);
      if (this.#places.get(id) === at) this.#places.delete(id);
    }
    if (keepsCursors) return;
    for (const at of this.#cursors.keys()) if (isFar(at)) this.#cursors.delete(at);
  }

  clear(): void {
    this.#rows.clear();
    this.#places.clear();
    this.#cursors.clear();
  }
}
