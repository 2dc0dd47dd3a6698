/** What every part of the lineage needs to know, and whom it asks for the rest. */
import type { Catalog } from '../catalog/catalog.ts';
import type { Prepared } from '../facts/resolved-text.ts';
import type { TreeNode } from '../fact-verb.ts';
import type { Findings } from './findings.ts';
import type { Column, Level } from './scope.ts';
import type { Value } from './value.ts';

/** The parts that ask one another: expressions hold queries, and queries expressions. */
export interface Parts {
  /** The value of an expression such as `{ ColumnRef: … }`. */
  expression(context: Context, level: Level | null, node: TreeNode): Value;
  /** Columns of the result of a SELECT, its fields without their wrapper; null: nobody knows which it has. */
  query(context: Context, select: TreeNode, outer: Level | null): readonly Column[] | null;
  /** Columns of the result of a statement such as `{ SelectStmt: … }` or `{ InsertStmt: … }`, as WITH may hold it. */
  statement(context: Context, statement: TreeNode, outer: Level | null): readonly Column[] | null;
}

/** A common table expression in scope. */
export interface NamedQuery {
  columns(): readonly Column[] | null;
}

export interface Context {
  readonly parts: Parts;
  readonly catalog: Catalog;
  /** The catalog as the text sees it, not a view or function within. */
  readonly session: Catalog;
  readonly findings: Findings;
  readonly prepared: Prepared;
  /** Names of WITH in scope. */
  readonly queries: ReadonlyMap<string, NamedQuery>;
  /** Index of the constant at a location of the tree among the text's literals; null within views and functions, whose constants are no one's. */
  readonly constantAt: ((location: number, negative: boolean) => number | null) | null;
  /** Within the body of a function: its arguments, which names that are no columns stand for. */
  readonly arguments: readonly Value[] | null;
  /** Columns looked at count as columns of the statement: all of the text's own, and those that views compare. */
  readonly recording: boolean;
  /** Views and functions that this is within. */
  readonly way: readonly number[];
}
