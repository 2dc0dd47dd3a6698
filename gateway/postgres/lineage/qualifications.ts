/**
 * Conditions (WHERE, ON, HAVING, the order). They are no sources of what a query gives: that a row is there tells something of what it
 * was chosen by, which is a declared limit. But rows that come from no table (generate_series, VALUES) and are chosen by comparing them
 * with a column are a copy of that column: those do depend on it, as does whatever else a condition near them looks at.
 */
import type { TreeNode } from '../fact-verb.ts';
import type { Context } from './context.ts';
import { choose, type Level } from './scope.ts';
import { union } from './source-set.ts';

/**
 * Evaluates conditions at a level. Whichever of them a made-up column stands in, and in whatever order: all of them together choose its rows.
 */
export function qualify(context: Context, level: Level, conditions: readonly TreeNode[]): void {
  const looked = conditions.map((condition) => {
    const { result, from } = context.findings.watch(Infinity, () =>
      context.findings.condition(
        () => context.parts.expression({ ...context, recording: true }, level, condition).from,
      ),
    );
    return union([result, from]);
  });
  choose(level, union(looked));
}
