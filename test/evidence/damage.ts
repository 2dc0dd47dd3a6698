/** Which events a verifier must name when some are not those that were signed: docs/format.md §11, "Where damage is", once more. */

/** The first and the last event. */
export type Span = readonly [first: number, last: number];

/** Events of a tile's hash of level 1. */
const BLOCK = 256;

/**
 * @param damaged indexes of the events that are missing or others
 * @param checkpoints sizes of the volume's checkpoints, ascending; the volume begins with event 0
 */
export function damageOf(damaged: readonly number[], checkpoints: readonly number[]): Span[] {
  const spans: Span[] = [];
  let good = 0;
  let lost: number | null = null;
  for (const size of checkpoints) {
    const under = damaged.filter((index) => index >= good && index < size);
    const blocks = [...new Set(under.map((index) => Math.floor(index / BLOCK)))];
    if (blocks.some((block) => (block + 1) * BLOCK > size)) {
      lost ??= size;
      continue;
    }
    spans.push(...blocks.map((block): Span => [Math.max(block * BLOCK, good), (block + 1) * BLOCK - 1]));
    good = size;
    lost = null;
  }
  if (lost !== null) spans.push([good, lost - 1]);
  return joined(spans);
}

/** Spans in order; those that touch are one. */
export function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const [first, last] of spans.toSorted(([a], [b]) => a - b)) {
    const before = all.at(-1);
    if (before !== undefined && first <= before[1] + 1)
      all[all.length - 1] = [before[0], Math.max(before[1], last)];
    else all.push([first, last]);
  }
  return all;
}
