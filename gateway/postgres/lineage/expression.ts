/** The value of an expression: what it depends on. What is not known here is unknown. */
import type { TreeNode } from '../fact-verb.ts';
import { kindOf, listOf, nodeOf, numberOf, textOf } from '../facts/tree.ts';
import { arrayOf, castOf, compared, indirection, isStar } from './operations.ts';
import { callOf } from './call.ts';
import { constantsOf } from './constants.ts';
import type { Context } from './context.ts';
import { referenceOf } from './reference.ts';
import type { Level } from './scope.ts';
import { subLinkOf } from './sub-link.ts';
import { either, made, NOTHING, row, UNKNOWN, type Value } from './value.ts';

type Evaluate = (context: Context, level: Level | null, node: TreeNode) => Value;

const EXPRESSIONS: Readonly<Record<string, Evaluate>> = {
  A_Const: constant,
  A_Expr: compared,
  A_ArrayExpr: arrayOf,
  A_Indirection: indirection,
  BoolExpr: (context, level, node) => condition(all(context, level, listOf(node, 'args'))),
  BooleanTest: (context, level, node) => condition([arg(context, level, node)]),
  CaseExpr: caseOf,
  CoalesceExpr: (context, level, node) => mixed(context, anyOf(all(context, level, listOf(node, 'args')))),
  CollateClause: arg,
  ColumnRef: referenceOf,
  CurrentOfExpr: () => NOTHING,
  FuncCall: callOf,
  GroupingFunc: () => NOTHING,
  MergeSupportFunc: () => NOTHING,
  MinMaxExpr: (context, level, node) => mixed(context, made(all(context, level, listOf(node, 'args')))),
  NamedArgExpr: arg,
  NullTest: (context, level, node) => condition([arg(context, level, node)]),
  ParamRef: parameter,
  RowExpr: rowOf,
  SQLValueFunction: () => NOTHING,
  SetToDefault: () => NOTHING,
  SubLink: subLinkOf,
  TypeCast: castOf,
  List: listValue,
  // SQL/XML and SQL/JSON: made of all that stands in them.
  XmlExpr: within,
  XmlSerialize: within,
  JsonArrayAgg: within,
  JsonArrayConstructor: within,
  JsonFuncExpr: within,
  JsonIsPredicate: within,
  JsonObjectAgg: within,
  JsonObjectConstructor: within,
  JsonParseExpr: within,
  JsonScalarExpr: within,
  JsonSerializeExpr: within,
  JsonKeyValue: within,
  JsonValueExpr: within,
  JsonArgument: within,
  JsonOutput: within,
  JsonBehavior: within,
  ResTarget: within,
  SortBy: within,
};

/** The value of an expression such as `{ ColumnRef: … }`. */
export function expression(context: Context, level: Level | null, node: TreeNode): Value {
  const [kind, fields] = kindOf(node);
  const evaluate = EXPRESSIONS[kind];
  if (evaluate !== undefined) return context.findings.deeper(() => evaluate(context, level, fields));
  context.findings.closed = false;
  return UNKNOWN;
}

function all(context: Context, level: Level | null, nodes: readonly TreeNode[]): Value[] {
  return nodes.map((node) => expression(context, level, node));
}

function arg(context: Context, level: Level | null, node: TreeNode): Value {
  const inner = nodeOf(node, 'arg');
  return inner === null ? UNKNOWN : expression(context, level, inner);
}

/** True or false: of no kind that a column is of, so that no constant in it is of a column's kind either. */
function condition(values: readonly Value[]): Value {
  return { ...made(values), fields: null, builtIn: true, constants: [] };
}

/** Constants beside columns in one expression are of the same kind. */
function mixed({ findings }: Context, value: Value): Value {
  findings.mix(value);
  return value;
}

function anyOf(values: readonly Value[]): Value {
  return values.reduce((left, right) => either(left, right), values[0] ?? NOTHING);
}

function constant({ constantAt }: Context, _level: Level | null, node: TreeNode): Value {
  if (constantAt === null || node['isnull'] === true || node['boolval'] !== undefined) return NOTHING;
  const integer = numberOf(nodeOf(node, 'ival'), 'ival');
  const negative = integer < 0 || textOf(nodeOf(node, 'fval'), 'fval')?.startsWith('-') === true;
  const literal = constantAt(numberOf(node, 'location'), negative);
  return literal === null ? NOTHING : { ...NOTHING, constants: [literal] };
}

/** A list, or one of nothing but constants that was cut down to where they are (compact-tree.ts). */
function listValue(context: Context, level: Level | null, node: TreeNode): Value {
  const { constants } = node;
  if (!Array.isArray(constants)) return anyOf(all(context, level, listOf(node, 'items')));
  return { ...NOTHING, constants: constantsOf(context, constants as readonly number[]) };
}

/** In the body of a function a parameter is an argument of the call. */
function parameter(context: Context, _level: Level | null, node: TreeNode): Value {
  const number = numberOf(node, 'number');
  if (context.arguments !== null) return context.arguments[number - 1] ?? UNKNOWN;
  return {
    ...NOTHING,
    builtIn: false,
    constants: context.constantAt === null ? [] : [-number],
  };
}

/** What CASE gives depends on its conditions, too. */
function caseOf(context: Context, level: Level | null, node: TreeNode): Value {
  const subject = nodeOf(node, 'arg');
  const value = subject === null ? null : expression(context, level, subject);
  const results: Value[] = [];
  const conditions: Value[] = value === null ? [] : [value];
  for (const item of listOf(node, 'args')) {
    const when = nodeOf(item, 'CaseWhen');
    const test = expression(context, level, nodeOf(when, 'expr') ?? {});
    if (value !== null) {
      context.findings.relate(value, test);
      conditions.push(operatorValue(context, '='));
    }
    conditions.push(test);
    results.push(expression(context, level, nodeOf(when, 'result') ?? {}));
  }
  const otherwise = nodeOf(node, 'defresult');
  if (otherwise !== null) results.push(expression(context, level, otherwise));
  const result = anyOf(results);
  const from = made([result, condition(conditions)]).from;
  context.findings.mix({ ...result, from });
  return {
    ...made([result, condition(conditions)]),
    fields: null,
    builtIn: result.builtIn,
    constants: result.constants,
  };
}

/** What an operator adds by itself: nothing, unless it may be the database's own. */
function operatorValue({ catalog, findings }: Context, name: string): Value {
  findings.operators.add(name);
  if (!catalog.hasOwnOperator(name)) return NOTHING;
  findings.closed = false;
  return UNKNOWN;
}

function rowOf(context: Context, level: Level | null, node: TreeNode): Value {
  const args = listOf(node, 'args');
  const values = all(context, level, args);
  if (args.some(isStar)) return made(values);
  return row(values.map((value, index) => ({ name: `f${index + 1}`, value })));
}

/** All expressions that a node holds at any depth; types that it names are casts. */
function within(context: Context, level: Level | null, node: TreeNode): Value {
  const values: Value[] = [];
  const collect = (item: unknown): void => {
    if (Array.isArray(item)) for (const each of item) collect(each);
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return;
    const fields = item as TreeNode;
    const [first = ''] = Object.keys(fields);
    if (/^[A-Z]/.test(first) && first !== 'String' && first !== 'TypeName')
      values.push(expression(context, level, fields));
    else for (const [name, field] of Object.entries(fields)) collectField(name, field);
  };
  const collectField = (name: string, field: unknown): void => {
    if (name === 'typeName') values.push(castOf(context, level, { arg: null, typeName: field }));
    else if (name !== 'over') collect(field);
    else values.push(UNKNOWN);
  };
  for (const [name, field] of Object.entries(node)) collectField(name, field);
  return { ...mixed(context, made(values)), fields: null, builtIn: false };
}
