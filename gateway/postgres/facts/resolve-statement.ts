/** Facts and lineage of one SQL statement. */
import type { Feature, SqlFacts, TableFact } from '../../../shared/policy/facts.ts';
import { verbOf, type TreeNode } from '../fact-verb.ts';
import type { Catalog, Relation } from '../catalog/catalog.ts';
import type { Lineage } from '../lineage/lineage.ts';
import { lineageOf } from '../lineage/lineage-of.ts';
import type { Findings } from '../lineage/findings.ts';
import { columnOf } from '../lineage/source-set.ts';
import type { ParsedText } from './parse-text.ts';
import { conditionsOf } from './conditions.ts';
import { analyses } from './explain.ts';
import { FactCollector } from './fact-collector.ts';
import type { Prepared } from './resolved-text.ts';
import { classOf } from './statement-class.ts';
import { kindOf, listOf, nodeOf, textOf } from './tree.ts';

export interface ResolvedStatement {
  readonly facts: SqlFacts;
  readonly lineage: Lineage | null;
  readonly resolved: boolean;
}

/** Of a statement such as `{ SelectStmt: … }`, one of `parsed`. */
export function resolveStatement(
  statement: TreeNode,
  parsed: ParsedText,
  catalog: Catalog | null,
  prepared: Prepared,
): ResolvedStatement {
  const collector = new FactCollector(catalog);
  collector.add(statement);
  const block = blockOf(statement);
  if (block !== null) collector.addBlock(block);
  const traced = catalog === null ? null : lineageOf(statement, parsed, catalog, prepared);
  if (traced !== null) collector.addCalls(traced.findings.fieldCalls);
  const columns = columnsOf(collector, catalog, traced?.findings ?? null);
  const facts = factsOfStatement(statement, collector, prepared, columns);
  return { facts, lineage: traced?.lineage ?? null, resolved: collector.resolved };
}

/** Columns looked at and written; all of every table where nobody knows which. */
function columnsOf(
  { tables }: FactCollector,
  catalog: Catalog | null,
  findings: Findings | null,
): readonly string[] {
  const names = new Set<string>();
  for (const key of findings?.columns ?? []) {
    const { relation, column } = columnOf(key);
    const found = catalog?.relationByOid(relation);
    const name = found?.columns.find(({ number }) => number === column)?.name;
    if (found !== null && found !== undefined) names.add(`${nameOf(found)}.${name ?? '*'}`);
  }
  const partly = new Set(
    [...(findings?.partlyWritten ?? [])].map((oid) => nameOf(catalog?.relationByOid(oid))),
  );
  const unknown = findings === null || findings.columnsUnknown;
  for (const { name, writes } of tables) if (unknown || (writes && !partly.has(name))) names.add(`${name}.*`);
  return [...names];
}

/** The source of a DO. */
function blockOf(statement: TreeNode): string | null {
  for (const item of listOf(nodeOf(statement, 'DoStmt'), 'args')) {
    const option = nodeOf(item, 'DefElem');
    if (textOf(option, 'defname') === 'as') return textOf(nodeOf(nodeOf(option, 'arg'), 'String'), 'sval');
  }
  return null;
}

function nameOf(relation: Relation | null | undefined): string {
  return relation === null || relation === undefined ? '' : `${relation.schema}.${relation.name}`;
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
    tables: isRun(statement) ? collector.tables : collector.tables.map(onlyRead),
    columns,
    functions: collector.functions,
    features: [...collector.features],
  };
  return run === null || run === 'unknown' ? own : merged(own, run);
}

/** Whether what it holds runs: EXPLAIN alone only plans it. */
function isRun(statement: TreeNode): boolean {
  const explain = nodeOf(statement, 'ExplainStmt');
  return explain === null || analyses(explain);
}

function onlyRead(table: TableFact): TableFact {
  return { ...table, reads: true, writes: false };
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
  if (missing && isRun(statement)) features.push('missing where');
  if (alwaysTrue) features.push('always true');
  if (kind === 'CopyStmt' && textOf(node, 'filename') !== null)
    features.push(node['is_program'] === true ? 'copy program' : 'copy file');
  if (kind === 'DoStmt' || kind === 'CallStmt') features.push('opaque');
  if (kind === 'ExplainStmt' && analyses(node)) features.push('explain analyze');
  if (isRun(statement) && makesRelation(kind === 'ExplainStmt' ? (nodeOf(node, 'query') ?? {}) : statement))
    features.push('into');
  return features;
}

function makesRelation(statement: TreeNode): boolean {
  const [kind, node] = kindOf(statement);
  return kind === 'CreateTableAsStmt' || kind === 'ViewStmt' || nodeOf(node, 'intoClause') !== null;
}
