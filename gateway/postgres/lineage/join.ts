/** JOIN: ON, USING and NATURAL (parse_clause.c, transformFromClauseItem). */
import type { TreeNode } from '../fact-verb.ts';
import { nodeOf, textOf, wordsOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import { qualify } from './qualifications.ts';
import { choose, Column, entryOf, levelOf, renamed, type Level } from './scope.ts';
import { aliasOf, besides, type Source } from './source.ts';
import { union, type SourceSet } from './source-set.ts';
import { either, UNKNOWN } from './value.ts';

/** Reads one item of FROM; `beside` is what LATERAL sees. */
type ReadItem = (context: Context, item: TreeNode, outer: Level | null, beside: Source) => Source;

/** Both sides of a join as one. */
export function joinOf(
  context: Context,
  node: TreeNode,
  outer: Level | null,
  beside: Source,
  read: ReadItem,
): Source {
  const left = read(context, nodeOf(node, 'larg') ?? {}, outer, beside);
  const right = read(context, nodeOf(node, 'rarg') ?? {}, outer, besides(beside, left));
  const both = besides(left, right);
  const names = node['isNatural'] === true ? common(left, right) : wordsOf(node['usingClause']);
  const joined = names === null ? { ...both, columns: null } : merge(context, left, right, names);
  const quals = nodeOf(node, 'quals');
  if (quals !== null) qualify(context, levelOf(both.entries, both.columns, outer), [quals]);
  const alias = aliasOf(node);
  const using = textOf(nodeOf(node, 'join_using_alias'), 'aliasname');
  if (alias.name !== null) return aliased(alias.name, joined, alias.columns);
  if (using === null || joined.columns === null || names === null) return joined;
  return { ...joined, entries: [...joined.entries, entryOf(using, joined.columns.slice(0, names.length))] };
}

/** Names that both sides have; null: nobody knows. */
function common(left: Source, right: Source): readonly string[] | null {
  if (left.columns === null || right.columns === null) return null;
  if ([...left.columns, ...right.columns].some(({ name }) => name === null)) return null;
  const others = new Set(right.columns.map(({ name }) => name));
  return left.columns.flatMap(({ name }) => (name !== null && others.has(name) ? [name] : []));
}

/** Columns of USING come first and once, then the others of the left side and of the right. */
function merge(context: Context, left: Source, right: Source, names: readonly string[]): Source {
  const both = besides(left, right);
  if (names.length === 0 || left.columns === null || right.columns === null) return both;
  context.findings.operators.add('=');
  if (context.catalog.hasOwnOperator('=')) context.findings.closed = false;
  const compared: SourceSet[] = [];
  const merged = names.map((name) => {
    const [a, b] = [left, right].map(({ columns }) => columns?.find((column) => column.name === name));
    if (a === undefined || b === undefined) return new Column(name, UNKNOWN);
    context.findings.relate(a.value, b.value);
    compared.push(a.value.from, b.value.from);
    return new Column(name, either(a.value, b.value), a.key);
  });
  choose(both, union(compared));
  const rest = (both.columns ?? []).filter(({ name }) => name === null || !names.includes(name));
  return { entries: both.entries, columns: [...merged, ...rest] };
}

/** A join with an alias hides what it is made of. */
function aliased(name: string, joined: Source, columns: readonly string[]): Source {
  const entry = entryOf(name, renamed(joined.columns, columns));
  return { entries: [entry], columns: entry.columns };
}
