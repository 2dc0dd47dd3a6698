/** WITH: queries that have names, recursive ones included (parse_cte.c). */
import type { TreeNode } from '../fact-verb.ts';
import { listOf, nodeOf, textOf, wordsOf } from '../facts/tree.ts';
import type { Context, NamedQuery } from './context.ts';
import { Column, renamed, taint, type Level } from './scope.ts';
import { either, UNKNOWN } from './value.ts';

/** Rounds after which the columns of a recursive query must not have changed any more; each adds a source at least. */
const MAX_ROUNDS = 8;

/** The context in which names of a WITH can be used. All of its queries are read, used or not: they may change data. */
export function withQueries(context: Context, clause: TreeNode | null, outer: Level | null): Context {
  if (clause === null) return context;
  const queries = new Map(context.queries);
  const recursive = clause['recursive'] === true;
  const made: Query[] = [];
  for (const item of listOf(clause, 'ctes')) {
    const node = nodeOf(item, 'CommonTableExpr') ?? {};
    // Without RECURSIVE each sees those before it; with it, all of them.
    const scope = { ...context, queries: recursive ? queries : new Map(queries) };
    const query = new Query(scope, node, outer, recursive);
    made.push(query);
    queries.set(textOf(node, 'ctename') ?? '', query);
  }
  for (const query of made) query.columns();
  return { ...context, queries };
}

class Query implements NamedQuery {
  readonly #context: Context;
  readonly #node: TreeNode;
  readonly #outer: Level | null;
  readonly #recursive: boolean;
  #known: readonly Column[] | null = null;
  #state: 'new' | 'working' | 'done' = 'new';

  constructor(context: Context, node: TreeNode, outer: Level | null, recursive: boolean) {
    this.#context = context;
    this.#node = node;
    this.#outer = outer;
    this.#recursive = recursive;
  }

  columns(): readonly Column[] | null {
    if (this.#state !== 'new') return this.#known;
    this.#state = 'working';
    this.#known = this.#named(this.#read());
    this.#state = 'done';
    return this.#known;
  }

  /** SEARCH and CYCLE add columns of their own. */
  #named(columns: readonly Column[] | null): readonly Column[] | null {
    if (this.#node['search_clause'] !== undefined || this.#node['cycle_clause'] !== undefined) return null;
    return renamed(columns, wordsOf(this.#node['aliascolnames']));
  }

  #read(): readonly Column[] | null {
    const statement = nodeOf(this.#node, 'ctequery') ?? {};
    const select = nodeOf(statement, 'SelectStmt');
    if (this.#recursive && select !== null && nodeOf(select, 'larg') !== null)
      return this.#readRecursive(select);
    return this.#context.parts.statement(this.#context, statement, this.#outer);
  }

  /**
   * The part that does not recur, then the other until nothing is added. How often it recurs tells what its conditions look at.
   */
  #readRecursive(select: TreeNode): readonly Column[] | null {
    const { parts, findings } = this.#context;
    if (nodeOf(select, 'withClause') !== null) return null;
    let columns = parts.query(this.#context, nodeOf(select, 'larg') ?? {}, this.#outer);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.#known = this.#named(columns);
      const recurring = nodeOf(select, 'rarg') ?? {};
      const { result, from } = findings.watch(
        Infinity,
        () => parts.query(this.#context, recurring, this.#outer),
        true,
      );
      if (columns === null || result?.length !== columns.length) return null;
      const next = columns.map(
        (column, i) => new Column(column.name, either(column.value, result[i]?.value ?? UNKNOWN)),
      );
      if (recurs(this.#node, select)) taint(next, from);
      if (next.every((column, i) => sameSources(column, columns?.[i]))) return next;
      columns = next;
    }
    return null;
  }
}

/** Whether a query of WITH RECURSIVE names itself. */
function recurs(node: TreeNode, select: TreeNode): boolean {
  return JSON.stringify(select).includes(`"relname":${JSON.stringify(node['ctename'])}`);
}

function sameSources(left: Column, right: Column | undefined): boolean {
  return (left.value.from?.size ?? -1) === (right?.value.from?.size ?? -1);
}
