/** SELECT, VALUES, and what UNION puts together. */
import type { TreeNode } from '../fact-verb.ts';
import { listOf, nodeOf, nodesOf, wordsOf } from '../facts/tree.ts';
import { windowOf } from './call.ts';
import type { Context } from './context.ts';
import { constantColumns, constantsOf } from './constants.ts';
import { fromClause } from './from-clause.ts';
import { isStar } from './operations.ts';
import { qualify } from './qualifications.ts';
import { choose, chosenBy, Column, countedBy, findName, taint, type Level } from './scope.ts';
import { NOWHERE, union } from './source-set.ts';
import { targetsOf } from './targets.ts';
import { constantValue, either, UNKNOWN, type Value } from './value.ts';
import { withQueries } from './with-clause.ts';

/** Columns of the result of a SELECT, its fields without their wrapper; null: nobody knows which it has. */
export function query(context: Context, select: TreeNode, outer: Level | null): readonly Column[] | null {
  return context.findings.deeper(() => {
    const within = withQueries(context, nodeOf(select, 'withClause'), outer);
    if (nodeOf(select, 'larg') !== null) return combined(within, select, outer);
    if (Array.isArray(select['valuesLists']))
      return limited(within, select, outer, valuesOf(within, select, outer));
    return plain(within, select, outer);
  });
}

function plain(context: Context, select: TreeNode, outer: Level | null): readonly Column[] | null {
  const level = fromClause(context, listOf(select, 'fromClause'), outer);
  choose(level, chosenBy(level));
  level.windows = windowsOf(context, select, level);
  qualify(context, level, conditionsOf(select, level));
  const columns = targetsOf(context, level, listOf(select, 'targetList'));
  countedBy(columns, chosenBy(level));
  return limited(context, select, level, columns);
}

/** Whatever chooses rows or their order. A bare name in ORDER BY may be one of the result's. */
function conditionsOf(select: TreeNode, level: Level): TreeNode[] {
  const conditions = [...nodesOf(select, ['whereClause', 'havingClause'])];
  const sorted = [
    ...listOf(select, 'sortClause'),
    ...listOf(select, 'distinctClause'),
    ...listOf(select, 'groupClause'),
  ];
  for (const item of sorted) {
    const node = nodeOf(nodeOf(item, 'SortBy'), 'node') ?? item;
    if (isReadable(node, level)) conditions.push(node);
  }
  return conditions;
}

function isReadable(node: TreeNode, level: Level): boolean {
  if (Object.keys(node).length === 0 || node['GroupingSet'] !== undefined) return false;
  const words = wordsOf(nodeOf(node, 'ColumnRef')?.['fields']);
  return words.length !== 1 || findName(level, words[0] ?? '') !== null;
}

function windowsOf(context: Context, select: TreeNode, level: Level): Level['windows'] {
  const windows = listOf(select, 'windowClause').map((item) => nodeOf(item, 'WindowDef') ?? {});
  return union(
    windows.map((window) => windowOf(context, level, { ...window, name: undefined, refname: undefined })),
  );
}

/** Where a result is cut tells what it is cut by. */
function limited(
  context: Context,
  select: TreeNode,
  level: Level | null,
  columns: readonly Column[] | null,
): readonly Column[] | null {
  const bounds = nodesOf(select, ['limitCount', 'limitOffset']);
  const from = union(
    bounds.map((bound) => context.parts.expression({ ...context, recording: true }, level, bound).from),
  );
  if (columns !== null && (from === null || from.size > 0)) taint(columns, from);
  return columns;
}

/** UNION, INTERSECT, EXCEPT: column by column. */
function combined(context: Context, select: TreeNode, outer: Level | null): readonly Column[] | null {
  const { result, from } = context.findings.watch(
    Infinity,
    () => [
      query(context, nodeOf(select, 'larg') ?? {}, outer),
      query(context, nodeOf(select, 'rarg') ?? {}, outer),
    ],
    true,
  );
  const [left = null, right = null] = result;
  if (left === null || right?.length !== left.length) return null;
  const columns = left.map(
    (column, i) => new Column(column.name, either(column.value, right[i]?.value ?? UNKNOWN)),
  );
  // Constants side by side, each there or not, spell out what chooses them.
  taint(
    columns.filter(({ value }) => value.madeUp === true),
    from,
  );
  return limited(context, select, outer, columns);
}

/** Rows of expressions; columns are called column1, column2 and so on. */
function valuesOf(context: Context, select: TreeNode, outer: Level | null): readonly Column[] | null {
  const lists = listOf(select, 'valuesLists');
  const places = constantColumns(lists);
  const columns =
    places === null
      ? valueColumns(lists.map((item) => valuesRow(context, nodeOf(item, 'List'), outer)))
      : places.map((column) => constantValue(constantsOf(context, column)));
  return columns?.map((value, i) => new Column(`column${i + 1}`, value)) ?? null;
}

function valueColumns(rows: readonly (readonly Value[] | null)[]): Value[] | null {
  const width = rows[0]?.length ?? 0;
  if (rows.some((values) => values?.length !== width)) return null;
  return Array.from({ length: width }, (_, i) => anyRow(rows.map((each) => each?.[i] ?? UNKNOWN)));
}

/** Rows of nothing but constants, the usual ones, cost no more than their constants. */
function anyRow(values: readonly Value[]): Value {
  const simple = values.every(({ from, fields }) => from === NOWHERE && fields === null);
  if (!simple) return values.reduce(either);
  const builtIn = values.every((value) => value.builtIn);
  return { ...constantValue(values.flatMap(({ constants }) => constants)), builtIn };
}

function valuesRow(context: Context, list: TreeNode | null, outer: Level | null): Value[] | null {
  const places = list?.['constants'];
  if (Array.isArray(places))
    return (places as readonly number[]).map((place) => constantValue(constantsOf(context, [place])));
  const items = listOf(list, 'items');
  if (items.some(isStar)) return null;
  return items.map((item) => context.parts.expression(context, outer, item));
}
