/** INSERT, UPDATE, DELETE and MERGE: what they write where, and what RETURNING gives. */
import type { Relation } from '../catalog/catalog.ts';
import type { TreeNode } from '../fact-verb.ts';
import { kindOf, listOf, nodeOf, textOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import { fromClause, sourceOf } from './from-clause.ts';
import { qualify } from './qualifications.ts';
import { relationColumns } from './relation-columns.ts';
import { Column, entryOf, levelOf, type Entry, type Level } from './scope.ts';
import { aliasOf, besides, single, type Source } from './source.ts';
import { columnOf, union } from './source-set.ts';
import { targetsOf } from './targets.ts';
import { either, made, NOTHING, UNKNOWN, type Value } from './value.ts';
import { withQueries } from './with-clause.ts';

/** Values written to a target, by the names of its columns. */
type Written = Map<string, Value>;

/** The relation that is changed, as an item of FROM. */
interface Target {
  readonly entry: Entry;
  readonly relation: Relation | null;
}

/** Columns of RETURNING; null: nobody knows which. Empty without one. */
export function change(context: Context, statement: TreeNode, outer: Level | null): readonly Column[] | null {
  const [kind, node] = kindOf(statement);
  const within = { ...withQueries(context, nodeOf(node, 'withClause'), outer), recording: true };
  const target = targetOf(within, nodeOf(node, 'relation') ?? {});
  // What a foreign key takes along may be any table's, with its triggers.
  const deletes = kind === 'DeleteStmt' || kind === 'MergeStmt';
  if (deletes && target.relation?.cascades !== false) context.findings.takesAlong = true;
  switch (kind) {
    case 'InsertStmt':
      return insert(within, node, target, outer);
    case 'UpdateStmt':
      return update(within, node, target, outer);
    case 'DeleteStmt':
      return remove(within, node, target, outer);
    default:
      return merge(within, node, target, outer);
  }
}

function targetOf(context: Context, node: TreeNode): Target {
  const [schema, name] = [textOf(node, 'schemaname'), textOf(node, 'relname') ?? ''];
  const relation = context.catalog.relation(schema, name);
  context.findings.names.set(schema === null ? name : `${schema}.${name}`, relation?.oid ?? 0);
  if (relation !== null) context.findings.changes = true;
  const columns = relation === null ? null : relationColumns(context, relation);
  return { entry: entryOf(aliasOf(node).name ?? name, columns, relation), relation };
}

function insert(
  context: Context,
  node: TreeNode,
  target: Target,
  outer: Level | null,
): readonly Column[] | null {
  const select = nodeOf(nodeOf(node, 'selectStmt'), 'SelectStmt');
  const named = listOf(node, 'cols').map((item) => textOf(nodeOf(item, 'ResTarget'), 'name') ?? '');
  const names = named.length > 0 ? named : (target.relation?.columns.map(({ name }) => name) ?? []);
  const written: Written = new Map();
  if (select !== null) {
    const columns = context.parts.query(context, select, outer);
    const count = columns?.length ?? names.length;
    for (const [i, name] of names.slice(0, count).entries())
      write(context, target, written, name, columns === null ? UNKNOWN : (columns[i]?.value ?? UNKNOWN));
    if (names.length === 0)
      context.findings.flow(union(columns?.map(({ value }) => value.from) ?? [null]), 'new');
  }
  conflict(context, node, target, written, outer);
  return returning(context, node, target, written, single(target.entry), outer);
}

/** ON CONFLICT … DO UPDATE: `excluded` is the row that was to be inserted. */
function conflict(
  context: Context,
  node: TreeNode,
  target: Target,
  written: Written,
  outer: Level | null,
): void {
  const clause = nodeOf(node, 'onConflictClause');
  if (clause === null) return;
  const proposed = target.entry.columns?.map(
    (column) => new Column(column.name, writtenTo(written, column.name), column.key),
  );
  const excluded = entryOf('excluded', proposed ?? null);
  const level = levelOf([target.entry, excluded], target.entry.columns, outer);
  set(context, level, listOf(clause, 'targetList'), target, written);
  qualify(context, level, where(clause));
}

function writtenTo(written: Written, name: string | null): Value {
  return name === null ? UNKNOWN : (written.get(name) ?? NOTHING);
}

function update(
  context: Context,
  node: TreeNode,
  target: Target,
  outer: Level | null,
): readonly Column[] | null {
  const level = fromClause(context, listOf(node, 'fromClause'), outer, single(target.entry));
  qualify(context, level, where(node));
  const written: Written = new Map();
  set(context, level, listOf(node, 'targetList'), target, written);
  return returning(context, node, target, written, level, outer);
}

function remove(
  context: Context,
  node: TreeNode,
  target: Target,
  outer: Level | null,
): readonly Column[] | null {
  const level = fromClause(context, listOf(node, 'usingClause'), outer, single(target.entry));
  qualify(context, level, where(node));
  return returning(context, node, target, new Map(), level, outer);
}

/** RETURNING * of a MERGE gives its source first. */
function merge(
  context: Context,
  node: TreeNode,
  target: Target,
  outer: Level | null,
): readonly Column[] | null {
  const source = sourceOf(context, nodeOf(node, 'sourceRelation') ?? {}, outer, { entries: [], columns: [] });
  const both = besides(source, single(target.entry));
  const level = levelOf(both.entries, both.columns, outer);
  const condition = nodeOf(node, 'joinCondition');
  if (condition !== null) qualify(context, level, [condition]);
  const written: Written = new Map();
  for (const item of listOf(node, 'mergeWhenClauses')) {
    const clause = nodeOf(item, 'MergeWhenClause') ?? {};
    const test = nodeOf(clause, 'condition');
    if (test !== null) qualify(context, level, [test]);
    if (clause['commandType'] === 'CMD_INSERT') mergeInsert(context, level, clause, target, written);
    else set(context, level, listOf(clause, 'targetList'), target, written);
  }
  return returning(context, node, target, written, both, outer);
}

function mergeInsert(
  context: Context,
  level: Level,
  clause: TreeNode,
  target: Target,
  written: Written,
): void {
  const named = listOf(clause, 'targetList').map((item) => textOf(nodeOf(item, 'ResTarget'), 'name') ?? '');
  const names = named.length > 0 ? named : (target.relation?.columns.map(({ name }) => name) ?? []);
  for (const [i, item] of listOf(clause, 'values').entries())
    write(context, target, written, names[i] ?? '', context.parts.expression(context, level, item));
}

/** SET a = …, (b, c) = (…). */
function set(
  context: Context,
  level: Level,
  targets: readonly TreeNode[],
  target: Target,
  written: Written,
): void {
  for (const item of targets) {
    const assigned = nodeOf(item, 'ResTarget');
    const value = nodeOf(assigned, 'val');
    if (value === null) continue;
    const several = nodeOf(value, 'MultiAssignRef');
    const found =
      several === null ? context.parts.expression(context, level, value) : oneOf(context, level, several);
    write(context, target, written, textOf(assigned, 'name') ?? '', found);
  }
}

function oneOf(context: Context, level: Level, several: TreeNode): Value {
  const value = context.parts.expression(context, level, nodeOf(several, 'source') ?? {});
  const number = Number(several['colno'] ?? 0);
  return value.fields === null ? made([value]) : (value.fields[number - 1]?.value ?? UNKNOWN);
}

function write(context: Context, target: Target, written: Written, name: string, value: Value): void {
  const { findings } = context;
  const before = written.get(name);
  written.set(name, before === undefined ? value : either(before, value));
  const column = target.entry.columns?.find((one) => one.name === name);
  if (column === undefined || column.key === null) {
    findings.use(value, null);
    return findings.flow(value.from, 'new');
  }
  // Through a view it is written to what that shows.
  const keys =
    column.value.from === null || column.value.from.size === 0 ? [column.key] : [...column.value.from];
  const to = isView(target.relation) ? keys : [column.key];
  for (const key of [column.key, ...to]) {
    findings.columns.add(key);
    findings.partlyWritten.add(columnOf(key).relation);
  }
  for (const key of to) findings.flow(value.from, columnOf(key));
  findings.use(value, new Set(to));
}

function isView(relation: Relation | null): boolean {
  return relation?.kind === 'v';
}

/** RETURNING sees the row as it is now, and as `old` and `new`. What rules return in its place nobody knows. */
function returning(
  context: Context,
  node: TreeNode,
  target: Target,
  written: Written,
  source: Source,
  outer: Level | null,
): readonly Column[] | null {
  const clause = nodeOf(node, 'returningClause');
  if (clause === null) return [];
  const own = target.entry.columns;
  for (const column of own ?? []) {
    const value = column.name === null ? undefined : written.get(column.name);
    if (value !== undefined) column.value = either(column.value, value);
    if (target.relation?.ruled === true) column.value = UNKNOWN;
  }
  const names = { OLD: 'old', NEW: 'new' };
  for (const option of listOf(clause, 'options')) {
    const given = nodeOf(option, 'ReturningOption');
    const which = given?.['option'] === 'RETURNING_OPTION_OLD' ? 'OLD' : 'NEW';
    names[which] = textOf(given, 'value') ?? names[which];
  }
  const others = [names.OLD, names.NEW].map((name): Entry => ({
    alias: name,
    relation: target.relation,
    columns: own,
  }));
  const level = levelOf([...source.entries, ...others], source.columns, outer);
  return targetsOf(context, level, listOf(clause, 'exprs'));
}

function where(node: TreeNode): TreeNode[] {
  const condition = nodeOf(node, 'whereClause');
  return condition === null ? [] : [condition];
}
