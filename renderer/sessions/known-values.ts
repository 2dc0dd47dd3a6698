/** Values that occur, for completion. */
import type { KnownValues } from '../../shared/filter/complete.ts';
import type { Facets } from '../../shared/api/session.ts';

/** The values of the facets by the filter's fields; empty before facets are known. */
export function knownValues(facets: Facets | undefined): KnownValues {
  if (facets === undefined) return {};
  const values = Object.entries(facets.fields).map(
    ([field, items]) => [field, items.map((item) => item.value)] as const,
  );
  const known = Object.fromEntries(values);
  return { ...known, sub: known['token'] ?? [] };
}
