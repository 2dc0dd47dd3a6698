/** Queries within expressions. */
import type { TreeNode } from '../fact-verb.ts';
import { nodeOf, textOf, wordsOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import type { Level } from './scope.ts';
import { union, type SourceSet } from './source-set.ts';
import { alsoFrom, made, NOTHING, row, UNKNOWN, type Value } from './value.ts';

/**
 * `(SELECT …)`, `EXISTS (…)`, `x IN (…)`, `ARRAY(…)`. What such a query takes from outside counts wherever it stands in it: its rows are
 * chosen by that for each row outside. EXISTS tells nothing but which rows there are, so all that it looks at counts.
 */
export function subLinkOf(context: Context, level: Level | null, node: TreeNode): Value {
  const select = nodeOf(nodeOf(node, 'subselect'), 'SelectStmt');
  if (select === null) return UNKNOWN;
  const type = textOf(node, 'subLinkType') ?? '';
  const test = nodeOf(node, 'testexpr');
  const tested = test === null ? null : context.parts.expression(context, level, test);
  const depth = type === 'EXISTS_SUBLINK' ? Infinity : (level?.depth ?? 0);
  const { result, from } = correlated(context, depth, tested?.madeUp === true, () =>
    context.parts.query(context, select, level),
  );
  if (type === 'EXISTS_SUBLINK') return alsoFrom(NOTHING, from);
  if (result === null) return UNKNOWN;
  const values = result.map(({ value }) => value);
  const [only = NOTHING] = values;
  const value =
    values.length === 1 ? only : row(result.map((column) => ({ name: column.name, value: column.value })));
  if (type === 'EXPR_SUBLINK') return alsoFrom(value, from);
  if (type === 'ARRAY_SUBLINK') return { ...alsoFrom(value, from), fields: null };
  if (tested === null || (type !== 'ANY_SUBLINK' && type !== 'ALL_SUBLINK')) return UNKNOWN;
  context.findings.relate(tested, value);
  if (isOwnOperator(context, wordsOf(node['operName']).at(-1) ?? '=')) return UNKNOWN;
  return { ...alsoFrom(made([tested, value]), from), fields: null, builtIn: true, constants: [] };
}

/**
 * Runs a query within others. Where it takes made-up rows from outside, what it gives for each of them tells what its conditions look at,
 * constants and counts included.
 */
export function correlated<T>(
  { findings }: Context,
  depth: number,
  madeUpBefore: boolean,
  run: () => T,
): { readonly result: T; readonly from: SourceSet; readonly madeUp: boolean } {
  const outside = findings.watch(depth, () => findings.watch(Infinity, run, true));
  const { result, from } = outside.result;
  const madeUp = outside.madeUp || madeUpBefore;
  return { result, from: madeUp ? union([outside.from, from]) : outside.from, madeUp };
}

function isOwnOperator({ catalog, findings }: Context, operator: string): boolean {
  findings.operators.add(operator);
  if (!catalog.hasOwnOperator(operator)) return false;
  findings.closed = false;
  return true;
}
