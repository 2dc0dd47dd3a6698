/** Filter → text: what {@link parseFilter} reads back as the same terms. */
import type { Filter, FilterField, Term } from './filter.ts';
import { parseFilter } from './parse.ts';

/** The text of a filter, terms side by side. */
export function printFilter(filter: Filter): string {
  return filter.terms.map(printTerm).join(' ');
}

/** The text of one term. */
export function printTerm(term: Pick<Term, 'field' | 'comparison' | 'value'>): string {
  if (term.field === 'text' && term.comparison === ':') {
    return isPlainWord(term.value) ? term.value : quote(term.value);
  }
  return term.field + term.comparison + (isPlainValue(term.value) ? term.value : quote(term.value));
}

function isPlainWord(value: string): boolean {
  return isPlainValue(value) && !/[:=<>]/.test(value) && !/^(or|not|and)$/i.test(value);
}

function isPlainValue(value: string): boolean {
  return value !== '' && !/[\s"\\()]|^[<=>]/u.test(value);
}

function quote(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Whether `text` has the term `field:value`. */
export function hasTerm(text: string, field: FilterField, value: string): boolean {
  return termsOf(text).some((term) => isTerm(term, field, value));
}

/** `text` with the term `field:value` at its end, unless it has it. */
export function withTerm(text: string, field: FilterField, value: string): string {
  if (hasTerm(text, field, value)) return text;
  const before = text.trimEnd();
  return (before === '' ? '' : `${before} `) + printTerm({ field, comparison: ':', value });
}

/** `text` without the term `field:value`; every other character stays, but for the white space around it. */
export function withoutTerm(text: string, field: FilterField, value: string): string {
  return cut(text, (term) => isTerm(term, field, value));
}

/** `text` without any term of `field`. */
export function withoutField(text: string, field: FilterField): string {
  return cut(text, (term) => term.field === field);
}

/** `text` with `field:value` in place of whatever it said about `field`. */
export function withOnlyTerm(text: string, field: FilterField, value: string): string {
  return withTerm(withoutField(text, field), field, value);
}

/** A text that does not parse has no terms: it is being typed, and left alone. */
function termsOf(text: string): readonly Term[] {
  return parseFilter(text).filter?.terms ?? [];
}

function isTerm(term: Term, field: FilterField, value: string): boolean {
  return term.field === field && (term.comparison === ':' || term.comparison === '=') && term.value === value;
}

function cut(text: string, goes: (term: Term) => boolean): string {
  const terms = termsOf(text);
  const going = terms.filter(goes);
  if (going.length === 0) return text;
  let kept = '';
  let at = 0;
  for (const { range } of going) {
    kept = join(kept, text.slice(at, range[0]));
    at = range[1];
  }
  return join(kept, text.slice(at)).trim();
}

function join(left: string, right: string): string {
  const [a, b] = [left.trimEnd(), right.trimStart()];
  return a === '' || b === '' ? a + b : `${a} ${b}`;
}
