/** What a cell of a list means in the filter language: each value that is shown, and that there is none. */
import type { FilterField } from '../../shared/filter/filter.ts';
import { printTerm } from '../../shared/filter/print.ts';
import { formatFilterTime } from '../ui/format.ts';

/** A condition that a cell offers. */
export interface CellCondition {
  readonly field: FilterField;
  readonly text: string;
  /** It bounds a quantity or a time: it takes the place of what was said of that, and has no use as an exclusion. */
  readonly bound?: true;
}

/** Longest list of values that a menu offers one by one. */
const MOST_VALUES = 4;

/** A value, or that there is none. `absent` is how that is asked for; left out: that nothing fits the field. */
export function isValue(field: FilterField, value: string | null, absent?: string): CellCondition[] {
  if (value === null) return [{ field, text: absent ?? `-${field}:*` }];
  // What a glob or an empty value would not ask for is asked for to the letter.
  const comparison = value === '' || value.includes('*') ? '=' : ':';
  return [{ field, text: printTerm({ field, comparison, value }) }];
}

/** Some values, each by itself; none of them. */
export function areValues(field: FilterField, values: readonly string[], absent?: string): CellCondition[] {
  if (values.length === 0) return isValue(field, null, absent);
  return values.slice(0, MOST_VALUES).flatMap((value) => isValue(field, value));
}

/** A quantity: as much (which nobody asks of a time taken), at least or at most; `unit` as the language writes it. */
export function isQuantity(
  field: 'rows' | 'bytes' | 'dur',
  value: number | null,
  unit = '',
): CellCondition[] {
  if (value === null) return [{ field, text: `-${field}>=0${unit}` }];
  return [
    ...(field === 'dur' ? [] : [{ field, text: `${field}:${value}${unit}` }]),
    { field, text: `${field}>=${value}${unit}`, bound: true },
    { field, text: `${field}<=${value}${unit}`, bound: true },
  ];
}

/** A time: from it on, or before it, to the second. */
export function isTime(time: number | null): CellCondition[] {
  if (time === null) return [];
  return [
    { field: 'after', text: `after:${formatFilterTime(time)}`, bound: true },
    { field: 'before', text: `before:${formatFilterTime(time + 1_000_000)}`, bound: true },
  ];
}

/** That something occurs in a session, where it does. That it does not is nothing the language asks of a whole session. */
export function isAny(field: FilterField, count: number, text: string): CellCondition[] {
  return count > 0 ? [{ field, text }] : [];
}
