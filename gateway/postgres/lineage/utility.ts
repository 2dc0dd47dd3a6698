/** Statements as a whole: which of them give rows, and what they do with values beside. */
import type { Relation } from '../catalog/catalog.ts';
import type { TreeNode } from '../fact-verb.ts';
import { analyses } from '../facts/explain.ts';
import { kindOf, listOf, nodeOf, textOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import { copyLayout } from './copy-layout.ts';
import { alteredDomain, alteredTable, constrained, created, renamedObject } from './definitions.ts';
import { relationColumns } from './relation-columns.ts';
import { Column, entryOf, levelOf } from './scope.ts';
import { isTextSetting } from './text-settings.ts';
import { columnKey, columnOf, NOWHERE, union, type SourceSet } from './source-set.ts';
import type { CopyColumn, CopyLayout, Lineage, ValueUse } from './lineage.ts';
import { alsoFrom, NOTHING, UNKNOWN, valueFrom } from './value.ts';

/** Columns of a statement's result; null: none, or nobody knows which. */
export interface Result {
  readonly columns: readonly Column[] | null;
  readonly copy: CopyLayout | null;
}

const NONE: Result = { columns: null, copy: null };

/** Run nothing of a user's: what they say of names is about the text. */
const CLOSED = new Set([
  'VariableSetStmt',
  'VariableShowStmt',
  'DeallocateStmt',
  'ListenStmt',
  'UnlistenStmt',
  'ClosePortalStmt',
  'DiscardStmt',
  'LockStmt',
  'NotifyStmt',
]);

type Statement = (context: Context, node: TreeNode, statement: TreeNode) => Result;

function defines(work: (context: Context, node: TreeNode) => void): Statement {
  return (context, node) => {
    work(context, node);
    return NONE;
  };
}

const STATEMENTS: Readonly<Record<string, Statement>> = {
  SelectStmt: select,
  InsertStmt: changed,
  UpdateStmt: changed,
  DeleteStmt: changed,
  MergeStmt: changed,
  CreateTableAsStmt: (context, node) => into(context, utility(context, nodeOf(node, 'query') ?? {}).columns),
  ViewStmt: (context, node) => into(context, utility(context, nodeOf(node, 'query') ?? {}).columns),
  PrepareStmt: inner,
  DeclareCursorStmt: inner,
  ExplainStmt: explained,
  VariableShowStmt: shown,
  ExecuteStmt: executed,
  FetchStmt: (context, node) => (node['ismove'] === true ? NONE : fetched(context, node)),
  CopyStmt: copied,
  AlterTableStmt: defines(alteredTable),
  CreateStmt: defines(created),
  CreateDomainStmt: defines(created),
  AlterDomainStmt: defines(alteredDomain),
  RenameStmt: defines(renamedObject),
  AlterObjectSchemaStmt: defines(renamedObject),
  TransactionStmt: (context, node) => {
    // Deferred triggers run at COMMIT.
    if (/COMMIT|PREPARE/.test(textOf(node, 'kind') ?? 'COMMIT')) context.findings.closed = false;
    return NONE;
  },
  RuleStmt: (context) => code(context, true),
  DoStmt: (context) => code(context, true),
  CreateFunctionStmt: (context) => code(context, false),
  IndexStmt: defines(constrained),
  CreatePolicyStmt: defines(constrained),
  AlterPolicyStmt: defines(constrained),
  CreateTrigStmt: defines(constrained),
  CreateStatsStmt: defines(constrained),
  CallStmt: unseen,
};

/** Works out a statement such as `{ SelectStmt: … }`; the rest is in the context's findings. */
export function utility(context: Context, statement: TreeNode): Result {
  const [kind, node] = kindOf(statement);
  const work = STATEMENTS[kind];
  if (work !== undefined) return work(context, node, statement);
  if (!CLOSED.has(kind)) context.findings.closed = false;
  return NONE;
}

function select(context: Context, node: TreeNode): Result {
  const columns = context.parts.query(context, node, null);
  return nodeOf(intoHolder(node), 'intoClause') === null ? { columns, copy: null } : into(context, columns);
}

/** SELECT INTO may stand in the first query of a UNION. */
function intoHolder(node: TreeNode): TreeNode {
  let at = node;
  for (let left = nodeOf(at, 'larg'); left !== null; left = nodeOf(at, 'larg')) at = left;
  return at;
}

function changed(context: Context, node: TreeNode, statement: TreeNode): Result {
  const columns = context.parts.statement(context, statement, null);
  return node['returningClause'] === undefined ? NONE : { columns, copy: null };
}

/** A relation is made of a query's rows. */
function into(context: Context, columns: readonly Column[] | null): Result {
  context.findings.flow(allOf(columns), 'new');
  context.findings.closed = false;
  return NONE;
}

/** What runs later is looked at now. */
function inner(context: Context, node: TreeNode): Result {
  utility(context, nodeOf(node, 'query') ?? {});
  return NONE;
}

/** A plan holds constants of the text, which are of the kind of what they are compared with; what code of a user's may have put into an error or estimate, nobody knows. */
function explained(context: Context, node: TreeNode): Result {
  utility(context, nodeOf(node, 'query') ?? {});
  const { findings } = context;
  if (!analyses(node)) findings.changes = false;
  const value = findings.closed && !findings.changes ? valueFrom(findings.compared) : UNKNOWN;
  return { columns: [new Column('QUERY PLAN', value)], copy: null };
}

function shown(_context: Context, node: TreeNode): Result {
  const name = textOf(node, 'name') ?? 'all';
  const value = isTextSetting(name) ? UNKNOWN : NOTHING;
  const columns = name === 'all' ? ['name', 'setting', 'description'] : [name];
  return { columns: columns.map((column) => new Column(column, value)), copy: null };
}

/** EXECUTE gives what was prepared; its parameters are compared with what that compares them with. */
function executed(context: Context, node: TreeNode): Result {
  const known = context.prepared(textOf(node, 'name') ?? '', 'statement');
  const found = known?.lineage[0] ?? null;
  const given = listOf(node, 'params').map((item) => context.parts.expression(context, null, item));
  if (found === null) return unseen(context);
  const from = union(given.map((value) => value.from));
  // What is made of the parameters is theirs as well.
  if (known?.facts.statements[0]?.class !== 'read') context.findings.flow(from, 'new');
  for (const { parameter, column } of found.uses) {
    const value = parameter === undefined ? undefined : given[parameter - 1];
    if (value === undefined) continue;
    context.findings.use(
      value,
      column === 'unknown' ? null : new Set([columnKey(column.relation, column.column)]),
    );
  }
  const { columns } = borrowed(context, found);
  return {
    columns: columns?.map(({ name, value }) => new Column(name, alsoFrom(value, from))) ?? null,
    copy: null,
  };
}

function fetched(context: Context, node: TreeNode): Result {
  const found = context.prepared(textOf(node, 'portalname') ?? '', 'cursor')?.lineage[0] ?? null;
  return found === null ? unseen(context) : borrowed(context, { ...found, flows: [] });
}

/** The lineage of another text. */
function borrowed(
  { findings }: Context,
  { outputs, flows, closed, restsOn }: Omit<Lineage, 'uses'> & { readonly uses: readonly ValueUse[] },
): Result {
  for (const oid of restsOn.relations) findings.relations.add(oid);
  for (const { name, relation } of restsOn.names) findings.names.set(name, relation);
  for (const name of restsOn.functions) findings.functions.add(name);
  for (const name of restsOn.operators) findings.operators.add(name);
  if (!closed) findings.closed = false;
  for (const { from, to } of flows) findings.flow(setOf(from), to);
  const columns = outputs?.map((from) => new Column(null, valueFrom(setOf(from), false))) ?? null;
  return { columns, copy: null };
}

function setOf(sources: Lineage['flows'][number]['from']): SourceSet {
  return sources === 'unknown'
    ? null
    : new Set(sources.map(({ relation, column }) => columnKey(relation, column)));
}

function copied(context: Context, node: TreeNode): Result {
  const query = nodeOf(node, 'query');
  const table = nodeOf(node, 'relation');
  if (node['is_from'] === true) {
    context.findings.closed = false;
    const target = table === null ? null : relationOf(context, table);
    if (target !== null) context.findings.relations.add(target.oid);
    return NONE;
  }
  const rows =
    query !== null
      ? utility(context, query).columns
      : table === null
        ? null
        : tableRows(context, node, table);
  if (textOf(node, 'filename') !== null) {
    context.findings.flow(allOf(rows), 'elsewhere');
    return NONE;
  }
  const columns = rows?.map(({ name, key }): CopyColumn => ({ name, type: typeOf(context, key) })) ?? null;
  return { columns: rows, copy: copyLayout(node, columns) };
}

/** The relation that COPY names; null: there is none. */
function relationOf({ catalog, findings }: Context, table: TreeNode): Relation | null {
  const [schema, name] = [textOf(table, 'schemaname'), textOf(table, 'relname') ?? ''];
  const relation = catalog.relation(schema, name);
  findings.names.set(schema === null ? name : `${schema}.${name}`, relation?.oid ?? 0);
  return relation;
}

/** COPY of a table gives its columns but for those that are generated. */
function tableRows(context: Context, copy: TreeNode, table: TreeNode): readonly Column[] | null {
  const relation = relationOf(context, table);
  if (relation === null) return null;
  const columns = relationColumns(context, relation);
  const names = listOf(copy, 'attlist').map((item) => textOf(nodeOf(item, 'String'), 'sval') ?? '');
  const chosen =
    names.length === 0
      ? columns.filter((_, i) => relation.columns[i]?.generatedFrom.length === 0)
      : names.map((one) => columns.find((column) => column.name === one) ?? new Column(one, UNKNOWN));
  for (const { key, value } of chosen) context.findings.look(0, key, value, true);
  const where = nodeOf(copy, 'whereClause');
  if (where !== null)
    context.parts.expression(
      context,
      levelOf([entryOf(relation.name, columns, relation)], columns, null),
      where,
    );
  return chosen;
}

function typeOf({ catalog }: Context, key: number | null): number | null {
  if (key === null) return null;
  const { relation, column } = columnOf(key);
  return catalog.relationByOid(relation)?.columns.find(({ number }) => number === column)?.type ?? null;
}

/** Constants of code may be of whatever it reads. */
function code(context: Context, runs: boolean): Result {
  context.findings.unread = true;
  context.findings.closed = false;
  return runs ? unseen(context) : NONE;
}

/** Nobody sees what it does. */
function unseen({ findings }: Context): Result {
  findings.closed = false;
  findings.columnsUnknown = true;
  findings.flow(null, 'elsewhere');
  return NONE;
}

function allOf(columns: readonly Column[] | null): SourceSet {
  return columns === null ? null : union([NOWHERE, ...columns.map(({ value }) => value.from)]);
}
