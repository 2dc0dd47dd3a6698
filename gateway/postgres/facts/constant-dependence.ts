/** Whether facts or lineage of a text could differ if its constants did. */
import type { TreeNode } from '../fact-verb.ts';
import { pureFunction } from './built-ins.ts';
import type { ParsedStatement } from './parse-text.ts';
import { listOf, nodeOf, wordsOf } from './tree.ts';
import { eachNode } from './walk.ts';

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
  let doubt = false;
  eachNode(statement, (kind, node) => {
    doubt ||= isDoubtful(kind, node);
  });
  return doubt;
}

function isDoubtful(kind: string, node: TreeNode): boolean {
  if (isConstant(node['whereClause'])) return true;
  switch (kind) {
    case 'FuncCall':
      return pureFunction(wordsOf(node['funcname']).at(-1) ?? '') === null;
    case 'A_Expr':
      return isConstant(node['lexpr']) && isConstant(node['rexpr']);
    case 'BoolExpr':
      return listOf(node, 'args').some(isConstant);
    case 'TypeCast':
      return wordsOf(nodeOf(node, 'typeName')?.['names']).at(-1)?.startsWith('reg') === true;
    default:
      return false;
  }
}

function isConstant(node: unknown): boolean {
  let inner = node as TreeNode | undefined;
  while (inner?.['TypeCast'] !== undefined) inner = (inner['TypeCast'] as TreeNode)['arg'] as TreeNode;
  return inner?.['A_Const'] !== undefined;
}
