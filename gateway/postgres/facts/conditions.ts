/** Conditions that are no conditions: WHERE true, 1 = 1, … OR 'a' = 'a'. */
import type { TreeNode } from '../fact-verb.ts';
import { isTree, kindOf, listOf, nodeOf, numberOf, textOf, wordsOf } from './tree.ts';
import { eachNode } from './walk.ts';

/** What is wrong with the conditions of a statement and of those within it. */
export interface Conditions {
  /** An UPDATE or DELETE of every row: without WHERE, or with one that is always true. */
  readonly missing: boolean;
  /** A WHERE that is always true. */
  readonly alwaysTrue: boolean;
}

/** Looks at every UPDATE, DELETE and SELECT of a tree. */
export function conditionsOf(statement: TreeNode): Conditions {
  let missing = false;
  let alwaysTrue = false;
  eachNode(statement, (kind, node) => {
    const where = nodeOf(node, 'whereClause');
    const constant = where !== null && truthOf(where, 0) === true;
    alwaysTrue ||= constant;
    missing ||= (kind === 'UpdateStmt' || kind === 'DeleteStmt') && (where === null || constant);
  });
  return { missing, alwaysTrue };
}

/** Deeper conditions are taken for real ones. */
const MAX_DEPTH = 100;

/** What a condition is whatever the rows are; null: it depends on them, or takes more than a look. */
function truthOf(condition: TreeNode, depth: number): boolean | null {
  if (depth > MAX_DEPTH) return null;
  const [kind, node] = kindOf(condition);
  if (kind === 'A_Const') return constantTruth(node);
  if (kind === 'TypeCast') return truthOf(nodeOf(node, 'arg') ?? {}, depth + 1);
  if (kind === 'BoolExpr') return connectedTruth(node, depth);
  if (kind === 'NullTest') {
    const value = constantOf(nodeOf(node, 'arg'));
    return value === undefined ? null : (value === null) === (node['nulltesttype'] === 'IS_NULL');
  }
  if (kind === 'A_Expr') return comparedTruth(node);
  return null;
}

function connectedTruth(node: TreeNode, depth: number): boolean | null {
  const truths = listOf(node, 'args').map((arg) => truthOf(arg, depth + 1));
  if (node['boolop'] === 'NOT_EXPR') return truths[0] === null || truths[0] === undefined ? null : !truths[0];
  const decisive = node['boolop'] === 'OR_EXPR';
  if (truths.includes(decisive)) return decisive;
  return truths.includes(null) ? null : !decisive;
}

function constantTruth(node: TreeNode): boolean | null {
  const boolean = node['boolval'];
  if (isTree(boolean)) return boolean['boolval'] === true;
  const text = textOf(nodeOf(node, 'sval'), 'sval');
  return text === null ? false : /^\s*(t|tr|tru|true|y|ye|yes|on|1)\s*$/i.test(text);
}

/** Constants compared with constants, and something compared with itself. Anything but a plain inequality of them is taken for true. */
function comparedTruth(node: TreeNode): boolean | null {
  const [left, right] = [nodeOf(node, 'lexpr'), nodeOf(node, 'rexpr')];
  const operator = wordsOf(node['name']).at(-1);
  if (left === null || right === null) return null;
  const [a, b] = [constantOf(left), constantOf(right)];
  if (a !== undefined && b !== undefined)
    return operator === '=' && node['kind'] === 'AEXPR_OP' ? a === b : true;
  const reflexive = operator === '=' || operator === '>=' || operator === '<=' || operator === '~~';
  return reflexive && sameColumn(left, right) ? true : null;
}

function sameColumn(left: TreeNode, right: TreeNode): boolean {
  const [a, b] = [nodeOf(left, 'ColumnRef'), nodeOf(right, 'ColumnRef')];
  if (a === null || b === null) return false;
  return wordsOf(a['fields']).join('\0') === wordsOf(b['fields']).join('\0');
}

/** A constant as text, null for NULL; undefined: it is none. */
function constantOf(expression: TreeNode | null): string | null | undefined {
  let inner = expression;
  for (let cast = nodeOf(inner, 'TypeCast'); cast !== null; cast = nodeOf(inner, 'TypeCast'))
    inner = nodeOf(cast, 'arg');
  const constant = nodeOf(inner, 'A_Const');
  if (constant === null) return undefined;
  if (constant['isnull'] === true) return null;
  for (const kind of ['fval', 'sval', 'bsval']) {
    const value = nodeOf(constant, kind);
    if (value !== null) return textOf(value, kind) ?? '';
  }
  const boolean = nodeOf(constant, 'boolval');
  return boolean === null
    ? String(numberOf(nodeOf(constant, 'ival'), 'ival'))
    : String(boolean['boolval'] === true);
}
