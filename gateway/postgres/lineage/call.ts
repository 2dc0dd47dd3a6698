/** Calls of functions and aggregates. */
import type { TreeNode } from '../fact-verb.ts';
import { isAggregate, isBuiltIn } from '../facts/built-ins.ts';
import { functionMeaning, type FunctionMeaning } from '../facts/function-kinds.ts';
import { bodyStatements } from '../facts/inner-sql.ts';
import { kindOf, listOf, nodeOf, nodesOf, wordsOf } from '../facts/tree.ts';
import type { CatalogFunction } from '../catalog/catalog.ts';
import type { Context } from './context.ts';
import { relationFields } from './relation-columns.ts';
import { isSettled } from './settled-results.ts';
import { chosenBy, madeUpIn, taint, type Column, type Level } from './scope.ts';
import { NOWHERE, union, type SourceSet } from './source-set.ts';
import { alsoFrom, made, row, UNKNOWN, type Value } from './value.ts';

/** How many functions and views are looked through on one way. */
const MAX_WAY = 16;

/** Give values of the type that they are called with, which may be a row. */
const POPULATING = /^jsonb?_(populate|to)_record/;

/** Compare what they are given: constants among it are of the same kind as the columns. */
const COMPARING =
  /^(starts_with|strpos|position|regexp_(like|match|matches|instr|count|substr)|like|notlike|texteq|array_position|num_nulls)$/;

/** Make rows up; they stand among targets, too. */
const SERIES = /^generate_(series|subscripts)$/;

/** Quote what they are given in errors of syntax (SQLSTATE 42601). */
const QUOTING = /^(to_tsquery|format|parse_ident)$/;

/** The value of a call in an expression. */
export function callOf(context: Context, level: Level | null, node: TreeNode): Value {
  const { name, values, around } = argumentsOf(context, level, node);
  const meaning = meaningOf(context, node);
  if (meaning.kind === 'pure') {
    const gathers = isAggregate(name) || node['over'] !== undefined || node['agg_star'] === true;
    const value = pureValue(context, name, values, union([around, gathers ? chosenBy(level) : NOWHERE]));
    if (SERIES.test(name)) return { ...value, madeUp: true };
    return gathers && !isAmongMadeUp(level) ? { madeUp: false, ...value } : value;
  }
  const [own, another] = meaning.own;
  if (meaning.kind === 'read' && own !== undefined && another === undefined && !isBuiltIn(name)) {
    const result = bodyOf(context, own, values);
    if (result !== null) {
      const value = rowResult(context, own, result);
      context.findings.look(0, null, value, context.recording);
      return alsoFrom(value, around);
    }
  }
  if (meaning.kind === 'known' && isSettled(name, node)) return settled(context, values);
  return opaque(context, values);
}

/** What is counted in tables is not made up. */
function isAmongMadeUp(level: Level | null): boolean {
  return level === null || level.entries.length === 0 || madeUpIn(level).size > 0;
}

/** What it is given may stay with the server (set_config), and be quoted when it names nothing. */
function settled({ findings }: Context, values: readonly Value[]): Value {
  const value = made(values);
  findings.flow(value.from, 'elsewhere');
  if (value.from === null || value.from.size > 0) findings.closed = false;
  return { ...value, fields: null };
}

/** Name, arguments, and what else a call is made of: its order, filter and window. */
export function argumentsOf(
  context: Context,
  level: Level | null,
  node: TreeNode,
): { readonly name: string; readonly values: readonly Value[]; readonly around: SourceSet } {
  const evaluate = (item: TreeNode) => context.parts.expression(context, level, item);
  const values = listOf(node, 'args').map(evaluate);
  const filter = nodeOf(node, 'agg_filter');
  const around = [...listOf(node, 'agg_order'), ...(filter === null ? [] : [filter])].map(
    (item) => evaluate(item).from,
  );
  const over = nodeOf(node, 'over');
  if (over !== null) around.push(windowOf(context, level, over));
  return { name: wordsOf(node['funcname']).at(-1) ?? '', values, around: union(around) };
}

/** What a window is made of; a named one may be any of its query. */
export function windowOf(context: Context, level: Level | null, window: TreeNode): SourceSet {
  const bounds = nodesOf(window, ['startOffset', 'endOffset']);
  const items = [...listOf(window, 'partitionClause'), ...listOf(window, 'orderClause'), ...bounds];
  const named = window['name'] !== undefined || window['refname'] !== undefined;
  const own = items.map((item) => context.parts.expression(context, level, item).from);
  return union([...own, named ? (level?.windows ?? null) : NOWHERE]);
}

/** What the function is; notes that it has to stay that. */
export function meaningOf({ catalog, findings }: Context, node: TreeNode): FunctionMeaning {
  const words = wordsOf(node['funcname']);
  const name = words.at(-1) ?? '';
  findings.functions.add(name);
  return functionMeaning(catalog, words.at(-2) ?? null, name);
}

/** What a function gives that only computes. */
export function pureValue(
  context: Context,
  name: string,
  values: readonly Value[],
  around: SourceSet,
): Value {
  if (QUOTING.test(name)) context.findings.closed = false;
  if (COMPARING.test(name))
    for (const [i, value] of values.entries())
      for (const other of values.slice(i + 1)) context.findings.relate(value, other);
  const value = made(values);
  context.findings.mix(value);
  return { ...alsoFrom(value, around), fields: null, builtIn: value.builtIn && !POPULATING.test(name) };
}

/** Nobody sees what it does with its arguments, or where its result comes from. */
export function opaque({ findings }: Context, values: readonly Value[]): Value {
  findings.closed = false;
  findings.flow(union(values.map(({ from }) => from)), 'elsewhere');
  return { ...UNKNOWN, constants: made(values).constants };
}

/** Result columns of a function's body, as far as it is one SELECT; null: nobody knows. */
export function bodyOf(
  context: Context,
  own: CatalogFunction,
  values: readonly Value[],
): readonly Column[] | null {
  const statements = own.body === null ? null : bodyStatements(own.body);
  const [kind, select] = kindOf(statements?.[0]?.node ?? null);
  if (statements?.length !== 1 || kind !== 'SelectStmt' || select['intoClause'] !== undefined) return null;
  if (values.length > own.arguments || context.way.length >= MAX_WAY || context.way.includes(own.oid))
    return null;
  const inner: Context = {
    ...context,
    catalog: context.catalog.within(own),
    queries: new Map(),
    constantAt: null,
    arguments: values,
    recording: false,
    way: [...context.way, own.oid],
  };
  const { findings, parts } = context;
  const { result, from } = findings.apart(() =>
    findings.watch(Infinity, () => parts.query(inner, select, null), true),
  );
  // What it gives for each of made-up arguments tells what its conditions look at.
  if (result !== null && values.some((value) => value.madeUp === true)) taint(result, from);
  return result;
}

/** A function's result as one value: the names in a row are those of its type. */
function rowResult(context: Context, own: CatalogFunction, result: readonly Column[]): Value {
  const [only] = result;
  const columns = own.returnsRelation === 0 ? null : rowColumns(context, own, result);
  if (columns !== null) return row(columns);
  const value = made(result.map(({ value: one }) => one));
  return {
    ...value,
    fields: null,
    builtIn: own.returnsRelation === 0 && result.length === 1 && only?.value.builtIn === true,
  };
}

/** The columns of a function that returns rows of a relation; null: they do not fit. */
export function rowColumns(
  context: Context,
  own: CatalogFunction,
  result: readonly Column[],
): { readonly name: string; readonly value: Value }[] | null {
  const names = relationFields(context, own.returnsRelation);
  if (names === null) return null;
  const [only] = result;
  const values = (result.length === 1 ? only?.value.fields : null) ?? result;
  if (values.length !== names.length) return null;
  return names.map((name, index) => ({ name, value: values[index]?.value ?? UNKNOWN }));
}
