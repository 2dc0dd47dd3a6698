/** Constants in a tree that was cut down (compact-tree.ts). */
import type { TreeNode } from '../fact-verb.ts';
import { nodeOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import type { Constant } from './value.ts';

/** Constants by their places in the tree. */
export function constantsOf({ constantAt }: Context, places: readonly number[]): readonly Constant[] {
  if (constantAt === null) return [];
  const found: Constant[] = [];
  for (const place of places) {
    const literal = place < 0 ? null : constantAt(place, true);
    if (literal !== null) found.push(literal);
  }
  return found;
}

/** Places of the constants of rows that hold nothing else, column by column; null: it is no such list. */
export function constantColumns(rows: readonly TreeNode[]): readonly (readonly number[])[] | null {
  const columns = nodeOf(rows[0], 'Columns')?.['columns'];
  return Array.isArray(columns) ? (columns as readonly (readonly number[])[]) : null;
}
