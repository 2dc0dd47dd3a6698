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
  for (const set of sets) {
    if (set === null) return null;
    if (set.size === 0 || set === found) continue;
    found = found === null || found.size === 0 ? set : new Set([...found, ...set]);
  }
  return found;
}

/** As others see it, in ascending order. */
export function toSources(set: SourceSet): Sources {
  return set === null ? 'unknown' : [...set].toSorted((a, b) => a - b).map(columnOf);
}
