/** The lineage of one SQL statement. */
import type { Catalog } from '../catalog/catalog.ts';
import type { TreeNode } from '../fact-verb.ts';
import type { ParsedText } from '../facts/parse-text.ts';
import type { Prepared } from '../facts/resolved-text.ts';
import { kindOf } from '../facts/tree.ts';
import { change } from './change.ts';
import type { Context, Parts } from './context.ts';
import { expression } from './expression.ts';
import { Findings, TooDeepError } from './findings.ts';
import type { Lineage } from './lineage.ts';
import { query } from './query.ts';
import type { Column, Level } from './scope.ts';
import { toSources } from './source-set.ts';
import { utility, type Result } from './utility.ts';

/** Lineage, and what else came up that facts are made of. */
export interface Traced {
  readonly lineage: Lineage;
  readonly findings: Findings;
}

/** The parts of a statement that ask one another. */
const PARTS: Parts = { expression, query, statement };

function statement(context: Context, node: TreeNode, outer: Level | null): readonly Column[] | null {
  const [kind, fields] = kindOf(node);
  if (kind === 'SelectStmt') return query(context, fields, outer);
  if (kind === 'InsertStmt' || kind === 'UpdateStmt' || kind === 'DeleteStmt' || kind === 'MergeStmt')
    return change(context, node, outer);
  context.findings.closed = false;
  return null;
}

/** The lineage of a statement such as `{ SelectStmt: … }`, one of `parsed`. */
export function lineageOf(node: TreeNode, parsed: ParsedText, catalog: Catalog, prepared: Prepared): Traced {
  const findings = new Findings();
  const context: Context = {
    ...contextOf(catalog, findings),
    prepared,
    constantAt: (location, negative) => constantAt(parsed.constants, location, negative),
  };
  try {
    return { lineage: lineageFrom(utility(context, node), findings), findings };
  } catch (error) {
    if (!(error instanceof TooDeepError)) throw error;
    findings.columnsUnknown = true;
    findings.closed = false;
    findings.flow(null, 'elsewhere');
    return { lineage: lineageFrom({ columns: null, copy: null }, findings), findings };
  }
}

/** Nothing is prepared, and no constant is of a text. */
export function contextOf(catalog: Catalog, findings: Findings): Context {
  return {
    parts: PARTS,
    catalog,
    session: catalog,
    findings,
    prepared: () => null,
    queries: new Map(),
    constantAt: null,
    arguments: null,
    recording: true,
    way: [],
  };
}

function lineageFrom({ columns, copy }: Result, findings: Findings): Lineage {
  return {
    outputs: columns?.map(({ value }) => toSources(value.from)) ?? null,
    flows: findings.flows,
    uses: findings.uses,
    closed: findings.closed && !findings.changes,
    pure: findings.closed && !findings.takesAlong,
    copy,
    restsOn: findings.restsOn,
  };
}

/** Which of the constants starts at a location of the tree; that of a negative number is its sign’s. */
function constantAt(starts: ArrayLike<number>, location: number, negative: boolean): number | null {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) < location) low = middle + 1;
    else high = middle;
  }
  return low < starts.length && (negative || starts[low] === location) ? low : null;
}
