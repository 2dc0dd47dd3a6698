/**
 * Two lists of statements side by side by what they have in common: by fingerprint, in the order in which they were sent.
 * The cost is bounded, whatever is compared: where an exact alignment would be too dear it is made from what is unique in
 * both, and says that it is rough.
 */
import { diffArrays } from 'diff';

/** Positions in both lists; null where one has nothing to stand beside the other. */
export interface Pair {
  readonly a: number | null;
  readonly b: number | null;
}

export interface Alignment {
  readonly pairs: readonly Pair[];
  /** More may be alike than the pairs say. */
  readonly rough: boolean;
}

/** Edits that an exact alignment may need: its cost grows with their square, and these take a fraction of a second. */
const MOST_EDITS = 1_000;

/** The same between two pairs that stand, of which there may be many. */
const MOST_EDITS_BETWEEN = 300;

interface Stretch {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** Aligns two lists of fingerprints. */
export function align(a: readonly string[], b: readonly string[]): Alignment {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end++;
  }
  const middle = { fromA: start, toA: a.length - end, fromB: start, toB: b.length - end };
  const exact = exactly(a, b, middle, MOST_EDITS);
  const inner = exact === null ? roughly(a, b, middle) : { pairs: exact, rough: false };
  return {
    pairs: [...alike(0, 0, start), ...inner.pairs, ...alike(middle.toA, middle.toB, end)],
    rough: inner.rough,
  };
}

function alike(a: number, b: number, count: number): Pair[] {
  return Array.from({ length: count }, (_, index) => ({ a: a + index, b: b + index }));
}

/** The shortest way from one stretch to the other; null when it takes more than so many edits. */
function exactly(
  a: readonly string[],
  b: readonly string[],
  { fromA, toA, fromB, toB }: Stretch,
  most: number,
): Pair[] | null {
  if (fromA === toA || fromB === toB) return apart({ fromA, toA, fromB, toB });
  // That many are in one alone at least.
  if (Math.abs(toA - fromA - (toB - fromB)) > most) return null;
  const changes = diffArrays(a.slice(fromA, toA), b.slice(fromB, toB), { maxEditLength: most });
  if (changes === undefined) return null;
  const pairs: Pair[] = [];
  let atA = fromA;
  let atB = fromB;
  for (const { added, removed, count } of changes) {
    for (let i = 0; i < count; i++) pairs.push({ a: added ? null : atA++, b: removed ? null : atB++ });
  }
  return pairs;
}

/** Nothing in common: all of one, then all of the other. */
function apart({ fromA, toA, fromB, toB }: Stretch): Pair[] {
  return [
    ...Array.from({ length: toA - fromA }, (_, index) => ({ a: fromA + index, b: null })),
    ...Array.from({ length: toB - fromB }, (_, index) => ({ a: null, b: fromB + index })),
  ];
}

/** Pairs what both have exactly once, as far as its order is the same, then what lies between (“patience diff”). */
function roughly(a: readonly string[], b: readonly string[], stretch: Stretch): Alignment {
  const anchors = longestRising(uniqueInBoth(a, b, stretch));
  const pairs: Pair[] = [];
  let rough = false;
  let { fromA, fromB } = stretch;
  for (const anchor of [...anchors, { a: stretch.toA, b: stretch.toB }]) {
    const between = { fromA, toA: anchor.a, fromB, toB: anchor.b };
    const exact = exactly(a, b, between, MOST_EDITS_BETWEEN);
    if (exact === null) rough = true;
    for (const pair of exact ?? fromTheFront(a, b, between)) pairs.push(pair);
    if (anchor.a < stretch.toA || anchor.b < stretch.toB) pairs.push(anchor);
    fromA = anchor.a + 1;
    fromB = anchor.b + 1;
  }
  return { pairs, rough };
}

/** Pairs from the front as long as they are alike, and leaves the rest apart. */
function fromTheFront(a: readonly string[], b: readonly string[], stretch: Stretch): Pair[] {
  let { fromA, fromB } = stretch;
  while (fromA < stretch.toA && fromB < stretch.toB && a[fromA] === b[fromB]) {
    fromA++;
    fromB++;
  }
  return [
    ...alike(stretch.fromA, stretch.fromB, fromA - stretch.fromA),
    ...apart({ ...stretch, fromA, fromB }),
  ];
}

interface Anchor {
  readonly a: number;
  readonly b: number;
}

function uniqueInBoth(a: readonly string[], b: readonly string[], stretch: Stretch): Anchor[] {
  const inA = onlyOnce(a, stretch.fromA, stretch.toA);
  const inB = onlyOnce(b, stretch.fromB, stretch.toB);
  return [...inA].flatMap(([value, at]) => {
    const other = inB.get(value);
    return other === undefined ? [] : [{ a: at, b: other }];
  });
}

/** Positions, in order, of values that stand there once. */
function onlyOnce(list: readonly string[], from: number, to: number): Map<string, number> {
  const once = new Map<string, number>();
  const more = new Set<string>();
  for (let at = from; at < to; at++) {
    const value = list[at] ?? '';
    if (once.delete(value)) more.add(value);
    else if (!more.has(value)) once.set(value, at);
  }
  return once;
}

/** The longest part of the anchors, which rise in `a`, that rises in `b` too (patience sorting). */
function longestRising(anchors: readonly Anchor[]): Anchor[] {
  /** Of each length, the position of the anchor that ends the run which ends lowest. */
  const tails: number[] = [];
  const before: (number | undefined)[] = [];
  anchors.forEach(({ b }, index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((anchors[tails[middle] ?? 0]?.b ?? 0) < b) low = middle + 1;
      else high = middle;
    }
    before[index] = tails[low - 1];
    tails[low] = index;
  });
  const run: Anchor[] = [];
  for (let at = tails.at(-1); at !== undefined; at = before[at]) {
    const anchor = anchors[at];
    if (anchor !== undefined) run.push(anchor);
  }
  return run.toReversed();
}
