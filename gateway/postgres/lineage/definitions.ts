/** Changes of the schema: what they fill in, and what they make readable under another name. */
import type { TreeNode } from '../fact-verb.ts';
import { listOf, nodeOf, textOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import { relationColumns } from './relation-columns.ts';
import { type Column, entryOf, type Level, levelOf } from './scope.ts';
import { columnOf, NOWHERE, union, type SourceSet } from './source-set.ts';

/** ALTER TABLE. */
export function alteredTable(context: Context, node: TreeNode): void {
  context.findings.closed = false;
  const table = nodeOf(node, 'relation');
  const relation = context.catalog.relation(textOf(table, 'schemaname'), textOf(table, 'relname') ?? '');
  if (relation === null) return;
  const columns = relationColumns(context, relation);
  const level = levelOf([entryOf(relation.name, columns, relation)], columns, null);
  for (const item of listOf(node, 'cmds'))
    alteredColumn(context, level, columns, nodeOf(item, 'AlterTableCmd') ?? {});
}

/** What is of a parent, of a partitioned table or of an expression is masked as that is, until it is no longer of it. */
const PARTINGS = new Set(['AT_DropInherit', 'AT_DetachPartition', 'AT_DropExpression']);

function alteredColumn(context: Context, level: Level, columns: readonly Column[], command: TreeNode): void {
  const { findings } = context;
  const kind = textOf(command, 'subtype') ?? '';
  const name = textOf(command, 'name');
  const key = columns.find((column) => column.name === name)?.key ?? null;
  const to = key === null ? 'new' : columnOf(key);
  if (PARTINGS.has(kind))
    return findings.flow(allOf(columns.filter((column) => name === null || column.name === name)), 'new');
  if (kind === 'AT_AddConstraint') findings.withoutFlows(() => conditions(context, level, command));
  if (kind === 'AT_AddColumn') return filledIn(context, nodeOf(nodeOf(command, 'def'), 'ColumnDef'));
  const def = nodeOf(command, 'def');
  const given = kind === 'AT_ColumnDefault' ? def : nodeOf(nodeOf(def, 'ColumnDef'), 'raw_default');
  if (given === null || (kind !== 'AT_ColumnDefault' && kind !== 'AT_AlterColumnType')) return;
  const value = context.parts.expression(context, level, given);
  findings.use(value, key === null ? null : new Set([key]));
  findings.flow(value.from, to);
}

/** CREATE INDEX, POLICY, TRIGGER, STATISTICS: expressions and conditions about rows of a table, whose constants are of its columns. */
export function constrained(context: Context, node: TreeNode): void {
  context.findings.closed = false;
  const table =
    nodeOf(node, 'relation') ?? nodeOf(node, 'table') ?? nodeOf(listOf(node, 'relations')[0], 'RangeVar');
  const relation = context.catalog.relation(textOf(table, 'schemaname'), textOf(table, 'relname') ?? '');
  const columns = relation === null ? null : relationColumns(context, relation);
  // A trigger's condition calls them by these names.
  const entries = [relation?.name ?? null, 'old', 'new'].map((name) => entryOf(name, columns, relation));
  context.findings.withoutFlows(() => conditions(context, levelOf(entries, columns, null), node));
}

const CONDITIONS: ReadonlySet<string> = new Set([
  'whereClause',
  'qual',
  'with_check',
  'whenClause',
  'raw_expr',
  'expr',
]);

/** Reads all conditions that a definition holds, for what they compare. */
function conditions(context: Context, level: Level, definition: unknown): void {
  if (Array.isArray(definition)) for (const item of definition) conditions(context, level, item);
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) return;
  for (const [name, child] of Object.entries(definition)) {
    if (CONDITIONS.has(name))
      context.parts.expression({ ...context, recording: false }, level, child as TreeNode);
    else conditions(context, level, child);
  }
}

/** CREATE TABLE, CREATE DOMAIN: defaults fill in values of whatever their functions read. */
export function created(context: Context, node: TreeNode): void {
  context.findings.closed = false;
  filledIn(context, node);
  for (const item of listOf(node, 'tableElts')) filledIn(context, nodeOf(item, 'ColumnDef'));
}

/** ALTER DOMAIN … SET DEFAULT. */
export function alteredDomain(context: Context, node: TreeNode): void {
  context.findings.closed = false;
  const given = nodeOf(node, 'def');
  if (given === null || textOf(node, 'subtype') !== 'T') return;
  context.findings.flow(context.parts.expression(context, null, given).from, 'new');
}

function filledIn(context: Context, definition: TreeNode | null): void {
  for (const item of listOf(definition, 'constraints')) {
    const constraint = nodeOf(item, 'Constraint');
    const given = nodeOf(constraint, 'raw_expr');
    if (given === null || constraint?.['contype'] !== 'CONSTR_DEFAULT') continue;
    context.findings.flow(context.parts.expression(context, null, given).from, 'new');
  }
}

/** Under another name rules that go by names do not find it any more. */
export function renamedObject(context: Context, node: TreeNode): void {
  context.findings.closed = false;
  // Of all that is in it.
  if (node['renameType'] === 'OBJECT_SCHEMA') return context.findings.flow(null, 'new');
  const table = nodeOf(node, 'relation');
  const relation = context.catalog.relation(textOf(table, 'schemaname'), textOf(table, 'relname') ?? '');
  if (relation === null) return;
  const columns = relationColumns(context, relation);
  const column = node['renameType'] === 'OBJECT_COLUMN' ? textOf(node, 'subname') : null;
  context.findings.flow(allOf(columns.filter(({ name }) => column === null || name === column)), 'new');
}

function allOf(columns: readonly Column[]): SourceSet {
  return union([NOWHERE, ...columns.map(({ value }) => value.from)]);
}
