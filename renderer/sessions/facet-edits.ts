/** What clicks on the values of a facet make of a filter: chosen values of one field join by `or`, excluded ones each by itself. */
import type { FacetField } from '../../shared/api/session.ts';
import {
  alternativesOf,
  exclusionsOf,
  withAlternatives,
  withCondition,
  withoutCondition,
  withoutConditionsOn,
} from '../../shared/filter/edit-conditions.ts';
import { printTerm } from '../../shared/filter/print.ts';

export interface FacetStanding {
  readonly chosen: readonly string[];
  readonly excluded: readonly string[];
}

/** What a filter says of a field. */
export function standingOf(filter: string, field: FacetField): FacetStanding {
  return { chosen: alternativesOf(filter, field), excluded: exclusionsOf(filter, field) };
}

/** Chooses a value beside those that are, or no longer. */
export function toggled(filter: string, field: FacetField, value: string): string {
  const { chosen } = standingOf(filter, field);
  const others = chosen.filter((one) => one !== value);
  const values = others.length < chosen.length ? others : [...chosen, value];
  return withAlternatives(withoutCondition(filter, exclusion(field, value)), field, values);
}

/** Excludes a value, or no longer. */
export function toggledOut(filter: string, field: FacetField, value: string): string {
  const { chosen, excluded } = standingOf(filter, field);
  if (excluded.includes(value)) return withoutCondition(filter, exclusion(field, value));
  const others = chosen.filter((one) => one !== value);
  const without = others.length < chosen.length ? withAlternatives(filter, field, others) : filter;
  return withCondition(without, exclusion(field, value));
}

/** This value alone, whatever was said of the field. */
export function only(filter: string, field: FacetField, value: string): string {
  return withAlternatives(withoutConditionsOn(filter, field), field, [value]);
}

function exclusion(field: FacetField, value: string): string {
  return `-${printTerm({ field, comparison: ':', value })}`;
}
