/** Small questions about parse trees of libpg-query, in which fields that are false, zero or empty are left out. */
import type { TreeNode } from '../fact-verb.ts';

/** A field that holds a node; null when it is not there. */
export function nodeOf(tree: TreeNode | null | undefined, field: string): TreeNode | null {
  const value = tree?.[field];
  return isTree(value) ? value : null;
}

/** Those of several fields that hold a node. */
export function nodesOf(tree: TreeNode, fields: readonly string[]): readonly TreeNode[] {
  return fields.map((field) => nodeOf(tree, field)).filter((node) => node !== null);
}

/** A field that holds a list of nodes; empty when it is not there. */
export function listOf(tree: TreeNode | null | undefined, field: string): readonly TreeNode[] {
  const value = tree?.[field];
  return Array.isArray(value) ? value.filter(isTree) : [];
}

/** A field that holds a text; null when it is not there. */
export function textOf(tree: TreeNode | null | undefined, field: string): string | null {
  const value = tree?.[field];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A field that holds a number; 0 when it is not there. */
export function numberOf(tree: TreeNode | null | undefined, field: string): number {
  const value = tree?.[field];
  return typeof value === 'number' ? value : 0;
}

/** The words of a name: `[{String}, {String}]`; other nodes in it are left out. */
export function wordsOf(names: unknown): string[] {
  const words: string[] = [];
  if (!Array.isArray(names)) return words;
  for (const name of names as readonly (TreeNode | null)[]) {
    const text = name?.['String'] as TreeNode | undefined;
    const word = text?.['sval'];
    if (typeof word === 'string' && word !== '') words.push(word);
  }
  return words;
}

/** The only field of a wrapper such as `{ SelectStmt: … }`: its name and what it holds. */
export function kindOf(wrapper: TreeNode | null): readonly [string, TreeNode] {
  for (const kind in wrapper) {
    const value = wrapper[kind];
    return [kind, isTree(value) ? value : {}];
  }
  return ['', {}];
}

/** Whether it is a node, not a list or a plain value. */
export function isTree(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
