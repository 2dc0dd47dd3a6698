/** Items of FROM, put together. */
import type { TreeNode } from '../fact-verb.ts';
import { nodeOf, textOf, wordsOf } from '../facts/tree.ts';
import { levelOf, type Column, type Entry, type Level } from './scope.ts';

/** One or more items of FROM put together: what names can find, and what `*` gives. */
export interface Source {
  readonly entries: readonly Entry[];
  /** Null: nobody knows which. */
  readonly columns: readonly Column[] | null;
}

/** A single item. */
export function single(entry: Entry): Source {
  return { entries: [entry], columns: entry.columns };
}

/** Items side by side, as the comma puts them. */
export function besides(left: Source, right: Source): Source {
  return {
    entries: [...left.entries, ...right.entries],
    columns: left.columns === null || right.columns === null ? null : [...left.columns, ...right.columns],
  };
}

export const NO_SOURCE: Source = { entries: [], columns: [] };

/** A level that sees the items before. */
export function lateral(outer: Level | null, beside: Source): Level | null {
  return beside.entries.length === 0 ? outer : levelOf(beside.entries, beside.columns, outer);
}

/** Alias and names of columns: `AS t (a, b)`. */
export function aliasOf(node: TreeNode): {
  readonly name: string | null;
  readonly columns: readonly string[];
} {
  const alias = nodeOf(node, 'alias');
  return { name: textOf(alias, 'aliasname'), columns: wordsOf(alias?.['colnames']) };
}
