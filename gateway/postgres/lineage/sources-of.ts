/** Where the values of a relation's column come from. */
import type { Catalog } from '../catalog/catalog.ts';
import type { ColumnRef, Sources } from './lineage.ts';

/**
 * Columns of base tables that a column's values are made of: of a table the column itself, or what it is generated from; of a view or
 * materialized view those of its query.
 */
export function sourcesOf(relation: number, column: number, catalog: Catalog): Sources {
  const found = catalog.relationByOid(relation);
  const own = found?.columns.find(({ number }) => number === column);
  if (found === null || own === undefined || found.kind === 'v' || found.kind === 'm') return 'unknown';
  if (own.generatedFrom.length === 0) return [{ relation, column }];
  return own.generatedFrom.map((number): ColumnRef => ({ relation, column: number }));
}
