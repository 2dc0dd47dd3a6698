/**
 * A filter's text with a term more or less, as typed otherwise: what a click on a value does. Only terms that must hold by
 * themselves count; what stands within an `or`, a `not` or parentheses is not touched.
 */
import { allOf, conjunctsOf, type Expression, type FilterField, type Term } from './filter.ts';
import { parseFilter } from './parse.ts';
import { printFilter, printTerm } from './print.ts';

/** Whether `text` has the term `field:value`. */
export function hasTerm(text: string, field: FilterField, value: string): boolean {
  return conjuncts(text).some((inner) => isTerm(inner, field, value));
}

/** `text` with the term `field:value` at its end, unless it has it. */
export function withTerm(text: string, field: FilterField, value: string): string {
  return hasTerm(text, field, value) ? text : withText(text, printTerm({ field, comparison: ':', value }));
}

/** `text` with another condition, as text, at its end. */
export function withText(text: string, condition: string): string {
  const before = text.trimEnd();
  if (before === '') return condition;
  return parseFilter(text).filter?.root.kind === 'or' ? `(${before}) ${condition}` : `${before} ${condition}`;
}

/** `text` without the term `field:value`; every other character stays, but for the white space around it. */
export function withoutTerm(text: string, field: FilterField, value: string): string {
  return without(text, (inner) => isTerm(inner, field, value));
}

/** `text` without any term of `field`. */
export function withoutField(text: string, field: FilterField): string {
  return without(text, (inner) => inner.kind === 'term' && inner.term.field === field);
}

/** `text` with `field:value` in place of whatever it said about `field`. */
export function withOnlyTerm(text: string, field: FilterField, value: string): string {
  return withTerm(withoutField(text, field), field, value);
}

/** A text that does not parse has no terms: it is being typed, and left alone. */
function conjuncts(text: string): readonly Expression[] {
  const { filter } = parseFilter(text);
  return filter === undefined ? [] : conjunctsOf(filter);
}

function isTerm(inner: Expression, field: FilterField, value: string): boolean {
  if (inner.kind !== 'term') return false;
  const { term } = inner;
  return term.field === field && (term.comparison === ':' || term.comparison === '=') && term.value === value;
}

function without(text: string, goes: (inner: Expression) => boolean): string {
  const all = conjuncts(text);
  const going = all.flatMap((inner) => (inner.kind === 'term' && goes(inner) ? [inner.term] : []));
  if (going.length === 0) return text;
  const left = printFilter({ root: allOf(all.filter((inner) => !goes(inner))) });
  const typed = cut(text, going);
  // What joined the terms (`and`, parentheses, the other half of a range) may have lost its sense with them.
  const { filter } = parseFilter(typed);
  return filter !== undefined && printFilter(filter) === left ? typed : left;
}

function cut(text: string, going: readonly Term[]): string {
  let kept = '';
  let at = 0;
  for (const { range } of going) {
    kept = join(kept, text.slice(at, Math.max(at, range[0])));
    at = range[1];
  }
  return join(kept, text.slice(at)).trim();
}

function join(left: string, right: string): string {
  const [a, b] = [left.trimEnd(), right.trimStart()];
  return a === '' || b === '' || a.endsWith('(') || b.startsWith(')') ? a + b : `${a} ${b}`;
}
