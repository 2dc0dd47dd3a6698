/** The server's EXPLAIN (FORMAT JSON) as a short list of nodes (PostgreSQL manual, EXPLAIN). */
import { counted, grouped } from '../recording/describe.ts';

/** One node of a plan, the topmost first. */
export interface PlanNode {
  readonly depth: number;
  /** `Seq Scan on orders`. */
  readonly title: string;
  /** That it returns; of a change of data that it changes. */
  readonly rows: number | null;
  readonly isChange: boolean;
  readonly cost: number | null;
  /** Conditions as the server prints them. */
  readonly details: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Nodes of one plan that are shown: a larger plan is no help to whoever has to decide. */
const MOST_NODES = 60;

/** What the server calls an INSERT, UPDATE, DELETE or MERGE. */
const CHANGE = 'ModifyTable';

/** Plans below a node that it does not read its rows from: each is run for a value. */
const ASIDE: ReadonlySet<unknown> = new Set(['InitPlan', 'SubPlan']);

const CONDITIONS = ['Filter', 'Index Cond', 'Hash Cond', 'Join Filter', 'Recheck Cond', 'One-Time Filter'];

/** How many rows a node is about; a change of data changes about as many as the planner thinks. */
export function rowsTold({ rows, isChange: changes }: Pick<PlanNode, 'rows' | 'isChange'>): string {
  if (rows === null) return '–';
  return changes ? `about ${counted(rows, 'row')}` : grouped(rows);
}

/** The first nodes of a plan; null when the text is no plan. */
export function readPlan(json: string): PlanNode[] | null {
  const nodes = nodesOf(json);
  if (nodes === null) return null;
  const shown: PlanNode[] = [];
  for (const { node, depth } of nodes) {
    if (shown.push(planNode(node, depth)) === MOST_NODES) break;
  }
  return shown;
}

/** The rows that a plan is about: those it returns, or those that one of its changes of data changes, whichever are more. */
export function expectedRows(json: string): number | null {
  const nodes = nodesOf(json);
  if (nodes === null) return null;
  let most: number | null = null;
  for (const { node, depth } of nodes) {
    const rows = depth === 0 || isChange(node) ? rowsOf(node) : null;
    if (rows !== null && (most === null || rows > most)) most = rows;
  }
  return most;
}

function nodesOf(json: string): Iterable<Placed> | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const root = isRecord(Array.isArray(value) ? value[0] : value);
  const plan = root === null ? null : isRecord(root['Plan']);
  return plan === null ? null : walk(plan);
}

interface Placed {
  readonly node: Fields;
  readonly depth: number;
}

/** A node before those below it. */
function* walk(top: Fields): Generator<Placed, void, undefined> {
  const waiting: Placed[] = [{ node: top, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    const depth = next.depth + 1;
    for (const node of below(next.node).toReversed()) waiting.push({ node, depth });
  }
}

function planNode(node: Fields, depth: number): PlanNode {
  return {
    depth,
    title: titleOf(node),
    rows: rowsOf(node),
    isChange: isChange(node),
    cost: numberOf(node['Total Cost']),
    details: CONDITIONS.flatMap((name) => {
      const text = node[name];
      return typeof text === 'string' ? [`${name}: ${text}`] : [];
    }),
  };
}

function isChange(node: Fields): boolean {
  return node['Node Type'] === CHANGE;
}

/** A change of data returns none without RETURNING; how many it changes is what it reads, of each of its tables. */
function rowsOf(node: Fields): number | null {
  const own = numberOf(node['Plan Rows']);
  if (!isChange(node) || (own !== null && own > 0)) return own;
  const read = below(node)
    .filter((input) => !ASIDE.has(input['Parent Relationship']))
    .flatMap((input) => rowsOf(input) ?? []);
  return read.length === 0 ? null : read.reduce((sum, rows) => sum + rows, 0);
}

function below(node: Fields): Fields[] {
  const plans = node['Plans'];
  return Array.isArray(plans) ? plans.map(isRecord).filter((plan) => plan !== null) : [];
}

function titleOf(node: Fields): string {
  const type = textOf(node['Node Type']) ?? 'node';
  const operation = textOf(node['Operation']);
  const relation = textOf(node['Relation Name']);
  const index = textOf(node['Index Name']);
  return (
    (type === CHANGE && operation !== null ? operation : type) +
    (index === null ? '' : ` using ${index}`) +
    (relation === null ? '' : ` on ${relation}`)
  );
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function isRecord(value: unknown): Fields | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object from JSON has names for keys
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}
