/** Sets of columns of base tables, while lineage is worked out. */
import type { ColumnRef, Sources } from './lineage.ts';

/** Columns as numbers (see {@link columnKey}); null: nobody knows. */
export type SourceSet = ReadonlySet<number> | null;

/** On no column at all. */
export const NOWHERE: SourceSet = new Set<number>();

/** More than the columns that a table can have (1,600), and system columns are none: OIDs of 32 bits stay exact. */
const COLUMNS = 2048;

/** One number for a column. */
export function columnKey(relation: number, column: number): number {
  return relation * COLUMNS + column;
}

/** The column that a number stands for. */
export function columnOf(key: number): ColumnRef {
  return { relation: Math.floor(key / COLUMNS), column: key % COLUMNS };
}

/** All of several. */
export function union(sets: Iterable<SourceSet>): SourceSet {
  let found: SourceSet = NOWHERE;
  for (const set of sets) found = both(found, set);
  return found;
}

/** All of two; one of them where it holds the other. */
export function both(left: SourceSet, right: SourceSet): SourceSet {
  if (left === null || right === null) return null;
  if (left === right || right.size === 0) return left;
  if (left.size === 0) return right;
  const [large, small] = left.size < right.size ? [right, left] : [left, right];
  for (const one of small) if (!large.has(one)) return new Set([...large, ...small]);
  return large;
}

/** As others see it, in ascending order. */
export function toSources(set: SourceSet): Sources {
  return set === null ? 'unknown' : [...set].toSorted((a, b) => a - b).map(columnOf);
}
