/** Which relations a parse tree reads or writes. */
import type { TreeNode } from './fact-verb.ts';

/** Objects that DROP and COMMENT name in lists of words rather than as RangeVar. */
const RELATION_OBJECTS = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_SEQUENCE',
]);

interface Found {
  readonly name: string;
  readonly location: number;
}

interface Visit {
  readonly node: unknown;
  /** Names that stand for common table expressions here. */
  readonly names: ReadonlySet<string>;
}

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * The relations a statement names, in the order of its text, each once. Names of common table expressions are left out
 * where they are in scope, and so are the aliases of FOR UPDATE OF. Walks without recursion: trees are as deep as their
 * author likes.
 */
export function relationsOf(statement: TreeNode): string[] {
  const found: Found[] = [];
  const open: Visit[] = [{ node: statement, names: NO_NAMES }];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) visitNode(visit, open, found);
  found.sort((a, b) => a.location - b.location);
  return [...new Set(found.map(({ name }) => name))];
}

function visitNode({ node, names }: Visit, open: Visit[], found: Found[]): void {
  if (Array.isArray(node)) {
    for (const item of node) open.push({ node: item, names });
    return;
  }
  if (!isTree(node)) return;
  if (typeof node['relname'] === 'string') {
    addRangeVar(node, node['relname'], names, found);
    return;
  }
  const { removeType, objtype } = node;
  if (isRelationObject(removeType)) addWords(node['objects'], found);
  else if (isRelationObject(objtype)) addWords(node['object'], found);
  const withClause = node['withClause'];
  const scope = isTree(withClause) ? visitWith(withClause, names, open) : names;
  for (const key in node) {
    if (key !== 'withClause' && key !== 'lockedRels' && key !== 'typevar')
      open.push({ node: node[key], names: scope });
  }
}

/** Visits the expressions of WITH; returns the names in scope behind it. Without RECURSIVE each sees those before it. */
function visitWith(withClause: TreeNode, names: ReadonlySet<string>, open: Visit[]): ReadonlySet<string> {
  const expressions = (Array.isArray(withClause['ctes']) ? withClause['ctes'] : []).map((item: unknown) =>
    isTree(item) && isTree(item['CommonTableExpr']) ? item['CommonTableExpr'] : {},
  );
  const nameOf = (expression: TreeNode) => String(expression['ctename']);
  const all = new Set([...names, ...expressions.map(nameOf)]);
  const recursive = withClause['recursive'] === true;
  let before: ReadonlySet<string> = names;
  for (const expression of expressions) {
    open.push({ node: expression['ctequery'], names: recursive ? all : before });
    before = new Set([...before, nameOf(expression)]);
  }
  return all;
}

function addRangeVar(node: TreeNode, name: string, names: ReadonlySet<string>, found: Found[]): void {
  const qualifiers = [node['catalogname'], node['schemaname']].filter(
    (part) => typeof part === 'string' && part !== '',
  );
  if (qualifiers.length === 0 && names.has(name)) return;
  const location = typeof node['location'] === 'number' ? node['location'] : 0;
  found.push({ name: [...qualifiers, name].join('.'), location });
}

/** Names given as lists of words: one list, or a list of lists. They have no location and come last. */
function addWords(names: unknown, found: Found[]): void {
  for (const item of Array.isArray(names) ? names : [names]) {
    const list = isTree(item) && isTree(item['List']) ? item['List']['items'] : null;
    if (!Array.isArray(list)) continue;
    const words = list.map((word: unknown) =>
      isTree(word) && isTree(word['String']) ? String(word['String']['sval']) : '',
    );
    found.push({ name: words.join('.'), location: Infinity });
  }
}

function isRelationObject(value: unknown): boolean {
  return typeof value === 'string' && RELATION_OBJECTS.has(value);
}

function isTree(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
