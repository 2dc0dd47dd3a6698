/** Where the values of a relation's column come from. */
import type { Catalog, Relation } from '../catalog/catalog.ts';
import { contextOf } from './lineage-of.ts';
import type { Sources } from './lineage.ts';
import { relationColumns } from './relation-columns.ts';
import { toSources } from './source-set.ts';
import { Findings, TooDeepError } from './findings.ts';

/**
 * Columns of base tables that a column's values are made of: of a table the column itself, or what it is generated from; of a view or
 * materialized view those of its query.
 */
export function sourcesOf(relation: number, column: number, catalog: Catalog): Sources {
  const found = catalog.relationByOid(relation);
  const index = found?.columns.findIndex(({ number }) => number === column) ?? -1;
  if (found === null || index < 0) return 'unknown';
  let known = cache.get(catalog);
  if (known === undefined) cache.set(catalog, (known = new Map()));
  let columns = known.get(relation);
  if (columns === undefined) known.set(relation, (columns = traced(found, catalog)));
  return columns[index] ?? 'unknown';
}

function traced(relation: Relation, catalog: Catalog): readonly Sources[] {
  try {
    const columns = relationColumns(contextOf(catalog, new Findings()), relation);
    return columns.map(({ value }) => toSources(value.from));
  } catch (error) {
    if (error instanceof TooDeepError) return [];
    throw error;
  }
}

/** A catalog never changes, so what was found in one stays. */
const cache = new WeakMap<Catalog, Map<number, readonly Sources[]>>();
