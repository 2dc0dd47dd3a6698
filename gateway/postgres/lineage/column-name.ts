/** How PostgreSQL calls a result column without an AS (FigureColname in parse_target.c). */
import type { TreeNode } from '../fact-verb.ts';
import { kindOf, listOf, nodeOf, textOf, wordsOf } from '../facts/tree.ts';

/** A name, and whether it is better than the name of a type or `case`. */
interface Figured {
  readonly name: string;
  readonly strong: boolean;
}

const FIXED: Readonly<Record<string, string>> = {
  GroupingFunc: 'grouping',
  MergeSupportFunc: 'merge_action',
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  XmlSerialize: 'xmlserialize',
  JsonParseExpr: 'json',
  JsonScalarExpr: 'json_scalar',
  JsonSerializeExpr: 'json_serialize',
  JsonObjectConstructor: 'json_object',
  JsonArrayConstructor: 'json_array',
  JsonArrayQueryConstructor: 'json_array',
  JsonObjectAgg: 'json_objectagg',
  JsonArrayAgg: 'json_arrayagg',
};

const XML: Readonly<Record<string, string>> = {
  IS_XMLCONCAT: 'xmlconcat',
  IS_XMLELEMENT: 'xmlelement',
  IS_XMLFOREST: 'xmlforest',
  IS_XMLPARSE: 'xmlparse',
  IS_XMLPI: 'xmlpi',
  IS_XMLROOT: 'xmlroot',
};

const JSON_FUNCTIONS: Readonly<Record<string, string>> = {
  JSON_EXISTS_OP: 'json_exists',
  JSON_QUERY_OP: 'json_query',
  JSON_VALUE_OP: 'json_value',
};

/** The name of a result column; `given` is its AS. `subquery` tells the name of the only column of a subquery. */
export function columnName(
  given: string | null,
  value: TreeNode,
  subquery: (select: TreeNode) => string | null,
): string {
  return given ?? figure(value, subquery)?.name ?? '?column?';
}

function figure(value: TreeNode | null, subquery: (select: TreeNode) => string | null): Figured | null {
  const [kind, node] = kindOf(value);
  switch (kind) {
    case 'ColumnRef':
      return strong(wordsOf(node['fields']).at(-1));
    case 'A_Indirection':
      return strong(wordsOf(node['indirection']).at(-1)) ?? figure(nodeOf(node, 'arg'), subquery);
    case 'FuncCall':
      return strong(wordsOf(node['funcname']).at(-1));
    case 'A_Expr':
      return node['kind'] === 'AEXPR_NULLIF' ? strong('nullif') : null;
    case 'TypeCast':
      return weaker(
        figure(nodeOf(node, 'arg'), subquery),
        wordsOf(nodeOf(node, 'typeName')?.['names']).at(-1),
      );
    case 'CollateClause':
      return figure(nodeOf(node, 'arg'), subquery);
    case 'SubLink':
      return figureSubLink(node, subquery);
    case 'CaseExpr':
      return weaker(figure(nodeOf(node, 'defresult'), subquery), 'case');
    case 'MinMaxExpr':
      return strong(node['op'] === 'IS_LEAST' ? 'least' : 'greatest');
    case 'SQLValueFunction':
      return strong(valueFunction(textOf(node, 'op') ?? ''));
    case 'XmlExpr':
      return strong(XML[textOf(node, 'op') ?? '']);
    case 'JsonFuncExpr':
      return strong(JSON_FUNCTIONS[textOf(node, 'op') ?? '']);
    default:
      return strong(FIXED[kind]);
  }
}

function figureSubLink(node: TreeNode, subquery: (select: TreeNode) => string | null): Figured | null {
  const type = node['subLinkType'];
  if (type === 'EXISTS_SUBLINK') return strong('exists');
  if (type === 'ARRAY_SUBLINK') return strong('array');
  const select = nodeOf(nodeOf(node, 'subselect'), 'SelectStmt');
  return type === 'EXPR_SUBLINK' && select !== null ? strong(subquery(select)) : null;
}

/** `SVFOP_CURRENT_TIMESTAMP_N` is called current_timestamp. */
function valueFunction(op: string): string {
  return op
    .replace(/^SVFOP_/, '')
    .replace(/_N$/, '')
    .toLowerCase();
}

function strong(name: string | null | undefined): Figured | null {
  return name === null || name === undefined ? null : { name, strong: true };
}

function weaker(found: Figured | null, name: string | undefined): Figured | null {
  return found?.strong === true || name === undefined ? found : { name, strong: false };
}

/** Name of the first column of a query, whose columns are not at hand. */
export function firstColumnName(select: TreeNode): string | null {
  let at = select;
  for (let left = nodeOf(at, 'larg'); left !== null; left = nodeOf(at, 'larg')) at = left;
  if (at['valuesLists'] !== undefined) return 'column1';
  const target = nodeOf(listOf(at, 'targetList')[0], 'ResTarget');
  const value = nodeOf(target, 'val');
  if (value === null || nodeOf(value, 'ColumnRef')?.['fields'] === undefined) {
    return value === null ? null : columnName(textOf(target, 'name'), value, firstColumnName);
  }
  const fields = listOf(nodeOf(value, 'ColumnRef'), 'fields');
  if (fields.some((field) => field['A_Star'] !== undefined)) return null;
  return columnName(textOf(target, 'name'), value, firstColumnName);
}
