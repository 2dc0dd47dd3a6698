/** Where the segments of a session lie, as far as that is known: around some places at first, and all of it later. */
import type { SegmentRow } from '../../shared/api/session.ts';

interface Placed {
  /** Among all segments of the session. */
  readonly position: number;
  readonly row: SegmentRow;
}

export class SegmentPlaces {
  /** By position. */
  #known: readonly Placed[] = [];
  #all: readonly SegmentRow[] | null = null;

  get complete(): boolean {
    return this.#all !== null;
  }

  /** All of them in order; none before they are known. */
  get all(): readonly SegmentRow[] {
    return this.#all ?? [];
  }

  /** The last event that is known of; -1 without any. */
  get lastSequence(): number {
    return this.#known.at(-1)?.row.lastSequence ?? -1;
  }

  /** Some of them in a row. */
  put(first: number, rows: readonly SegmentRow[]): void {
    if (this.complete) return;
    const byPosition = new Map(this.#known.map((placed) => [placed.position, placed]));
    for (const [at, row] of rows.entries()) byPosition.set(first + at, { position: first + at, row });
    this.#known = [...byPosition.values()].toSorted((a, b) => a.position - b.position);
  }

  /** All of them. Gives the numbers of those that are other than they were. */
  replace(list: readonly SegmentRow[]): number[] {
    const now = new Map(list.map((row) => [row.number, row]));
    const changed = this.#known.filter(({ row }) => {
      const found = now.get(row.number);
      return found?.firstSequence !== row.firstSequence || found.lastSequence !== row.lastSequence;
    });
    this.#all = list.toSorted((a, b) => a.firstSequence - b.firstSequence);
    this.#known = this.#all.map((row, position) => ({ position, row }));
    return changed.map(({ row }) => row.number);
  }

  at(position: number): SegmentRow | undefined {
    if (this.#all !== null) return this.#all[position];
    const found = this.#lastFitting((placed) => placed.position <= position);
    return found?.position === position ? found.row : undefined;
  }

  /** Position of the segment that holds `sequence`, or of the last one before it that is known; -1 when there is none. */
  positionOf(sequence: number): number {
    return this.#lastFitting(({ row }) => row.firstSequence <= sequence)?.position ?? -1;
  }

  /** Whether the segment that holds `sequence` is known. */
  isKnown(sequence: number): boolean {
    const found = this.#lastFitting(({ row }) => row.firstSequence <= sequence);
    return found !== undefined && sequence <= found.row.lastSequence;
  }

  /** Whether it is known with half as many before it as `most`, or all of them. */
  isAround(sequence: number, most: number): boolean {
    if (!this.isKnown(sequence)) return false;
    const position = this.positionOf(sequence);
    const first = Math.max(0, position - most / 2);
    for (let at = position - 1; at >= first; at--) if (this.at(at) === undefined) return false;
    return true;
  }

  #lastFitting(fits: (placed: Placed) => boolean): Placed | undefined {
    let low = 0;
    let high = this.#known.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const placed = this.#known[middle];
      if (placed !== undefined && fits(placed)) low = middle + 1;
      else high = middle;
    }
    return this.#known[low - 1];
  }
}
