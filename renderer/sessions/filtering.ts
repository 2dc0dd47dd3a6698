/** How the parts of a place change its filter. */
import { createContext, useContext } from 'react';
import type { Comparison, FilterField } from '../../shared/filter/filter.ts';
import { hasTerm, withoutField, withoutTerm, withTerm, withText } from '../../shared/filter/edit.ts';
import { printTerm } from '../../shared/filter/print.ts';
import { formatFilterTime } from '../ui/format.ts';

/** What cells, facets and the histogram do to the filter in force. */
export interface Filtering {
  /** Puts another filter in force. */
  readonly apply: (filter: string) => void;
  readonly has: (field: FilterField, value: string) => boolean;
  /** Adds the term, or takes it out again. */
  readonly toggle: (field: FilterField, value: string) => void;
  /** Sets the one bound on a number or a duration. */
  readonly bound: (field: FilterField, comparison: Comparison, value: string) => void;
  /** Sets the range of time, in µs. */
  readonly between: (after: number, before: number) => void;
}

/** Filtering over the text of a filter. */
export function filteringOf(filter: string, apply: (filter: string) => void): Filtering {
  return {
    apply,
    has: (field, value) => hasTerm(filter, field, value),
    toggle: (field, value) =>
      apply(
        hasTerm(filter, field, value) ? withoutTerm(filter, field, value) : withTerm(filter, field, value),
      ),
    bound: (field, comparison, value) =>
      apply(withText(withoutField(filter, field), printTerm({ field, comparison, value }))),
    between: (after, before) => {
      const open = withoutField(withoutField(filter, 'after'), 'before');
      apply(withTerm(withTerm(open, 'after', formatFilterTime(after)), 'before', formatFilterTime(before)));
    },
  };
}

const nothing: Filtering = filteringOf('', () => undefined);

export const FilteringContext = createContext<Filtering>(nothing);

export function useFiltering(): Filtering {
  return useContext(FilteringContext);
}
