/** The filter of a request. */
import { ApiError } from '../../shared/api/error.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';

/** The filter a text means; throws BAD_FILTER with the place of the fault. */
export function filterOf(text: string): Filter {
  const { filter, error } = parseFilter(text);
  if (error) throw new ApiError('BAD_FILTER', error.message, { range: error.range });
  return filter;
}
