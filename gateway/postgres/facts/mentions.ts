/**
 * What a parse tree names: relations and whether it reads or writes them, functions, operators. Walks without recursion and knows no
 * statement in detail, so that nothing it names is missed.
 */
import type { TreeNode } from '../fact-verb.ts';
import { isTree, listOf, nodeOf, textOf, wordsOf } from './tree.ts';
import { isLeaf } from './walk.ts';

/** A relation as written. */
export interface RelationMention {
  readonly schema: string | null;
  readonly name: string;
  readonly reads: boolean;
  readonly writes: boolean;
  /** The statement makes it, so that it need not be there before. */
  readonly made: boolean;
  /** It reads or changes its rows, hence what a view shows; not only what it is. */
  readonly rows: boolean;
}

/** A function or procedure as written. */
export interface FunctionMention {
  readonly schema: string | null;
  readonly name: string;
  readonly arguments: number;
}

export interface Mentions {
  readonly relations: readonly RelationMention[];
  readonly functions: readonly FunctionMention[];
  /** Names of operators and, as `::`, of casts to types that may be the database's own. */
  readonly operators: ReadonlySet<string>;
}

/** What a relation is named for. */
type Role = 'read' | 'write' | 'change' | 'make' | 'alter' | 'name';

/** Objects that belong to a relation. */
const PARTS_OF_RELATIONS = new Set([
  'OBJECT_COLUMN',
  'OBJECT_TRIGGER',
  'OBJECT_RULE',
  'OBJECT_POLICY',
  'OBJECT_TABCONSTRAINT',
]);

interface Visit {
  /** The field that holds it: its kind, if it has one. */
  readonly field: string;
  readonly node: unknown;
  /** Names that stand for common table expressions here. */
  readonly names: ReadonlySet<string>;
  readonly role: Role;
}

interface Found {
  readonly relations: RelationMention[];
  readonly functions: FunctionMention[];
  readonly operators: Set<string>;
  readonly open: Visit[];
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** Statements that read what their nodes name, unless the node's field says otherwise. */
const READING = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt']);

/** What statements do to the relation that a field of theirs names. */
const FIELD_ROLES: Readonly<Record<string, Readonly<Record<string, Role>>>> = {
  InsertStmt: { relation: 'write' },
  MergeStmt: { relation: 'change' },
  into: { rel: 'make' },
  intoClause: { rel: 'make' },
  CreateStmt: { relation: 'make', inhRelations: 'name' },
  CreateForeignTableStmt: { base: 'make' },
  CreateSeqStmt: { sequence: 'make' },
  CompositeTypeStmt: { typevar: 'make' },
  ViewStmt: { view: 'make' },
  TruncateStmt: { relations: 'write' },
  AlterTableStmt: { relation: 'alter' },
  AlterSeqStmt: { sequence: 'alter' },
  RenameStmt: { relation: 'alter' },
  AlterObjectSchemaStmt: { relation: 'alter' },
  IndexStmt: { relation: 'alter' },
  CreateTrigStmt: { relation: 'alter' },
  RuleStmt: { relation: 'alter' },
  CreatePolicyStmt: { table: 'alter' },
  AlterPolicyStmt: { table: 'alter' },
  RefreshMatViewStmt: { relation: 'change' },
};

/** Objects that DROP and COMMENT name in lists of words rather than as RangeVar. */
const RELATION_OBJECTS = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_SEQUENCE',
]);

/** What a statement (`{ SelectStmt: … }`) names, as far as no EXECUTE or body of a function is asked. */
export function mentionsOf(statement: TreeNode): Mentions {
  const found: Found = { relations: [], functions: [], operators: new Set(), open: [] };
  found.open.push({ field: '', node: statement, names: NO_NAMES, role: 'name' });
  for (let visit = found.open.pop(); visit !== undefined; visit = found.open.pop()) visitNode(visit, found);
  return found;
}

function visitNode({ field: kind, node, names, role }: Visit, found: Found): void {
  if (Array.isArray(node)) {
    for (let index = node.length - 1; index >= 0; index--)
      found.open.push({ field: '', node: node[index], names, role });
    return;
  }
  if (!isTree(node)) return;
  if (typeof node['relname'] === 'string') return addRelation(node, node['relname'], names, role, found);
  note(kind, node, found);
  if (!isLeaf(kind)) visitFields(kind, node, names, READING.has(kind) ? 'read' : role, found);
}

/** What the fields of a node name relations for: statements within statements read. */
function visitFields(
  kind: string,
  node: TreeNode,
  names: ReadonlySet<string>,
  role: Role,
  found: Found,
): void {
  const withClause = nodeOf(node, 'withClause');
  const scope = withClause === null ? names : visitWith(withClause, names, found);
  const roles = FIELD_ROLES[kind];
  const first = found.open.length;
  for (const field in node) {
    const value = node[field];
    if (typeof value !== 'object' || field === 'withClause' || field === 'lockedRels') continue;
    const own = roles?.[field] ?? (field === 'relation' ? targetRole(kind, node) : null) ?? role;
    found.open.push({ field, node: value, names: scope, role: own });
  }
  reverseFrom(found.open, first);
}

/** What is put down last is taken up first: the order of the text is that of the fields. */
function reverseFrom(open: Visit[], first: number): void {
  for (let low = first, high = open.length - 1; low < high; low++, high--) {
    const visit = open[low] as Visit;
    open[low] = open[high] as Visit;
    open[high] = visit;
  }
}

/** UPDATE and DELETE read what they change unless all of it is. */
function targetRole(kind: string, node: TreeNode): Role | null {
  if (kind === 'CopyStmt') return node['is_from'] === true ? 'write' : 'read';
  if (kind !== 'UpdateStmt' && kind !== 'DeleteStmt') return null;
  return node['whereClause'] === undefined && node['returningClause'] === undefined ? 'write' : 'change';
}

/** Visits the expressions of WITH; returns the names in scope behind it. Without RECURSIVE each sees those before it. */
function visitWith(withClause: TreeNode, names: ReadonlySet<string>, found: Found): ReadonlySet<string> {
  const expressions = listOf(withClause, 'ctes').map((item) => nodeOf(item, 'CommonTableExpr') ?? {});
  const all = new Set([...names, ...expressions.map((one) => String(one['ctename']))]);
  const recursive = withClause['recursive'] === true;
  let before = names;
  for (const one of expressions) {
    found.open.push({ field: '', node: one['ctequery'], names: recursive ? all : before, role: 'read' });
    before = new Set([...before, String(one['ctename'])]);
  }
  return all;
}

function note(kind: string, node: TreeNode, found: Found): void {
  if (kind === 'FuncCall' || kind === 'funccall') addFunction(node, found);
  else if (kind === 'A_Expr') found.operators.add(wordsOf(node['name']).at(-1) ?? '');
  else if (kind === 'TypeCast') found.operators.add('::');
  else if (kind === 'DropStmt') addWords(node['objects'], node['removeType'], 'alter', found);
  else if (kind === 'CommentStmt' || kind === 'SecLabelStmt')
    addWords(node['object'], node['objtype'], 'name', found);
}

function addFunction(node: TreeNode, found: Found): void {
  const words = wordsOf(node['funcname']);
  const name = words.at(-1);
  if (name === undefined) return;
  found.functions.push({ schema: words.at(-2) ?? null, name, arguments: listOf(node, 'args').length });
}

function addRelation(
  node: TreeNode,
  name: string,
  names: ReadonlySet<string>,
  role: Role,
  found: Found,
): void {
  const schema = textOf(node, 'schemaname');
  if (schema === null && role === 'read' && names.has(name)) return;
  add(schema, name, role, found);
}

/** Names given as lists of words: one list, or a list of lists. That of a part of a relation comes behind the relation's. */
function addWords(names: unknown, type: unknown, role: Role, found: Found): void {
  const part = PARTS_OF_RELATIONS.has(String(type));
  if (!part && !RELATION_OBJECTS.has(String(type))) return;
  for (const item of Array.isArray(names) ? names : [names]) {
    const all = wordsOf(nodeOf(isTree(item) ? item : null, 'List')?.['items']);
    const words = part ? all.slice(0, -1) : all;
    const name = words.at(-1);
    if (name !== undefined) add(words.at(-2) ?? null, name, role, found);
  }
}

function add(schema: string | null, name: string, role: Role, found: Found): void {
  const reads = role === 'read' || role === 'change';
  const writes = role !== 'read' && role !== 'name';
  const rows = reads || role === 'write';
  found.relations.push({ schema, name, reads, writes, made: role === 'make', rows });
}
