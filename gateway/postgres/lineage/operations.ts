/** Operators, casts, arrays, fields and subscripts. */
import type { TreeNode } from '../fact-verb.ts';
import { isBuiltInType } from '../facts/built-ins.ts';
import { isTree, kindOf, listOf, nodeOf, textOf, wordsOf } from '../facts/tree.ts';
import { functionMeaning } from '../facts/function-kinds.ts';
import type { Context } from './context.ts';
import type { Level } from './scope.ts';
import { alsoFrom, made, NOTHING, UNKNOWN, type Value } from './value.ts';

/** Operators that make new values rather than compare two of a kind. */
const MAKING = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '||',
  '->',
  '->>',
  '#>',
  '#>>',
  '&',
  '|',
  '#',
  '<<',
  '>>',
]);

/** Operators behind the words of a kind of A_Expr. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  AEXPR_BETWEEN: ['>=', '<='],
  AEXPR_NOT_BETWEEN: ['<', '>'],
  AEXPR_BETWEEN_SYM: ['>=', '<='],
  AEXPR_NOT_BETWEEN_SYM: ['<', '>'],
};

/** `left operator right` of all kinds: IN, LIKE, BETWEEN, IS DISTINCT FROM, NULLIF, = ANY. */
export function compared(context: Context, level: Level | null, node: TreeNode): Value {
  const kind = textOf(node, 'kind') ?? '';
  const [name = ''] = wordsOf(node['name']).slice(-1);
  const sides = ['lexpr', 'rexpr'].flatMap((side) => {
    const operand = node[side];
    if (Array.isArray(operand))
      return [context.parts.expression(context, level, { List: { items: operand } })];
    return isTree(operand) ? [context.parts.expression(context, level, operand)] : [];
  });
  const [left, right] = sides;
  const making = kind === 'AEXPR_OP' && MAKING.has(name);
  if (left !== undefined && right !== undefined && !making) context.findings.relate(left, right);
  const own = (OPERATORS[kind] ?? [name]).some((operator) => isOwn(context, operator));
  if (own) return UNKNOWN;
  const value = made(sides);
  if (making) context.findings.mix(value);
  if (kind === 'AEXPR_NULLIF') return { ...value, constants: left?.constants ?? [] };
  return making ? { ...value, fields: null } : { ...value, fields: null, builtIn: true, constants: [] };
}

function isOwn({ catalog, findings }: Context, operator: string): boolean {
  findings.operators.add(operator);
  if (!catalog.hasOwnOperator(operator)) return false;
  findings.closed = false;
  return true;
}

/** Types whose input quotes what it was given in errors of syntax or names (SQLSTATE class 42). */
const QUOTING = /^(reg|aclitem$|jsonpath$|tsquery$|tsvector$)/;

/** `value::type`. `arg` null: nothing but the type is asked for. */
export function castOf(context: Context, level: Level | null, node: TreeNode): Value {
  const inner = nodeOf(node, 'arg');
  const value = inner === null ? NOTHING : context.parts.expression(context, level, inner);
  const type = nodeOf(node, 'typeName');
  const names = wordsOf(type?.['names']);
  const builtIn = isBuiltInTypeName(context, names);
  const fixed = isConstant(inner);
  if (!fixed && inner !== null && (!builtIn || QUOTING.test(names.at(-1) ?? '')))
    context.findings.closed = false;
  // A cast of the database's own takes or gives a type of the database's own: no one else may make others.
  if (!fixed && !(builtIn && value.builtIn)) {
    context.findings.operators.add('::');
    if (context.catalog.hasOwnOperator('::')) return UNKNOWN;
  }
  if (!builtIn && inner === null) return UNKNOWN;
  return { ...value, fields: null, builtIn };
}

function isBuiltInTypeName({ catalog }: Context, names: readonly string[]): boolean {
  const [first = '', second] = names;
  if (second !== undefined) return first === 'pg_catalog' && isBuiltInType(second);
  const shadowed =
    catalog.searchPath.indexOf('pg_catalog') > 0 && !catalog.searchPath[0]?.startsWith('pg_temp');
  return isBuiltInType(first) && !shadowed;
}

/** Read by the type's input function alone, whatever casts there are. */
function isConstant(node: TreeNode | null): boolean {
  return node !== null && (node['A_Const'] !== undefined || node['ParamRef'] !== undefined);
}

/** `ARRAY[…]`. */
export function arrayOf(context: Context, level: Level | null, node: TreeNode): Value {
  const elements = listOf(node, 'elements').map((one) => context.parts.expression(context, level, one));
  return { ...made(elements), fields: null };
}

/** `(row).field`, `array[1:2]`. */
export function indirection(context: Context, level: Level | null, node: TreeNode): Value {
  let value = context.parts.expression(context, level, nodeOf(node, 'arg') ?? {});
  for (const step of listOf(node, 'indirection')) {
    const [kind, fields] = kindOf(step);
    if (kind === 'String') value = fieldOf(context, value, textOf(fields, 'sval') ?? '');
    else if (kind === 'A_Indices') value = element(context, level, value, fields);
    else if (kind !== 'A_Star') return UNKNOWN;
  }
  return value;
}

/** A field of a row; what is no field of it is a function that is called with it (manual §8.16.5). */
export function fieldOf(context: Context, value: Value, name: string): Value {
  const found = value.fields?.filter((field) => field.name === name) ?? [];
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.value;
  const { own, kind, resolved } = functionMeaning(context.catalog, null, name);
  context.findings.functions.add(name);
  if (own.length > 0 || (resolved && kind !== 'pure')) {
    context.findings.fieldCalls.add(name);
    context.findings.closed = false;
    return UNKNOWN;
  }
  return { ...value, fields: null, builtIn: false };
}

function element(context: Context, level: Level | null, value: Value, fields: TreeNode): Value {
  const subscripts = ['lidx', 'uidx'].flatMap((name) => {
    const index = nodeOf(fields, name);
    return index === null ? [] : [context.parts.expression(context, level, index)];
  });
  return alsoFrom({ ...value, fields: null }, made(subscripts).from);
}

/** Whether a node is `*` or ends in it. */
export function isStar(node: TreeNode): boolean {
  const [kind, fields] = kindOf(node);
  const steps = listOf(fields, kind === 'ColumnRef' ? 'fields' : 'indirection');
  return (kind === 'ColumnRef' || kind === 'A_Indirection') && steps.at(-1)?.['A_Star'] !== undefined;
}
