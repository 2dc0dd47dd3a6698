/**
 * Conditions (WHERE, ON, HAVING, the order). They are no sources of what a query gives: that a row is there tells something of what it
 * was chosen by, which is a declared limit. But rows that come from no table (generate_series, VALUES) and are chosen by comparing them
 * with a column are a copy of that column: those do depend on it.
 */
import type { TreeNode } from '../fact-verb.ts';
import { kindOf, listOf, textOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import { isMadeUp, taint, type Level } from './scope.ts';
import { union, type SourceSet } from './source-set.ts';

/** Evaluates conditions at a level. */
export function qualify(context: Context, level: Level, conditions: readonly TreeNode[]): void {
  for (const condition of conditions.flatMap(conjuncts)) {
    const { result, from } = context.findings.watch(Infinity, () =>
      context.findings.condition(() => {
        const value = context.parts.expression({ ...context, recording: true }, level, condition);
        return value.from;
      }),
    );
    chosenBy(level, union([result, from]), condition);
  }
}

/** What AND joins counts each by itself. */
function conjuncts(condition: TreeNode): readonly TreeNode[] {
  const [kind, node] = kindOf(condition);
  return kind === 'BoolExpr' && node['boolop'] === 'AND_EXPR'
    ? listOf(node, 'args').flatMap(conjuncts)
    : [condition];
}

/** Rows of no table that a condition mentions are made to depend on what it looks at. */
function chosenBy(level: Level, from: SourceSet, condition: TreeNode): void {
  if (from !== null && from.size === 0) return;
  const items = [...level.entries, { alias: null, columns: level.columns }];
  if (!items.some(({ columns }) => columns?.some(isMadeUp))) return;
  const mentioned = mentions(condition);
  for (const { alias, columns } of items) {
    if (columns === null || (!mentioned.has(alias) && !columns.some(({ name }) => mentioned.has(name))))
      continue;
    for (const column of columns) {
      if (!isMadeUp(column)) continue;
      column.chosen = union([column.chosen, from]);
      taint([column], from);
    }
  }
}

/** Words of the names in a condition; null for `*`, and for a column whose name nobody knows. */
function mentions(condition: TreeNode): ReadonlySet<string | null> {
  const found = new Set<string | null>([null]);
  const open: unknown[] = [condition];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Array.isArray(node)) for (const item of node) open.push(item);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) continue;
    for (const [kind, child] of Object.entries(node as TreeNode)) {
      if (kind === 'ColumnRef') addName(child as TreeNode, found);
      if (typeof child === 'object') open.push(child);
    }
  }
  return found;
}

function addName(reference: TreeNode, found: Set<string | null>): void {
  const fields = listOf(reference, 'fields');
  for (const field of fields) {
    const [kind, node] = kindOf(field);
    if (kind === 'String') found.add(textOf(node, 'sval'));
  }
}
