/** Whether facts or lineage of a text could differ if its constants did. */
import type { TreeNode } from '../fact-verb.ts';
import { pureFunction } from './built-ins.ts';
import type { ParsedStatement } from './parse-text.ts';
import { nodeOf, wordsOf } from './tree.ts';

/** Kinds of statements whose constants are values and nothing else. */
const PLAIN = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'TransactionStmt',
]);

/**
 * False only for statements that read and change rows, call nothing but pure functions, and compare no constant with another: names,
 * SQL text, settings and conditions that are always true can hide in constants everywhere else.
 */
export function dependsOnConstants(statements: readonly ParsedStatement[]): boolean {
  return statements.some(({ node }) => !PLAIN.has(Object.keys(node)[0] ?? '') || containsDoubt(node));
}

function containsDoubt(statement: TreeNode): boolean {
  const open: unknown[] = [statement];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Array.isArray(node)) {
      for (const item of node) open.push(item);
      continue;
    }
    if (typeof node !== 'object' || node === null) continue;
    const tree = node as TreeNode;
    if (isDoubtful(tree)) return true;
    for (const key in tree) open.push(tree[key]);
  }
  return false;
}

function isDoubtful(tree: TreeNode): boolean {
  const {
    FuncCall: call,
    A_Expr: comparison,
    whereClause,
    TypeCast: cast,
  } = tree as Record<string, TreeNode | undefined>;
  if (call !== undefined) return pureFunction(wordsOf(call['funcname']).at(-1) ?? '') === null;
  if (comparison !== undefined) return isConstant(comparison['lexpr']) && isConstant(comparison['rexpr']);
  if (cast !== undefined)
    return wordsOf(nodeOf(cast, 'typeName')?.['names']).at(-1)?.startsWith('reg') === true;
  return whereClause !== undefined && isConstant(whereClause);
}

function isConstant(node: unknown): boolean {
  let inner = node as TreeNode | undefined;
  while (inner?.['TypeCast'] !== undefined) inner = (inner['TypeCast'] as TreeNode)['arg'] as TreeNode;
  return inner?.['A_Const'] !== undefined;
}
