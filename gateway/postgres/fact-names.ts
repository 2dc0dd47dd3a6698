/**
 * Which columns and functions a parse tree names, without a catalog: a column stands with its table where the text tells which
 * that is (`orders.id` behind `FROM orders`, `o.id` behind `FROM orders o`), else alone.
 */
import type { TreeNode } from './fact-verb.ts';
import { listOf, nodeOf, textOf, wordsOf } from './facts/tree.ts';
import { eachNode } from './facts/walk.ts';

/** Names as written, each once, in the order of the alphabet. */
export interface NamedFacts {
  /** `schema.table.column`, `table.column` or `column`; `*` for all of them. */
  readonly columns: readonly string[];
  /** `schema.function` or `function`. */
  readonly functions: readonly string[];
}

/** Statements whose targets are columns of the relation they change. */
const CHANGES: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt']);

/** The columns and functions that a statement of these relations (fact-relations.ts) names. */
export function namesOf(statement: TreeNode, relations: readonly string[]): NamedFacts {
  const columns = new Set<string>();
  const functions = new Set<string>();
  const tables = tablesByName(statement, new Set(relations));
  const [only] = relations;
  const unqualified = relations.length === 1 && only !== undefined ? `${only}.` : '';
  eachNode(statement, (field, node) => {
    if (field === 'FuncCall') functions.add(wordsOf(node['funcname']).join('.'));
    else if (field === 'ColumnRef')
      for (const name of columnsOf(node, tables, unqualified)) columns.add(name);
    else if (CHANGES.has(field)) for (const name of targetsOf(node)) columns.add(name);
  });
  functions.delete('');
  return { columns: [...columns].toSorted(), functions: [...functions].toSorted() };
}

/** What each table is called in the text: its alias, or its own name; one name may stand for several in different queries. */
function tablesByName(statement: TreeNode, relations: ReadonlySet<string>): Map<string, Set<string>> {
  const tables = new Map<string, Set<string>>();
  eachNode(statement, (_, node) => {
    const full = relationName(node);
    if (full === null || !relations.has(full)) return;
    const name = textOf(nodeOf(node, 'alias'), 'aliasname') ?? textOf(node, 'relname') ?? full;
    const known = tables.get(name);
    if (known === undefined) tables.set(name, new Set([full]));
    else known.add(full);
  });
  return tables;
}

function relationName(node: TreeNode | null): string | null {
  const name = textOf(node, 'relname');
  if (name === null) return null;
  return [textOf(node, 'catalogname'), textOf(node, 'schemaname'), name]
    .filter((part) => part !== null)
    .join('.');
}

function columnsOf(
  node: TreeNode,
  tables: ReadonlyMap<string, ReadonlySet<string>>,
  unqualified: string,
): string[] {
  const words = wordsOf(node['fields']);
  const isStar = listOf(node, 'fields').some((part) => part['A_Star'] !== undefined);
  const column = isStar ? '*' : words.pop();
  if (column === undefined) return [];
  const [qualifier, ...more] = words;
  if (qualifier === undefined) return [unqualified + column];
  if (more.length > 0) return [[...words, column].join('.')];
  const named = tables.get(qualifier);
  return named === undefined ? [column] : [...named].map((table) => `${table}.${column}`);
}

/** The columns that an INSERT fills or an UPDATE sets. */
function targetsOf(node: TreeNode): string[] {
  const relation = relationName(nodeOf(node, 'relation'));
  const targets = [
    ...listOf(node, 'cols'),
    ...(node['cols'] === undefined ? listOf(node, 'targetList') : []),
  ];
  return targets.flatMap((target) => {
    const name = textOf(nodeOf(target, 'ResTarget'), 'name');
    return name === null || relation === null ? [] : [`${relation}.${name}`];
  });
}
