/**
 * Cuts a parse tree down to what facts and lineage need of it, so that the tree of a long text can be handed from a thread to
 * another without holding either up: lists of nothing but constants become a list of where they are.
 */
import type { TreeNode } from '../fact-verb.ts';

/** In place of `items` of such a list: the locations of its constants, -1 for NULL, true and false. */
export interface ConstantList {
  readonly constants: readonly number[];
}

/** Makes a tree smaller in place. */
export function compactTree(statement: TreeNode): void {
  const open: unknown[] = [statement];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Array.isArray(node)) {
      open.push(...node.filter(isObject));
      continue;
    }
    const fields = node as Record<string, unknown>;
    compactRows(fields);
    const list = fields['List'];
    if (isObject(list)) compactList(list as Record<string, unknown>);
    for (const key in fields) if (isObject(fields[key])) open.push(fields[key]);
  }
}

function compactList(list: Record<string, unknown>): void {
  const items = list['items'];
  if (!Array.isArray(items) || items.length === 0) return;
  const constants: number[] = [];
  for (const item of items) {
    const constant = isObject(item) ? (item as TreeNode)['A_Const'] : undefined;
    if (!isObject(constant)) return;
    const { isnull, boolval, location } = constant as TreeNode;
    constants.push(isnull !== undefined || boolval !== undefined ? -1 : Number(location ?? 0));
  }
  delete list['items'];
  list['constants'] = constants;
}

/**
 * VALUES of nothing but constants, as bulk inserts are, becomes one list a column: `{ Columns: { columns: [[…], […]] } }`, each as in
 * {@link ConstantList}.
 */
function compactRows(select: Record<string, unknown>): void {
  const rows = select['valuesLists'];
  if (!Array.isArray(rows)) return;
  const columns: number[][] = [];
  for (const [index, row] of rows.entries()) {
    const list = (row as TreeNode)['List'];
    if (!isObject(list)) return;
    compactList(list as Record<string, unknown>);
    const { constants } = list as Partial<ConstantList>;
    if (constants === undefined || (index > 0 && constants.length !== columns.length)) return;
    for (const [i, place] of constants.entries()) (columns[i] ??= []).push(place);
  }
  select['valuesLists'] = [{ Columns: { columns } }];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
