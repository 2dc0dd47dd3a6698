/** Facts and lineage of one SQL statement. */
import type { Feature, SqlFacts } from '../../../shared/policy/facts.ts';
import { verbOf, type TreeNode } from '../fact-verb.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Lineage } from '../lineage/lineage.ts';
import { conditionsOf } from './conditions.ts';
import { FactCollector } from './fact-collector.ts';
import type { Prepared } from './resolved-text.ts';
import { classOf } from './statement-class.ts';
import { kindOf, listOf, nodeOf, numberOf, textOf } from './tree.ts';

export interface ResolvedStatement {
  readonly facts: SqlFacts;
  readonly lineage: Lineage | null;
  readonly resolved: boolean;
}

/** Of a statement such as `{ SelectStmt: … }`. */
export function resolveStatement(
  statement: TreeNode,
  catalog: Catalog | null,
  prepared: Prepared,
): ResolvedStatement {
  const collector = new FactCollector(catalog);
  collector.add(statement);
  const columns = collector.tables.map(({ name }) => `${name}.*`);
  const facts = factsOfStatement(statement, collector, prepared, columns);
  return { facts, lineage: null, resolved: collector.resolved };
}

function factsOfStatement(
  statement: TreeNode,
  collector: FactCollector,
  prepared: Prepared,
  columns: readonly string[],
): SqlFacts {
  const run = executed(statement, prepared);
  for (const feature of featuresOf(statement)) collector.features.add(feature);
  if (run === 'unknown') collector.features.add('opaque');
  const own: SqlFacts = {
    verb: verbOf(what(statement)),
    class: classOf(what(statement)),
    tables: collector.tables,
    columns,
    functions: collector.functions,
    features: [...collector.features],
  };
  return run === null || run === 'unknown' ? own : merged(own, run);
}

/** EXPLAIN ANALYZE is what it runs. */
function what(statement: TreeNode): TreeNode {
  const explain = nodeOf(statement, 'ExplainStmt');
  return explain !== null && analyses(explain) ? (nodeOf(explain, 'query') ?? statement) : statement;
}

/** Facts of what EXECUTE runs; null: it is no EXECUTE. */
function executed(statement: TreeNode, prepared: Prepared): SqlFacts | 'unknown' | null {
  const execute = nodeOf(inner(statement), 'ExecuteStmt');
  if (execute === null) return null;
  const found = prepared(textOf(execute, 'name') ?? '', 'statement');
  return found?.facts.statements[0] ?? 'unknown';
}

/** What EXPLAIN and CREATE TABLE AS run. */
function inner(statement: TreeNode): TreeNode {
  const [kind, node] = kindOf(statement);
  return kind === 'ExplainStmt' || kind === 'CreateTableAsStmt'
    ? (nodeOf(node, 'query') ?? statement)
    : statement;
}

function merged(own: SqlFacts, run: SqlFacts): SqlFacts {
  const runs = own.verb === 'EXECUTE';
  return {
    verb: runs ? run.verb : own.verb,
    class: runs ? run.class : own.class,
    tables: [
      ...own.tables,
      ...run.tables.filter(({ name }) => !own.tables.some((table) => table.name === name)),
    ],
    columns: [...new Set([...own.columns, ...run.columns])],
    functions: [
      ...own.functions,
      ...run.functions.filter(({ name }) => !own.functions.some((one) => one.name === name)),
    ],
    features: [...new Set([...own.features, ...run.features])],
  };
}

function featuresOf(statement: TreeNode): Feature[] {
  const [kind, node] = kindOf(statement);
  const features: Feature[] = [];
  const { missing, alwaysTrue } = conditionsOf(statement);
  if (missing) features.push('missing where');
  if (alwaysTrue) features.push('always true');
  if (kind === 'CopyStmt' && textOf(node, 'filename') !== null)
    features.push(node['is_program'] === true ? 'copy program' : 'copy file');
  if (kind === 'DoStmt' || kind === 'CallStmt') features.push('opaque');
  if (kind === 'ExplainStmt' && analyses(node)) features.push('explain analyze');
  if (makesRelation(kind === 'ExplainStmt' ? (nodeOf(node, 'query') ?? {}) : statement))
    features.push('into');
  return features;
}

function makesRelation(statement: TreeNode): boolean {
  const [kind, node] = kindOf(statement);
  return kind === 'CreateTableAsStmt' || kind === 'ViewStmt' || nodeOf(node, 'intoClause') !== null;
}

/** Whether an EXPLAIN runs what it explains. */
function analyses(explain: TreeNode): boolean {
  return listOf(explain, 'options').some((option) => {
    const element = nodeOf(option, 'DefElem');
    if (textOf(element, 'defname')?.toLowerCase() !== 'analyze') return false;
    const [kind, value] = kindOf(nodeOf(element, 'arg'));
    if (kind === '') return true;
    if (kind === 'Boolean') return value['boolval'] === true;
    if (kind === 'Integer') return numberOf(value, 'ival') !== 0;
    return !['false', 'off', '0'].includes(textOf(value, 'sval')?.toLowerCase() ?? '');
  });
}
