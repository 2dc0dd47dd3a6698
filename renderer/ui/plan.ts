/** The server's EXPLAIN (FORMAT JSON) as a short list of nodes (PostgreSQL manual, EXPLAIN). */

/** One node of a plan, the topmost first. */
export interface PlanNode {
  readonly depth: number;
  /** `Seq Scan on orders`. */
  readonly title: string;
  readonly rows: number | null;
  readonly cost: number | null;
  /** Conditions as the server prints them. */
  readonly details: readonly string[];
}

/** Nodes of one plan that are read: a larger plan is no help to whoever has to decide. */
const MOST_NODES = 60;

const CONDITIONS = ['Filter', 'Index Cond', 'Hash Cond', 'Join Filter', 'Recheck Cond', 'One-Time Filter'];

/** The nodes of a plan; null when the text is no plan. */
export function readPlan(json: string): PlanNode[] | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const root = isRecord(Array.isArray(value) ? value[0] : value);
  const plan = root === null ? null : isRecord(root['Plan']);
  if (plan === null) return null;
  const nodes: PlanNode[] = [];
  walk(plan, 0, nodes);
  return nodes;
}

function walk(node: Readonly<Record<string, unknown>>, depth: number, nodes: PlanNode[]): void {
  if (nodes.length >= MOST_NODES) return;
  nodes.push({
    depth,
    title: titleOf(node),
    rows: numberOf(node['Plan Rows']),
    cost: numberOf(node['Total Cost']),
    details: CONDITIONS.flatMap((name) => {
      const text = node[name];
      return typeof text === 'string' ? [`${name}: ${text}`] : [];
    }),
  });
  const below = node['Plans'];
  if (!Array.isArray(below)) return;
  for (const child of below) {
    const inner = isRecord(child);
    if (inner !== null) walk(inner, depth + 1, nodes);
  }
}

function titleOf(node: Readonly<Record<string, unknown>>): string {
  const type = textOf(node['Node Type']) ?? 'node';
  const operation = textOf(node['Operation']);
  const relation = textOf(node['Relation Name']);
  const index = textOf(node['Index Name']);
  return (
    (type === 'ModifyTable' && operation !== null ? operation : type) +
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

function isRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object from JSON has names for keys
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
