/** FROM: which columns its items bring (parse_clause.c). */
import type { TreeNode } from '../fact-verb.ts';
import { kindOf, nodeOf, textOf, wordsOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import { functionEntry } from './function-entry.ts';
import { joinOf } from './join.ts';
import { relationColumns } from './relation-columns.ts';
import {
  choose,
  Column,
  countedBy,
  entryOf,
  levelOf,
  renamed,
  taint,
  type Entry,
  type Level,
} from './scope.ts';
import { aliasOf, besides, lateral, NO_SOURCE, single, type Source } from './source.ts';
import { correlated } from './sub-link.ts';
import { made, valueFrom, type Value } from './value.ts';

/** All items of FROM as a level within `outer`. `before`: what is there already, the target of UPDATE. */
export function fromClause(
  context: Context,
  items: readonly TreeNode[],
  outer: Level | null,
  before: Source = NO_SOURCE,
): Level {
  let source = before;
  for (const item of items) source = besides(source, sourceOf(context, item, outer, source));
  return levelOf(source.entries, source.columns, outer);
}

/** One item; `beside` is what LATERAL sees. */
export function sourceOf(context: Context, item: TreeNode, outer: Level | null, beside: Source): Source {
  const [kind, node] = kindOf(item);
  return context.findings.deeper(() => {
    switch (kind) {
      case 'RangeVar':
        return single(tableEntry(context, node));
      case 'RangeSubselect':
        return single(subqueryEntry(context, node, outer, beside));
      case 'RangeFunction':
        return single(functionEntry(context, node, lateral(outer, beside)));
      case 'RangeTableSample':
        return sampled(context, node, outer, beside);
      case 'JoinExpr':
        return joinOf(context, node, outer, beside, sourceOf);
      case 'RangeTableFunc':
      case 'JsonTable':
        return single(tableFunction(context, kind, node, lateral(outer, beside)));
      default:
        context.findings.closed = false;
        return single(entryOf(null, null));
    }
  });
}

/** A table, view, or name of WITH. */
export function tableEntry(context: Context, node: TreeNode): Entry {
  const [schema, name] = [textOf(node, 'schemaname'), textOf(node, 'relname') ?? ''];
  const alias = aliasOf(node);
  const query = schema === null ? context.queries.get(name) : undefined;
  if (query !== undefined) return entryOf(alias.name ?? name, renamed(query.columns(), alias.columns));
  const relation = context.catalog.relation(schema, name);
  if (context.way.length === 0 || context.arguments !== null)
    context.findings.names.set(schema === null ? name : `${schema}.${name}`, relation?.oid ?? 0);
  if (relation === null) return entryOf(alias.name ?? name, null);
  return entryOf(
    alias.name ?? name,
    renamed(relationColumns(context, relation, node['inh'] !== true), alias.columns),
    relation,
  );
}

function subqueryEntry(context: Context, node: TreeNode, outer: Level | null, beside: Source): Entry {
  const alias = aliasOf(node);
  const select = nodeOf(nodeOf(node, 'subquery'), 'SelectStmt');
  if (select === null) return entryOf(alias.name, null);
  if (node['lateral'] !== true)
    return entryOf(alias.name, renamed(context.parts.query(context, select, outer), alias.columns));
  // Which rows it has is decided anew by each row beside it.
  const around = lateral(outer, beside);
  const { result, from, madeUp } = correlated(context, around?.depth ?? 0, false, () =>
    context.parts.query(context, select, around),
  );
  if (madeUp) choose(beside, from);
  const entry = entryOf(alias.name, renamed(result, alias.columns));
  taint(entry.columns ?? [], from);
  countedBy(entry.columns, from);
  return entry;
}

function sampled(context: Context, node: TreeNode, outer: Level | null, beside: Source): Source {
  const method = wordsOf(node['method']).at(-1) ?? '';
  if (method !== 'bernoulli' && method !== 'system') context.findings.closed = false;
  return sourceOf(context, nodeOf(node, 'relation') ?? {}, outer, beside);
}

/** XMLTABLE and JSON_TABLE: columns made of all that is given to them. */
function tableFunction(context: Context, kind: string, node: TreeNode, level: Level | null): Entry {
  const alias = aliasOf(node);
  const expressions: Value[] = [];
  const names: string[] = [];
  collect(node);
  const from = made(expressions).from;
  const columns = names.map((name) => new Column(name, valueFrom(from, false)));
  countedBy(columns, from);
  return entryOf(
    alias.name ?? (kind === 'JsonTable' ? 'json_table' : 'xmltable'),
    renamed(columns, alias.columns),
  );

  function collect(item: unknown): void {
    if (Array.isArray(item)) for (const each of item) collect(each);
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return;
    const [inner, fields] = kindOf(item as TreeNode);
    if (inner === 'RangeTableFuncCol' || inner === 'JsonTableColumn') column(inner, fields);
    else if (/^[A-Z]/.test(inner))
      expressions.push(context.parts.expression(context, level, item as TreeNode));
    else for (const [name, field] of Object.entries(item)) if (name !== 'alias') collect(field);
  }

  function column(inner: string, fields: TreeNode): void {
    const name = textOf(fields, inner === 'JsonTableColumn' ? 'name' : 'colname');
    if (name !== null) names.push(name);
    for (const [field, value] of Object.entries(fields)) {
      if (field === 'typeName') expressions.push(typeOnly(value));
      else collect(value);
    }
  }

  function typeOnly(typeName: unknown): Value {
    return context.parts.expression(context, level, {
      TypeCast: { arg: { A_Const: { isnull: true } }, typeName },
    });
  }
}
