/** Values that occur, for completion. */
import type { KnownValues } from '../../shared/filter/complete.ts';
import type { Facets } from '../../shared/api/session.ts';
import { queries } from '../api.ts';

/**
 * The values of the facets by the filter's fields, those of what the filter in force lets pass before the others of the archive,
 * where these are known: who narrows a filter wants the first, who replaces a value may want any.
 */
export function knownValues(facets: Facets | undefined): KnownValues {
  const all = queries.getQueryData<Facets>(['facets', '']);
  const narrowed = valuesOf(facets);
  const every = valuesOf(all);
  const fields = [...Object.keys(narrowed), ...Object.keys(every)];
  return Object.fromEntries(
    fields.map((field) => [field, [...new Set([...(narrowed[field] ?? []), ...(every[field] ?? [])])]]),
  );
}

function valuesOf(facets: Facets | undefined): Readonly<Record<string, readonly string[]>> {
  if (facets === undefined) return {};
  const values = Object.entries(facets.fields).map(
    ([field, items]) => [field, items.map((item) => item.value)] as const,
  );
  const known = Object.fromEntries(values);
  return { ...known, sub: known['token'] ?? [] };
}
