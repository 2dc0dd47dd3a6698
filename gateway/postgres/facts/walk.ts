/** Walks of parse trees that need no recursion, and leave out what holds nothing but names and constants. */
import type { TreeNode } from '../fact-verb.ts';
import { isTree } from './tree.ts';

/** Nodes without others in them that anybody looks for. */
const LEAVES: ReadonlySet<string> = new Set([
  'String',
  'Integer',
  'Float',
  'Boolean',
  'A_Const',
  'A_Star',
  'ColumnRef',
  'ParamRef',
  'TypeName',
  'Columns',
]);

/** Fields that hold names and types, or places of constants (compact-tree.ts). */
const NAMES: ReadonlySet<string> = new Set(['funcname', 'name', 'names', 'typeName', 'constants']);

/** Whether what a field or kind holds need not be walked. */
export function isLeaf(field: string): boolean {
  return LEAVES.has(field) || NAMES.has(field);
}

/** Every node, each with the field that holds it: its kind, for those that have one. Leaves are looked at, not walked. */
export function eachNode(tree: TreeNode, look: (field: string, node: TreeNode) => void): void {
  const fields: string[] = [''];
  const nodes: unknown[] = [tree];
  for (let field = fields.pop(); field !== undefined; field = fields.pop()) {
    const node = nodes.pop();
    if (Array.isArray(node)) {
      for (const item of node) {
        fields.push('');
        nodes.push(item);
      }
      continue;
    }
    if (!isTree(node)) continue;
    look(field, node);
    if (isLeaf(field)) continue;
    for (const inner in node) {
      if (typeof node[inner] !== 'object') continue;
      fields.push(inner);
      nodes.push(node[inner]);
    }
  }
}
