/** Functions in FROM. */
import type { TreeNode } from '../fact-verb.ts';
import { isBuiltIn, pureFunction } from '../facts/built-ins.ts';
import { kindOf, listOf, nodeOf, textOf, wordsOf } from '../facts/tree.ts';
import { argumentsOf, bodyOf, meaningOf, opaque, pureValue, rowColumns } from './call.ts';
import type { Context } from './context.ts';
import { union } from './source-set.ts';
import { Column, countedBy, entryOf, renamed, type Entry, type Level } from './scope.ts';
import { NOTHING, UNKNOWN, type Value } from './value.ts';

/** Give rows whose columns are those of the type that they are called with. */
const TYPED = /^(jsonb?_populate_record|jsonb?_populate_recordset|jsonb?_to_record|jsonb?_to_recordset)$/;

/** `f(…)`, `ROWS FROM (f(…), g(…))`, WITH ORDINALITY. */
export function functionEntry(context: Context, node: TreeNode, level: Level | null): Entry {
  const alias = nodeOf(node, 'alias');
  const name = textOf(alias, 'aliasname');
  const functions = listOf(node, 'functions').map((item) => listOf(nodeOf(item, 'List'), 'items'));
  const defined = definitions(listOf(node, 'coldeflist'));
  const parts = functions.map(([call, list]) => {
    const own = nodeOf(list, 'List');
    return callColumns(
      context,
      call ?? {},
      own === null ? defined : definitions(listOf(own, 'items')),
      level,
      name,
    );
  });
  const columns: Column[] = [];
  for (const part of parts) {
    if (part === null) return entryOf(name ?? firstName(functions), null);
    columns.push(...part);
  }
  if (node['ordinality'] === true) columns.push(new Column('ordinality', NOTHING));
  // How many rows there are tells what the functions were called with.
  countedBy(columns, union(columns.map(({ value }) => value.from)));
  return entryOf(name ?? firstName(functions), renamed(columns, wordsOf(alias?.['colnames'])));
}

/** `AS t (a int, b text)`. */
function definitions(list: readonly TreeNode[]): readonly string[] {
  return list.flatMap((item) => textOf(nodeOf(item, 'ColumnDef'), 'colname') ?? []);
}

function firstName(functions: readonly (readonly TreeNode[])[]): string {
  const [kind, call] = kindOf(functions[0]?.[0] ?? null);
  return kind === 'FuncCall' ? (wordsOf(call['funcname']).at(-1) ?? '') : '';
}

/** Columns of one function's result; null: nobody knows which. */
function callColumns(
  context: Context,
  item: TreeNode,
  defined: readonly string[],
  level: Level | null,
  alias: string | null,
): readonly Column[] | null {
  const [kind, call] = kindOf(item);
  if (kind !== 'FuncCall') return scalar(context, item, level, alias);
  const { name, values, around } = argumentsOf(context, level, call);
  const meaning = meaningOf(context, call);
  if (meaning.kind === 'pure') {
    const value = pureValue(context, name, values, around);
    return pureColumns(name, values, value, defined, alias);
  }
  const [own, another] = meaning.own;
  if (meaning.kind === 'read' && own !== undefined && another === undefined && !isBuiltIn(name)) {
    const result = bodyOf(context, own, values);
    if (result !== null) return ownColumns(context, own, result, defined);
  }
  const value = opaque(context, values);
  return defined.length > 0 ? defined.map((column) => new Column(column, value)) : null;
}

/** `FROM current_date`, `FROM CAST(…)`: expressions that look like functions. */
function scalar(
  context: Context,
  item: TreeNode,
  level: Level | null,
  alias: string | null,
): readonly Column[] | null {
  const value = context.parts.expression(context, level, item);
  if (value.fields !== null) return value.fields.map((field) => new Column(field.name, field.value));
  return value.builtIn ? [new Column(alias, value)] : null;
}

function pureColumns(
  name: string,
  values: readonly Value[],
  value: Value,
  defined: readonly string[],
  alias: string | null,
): readonly Column[] | null {
  if (defined.length > 0) return defined.map((column) => new Column(column, { ...value, builtIn: false }));
  const outputs = pureFunction(name) ?? [];
  if (outputs[0] === '?' && name !== 'unnest') return null;
  if (outputs.length > 1) return outputs.map((column) => new Column(column, value));
  if (TYPED.test(name)) {
    const fields = values[0]?.fields ?? null;
    return fields?.map((field) => new Column(field.name, value)) ?? null;
  }
  if (name === 'unnest') return unnested(values, value, alias);
  return [new Column(outputs[0] ?? alias ?? name, value)];
}

/** Arrays side by side; those of rows give as many columns as these have, which nobody knows. */
function unnested(values: readonly Value[], whole: Value, alias: string | null): readonly Column[] | null {
  if (values.some(({ builtIn }) => !builtIn)) return null;
  if (values.length === 1) return [new Column(alias ?? 'unnest', whole)];
  return values.map((value) => new Column('unnest', value));
}

function ownColumns(
  context: Context,
  own: Parameters<typeof rowColumns>[1],
  result: readonly Column[],
  defined: readonly string[],
): readonly Column[] | null {
  if (own.returnsRelation !== 0)
    return rowColumns(context, own, result)?.map(({ name, value }) => new Column(name, value)) ?? null;
  if (defined.length > 0)
    return defined.map(
      (column, i) =>
        new Column(column, defined.length === result.length ? (result[i]?.value ?? UNKNOWN) : UNKNOWN),
    );
  const [only] = result;
  if (result.length === 1 && only !== undefined) {
    // RETURNS TABLE (a …) and RETURNS SETOF text look alike here; a row may stand for several columns.
    return only.value.builtIn ? [new Column(null, only.value)] : null;
  }
  return result.map(({ value }) => new Column(null, value));
}
