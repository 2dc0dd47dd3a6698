/**
 * A filter's text with a condition more or less: what menus of cells and facets do. A condition is any part of a filter that
 * must hold by itself, given as text: `token:ada`, `-error:*`, `(verb:select or verb:delete)`.
 */
import { withText } from './edit.ts';
import { allOf, conjunctsOf, termsOf, type Expression, type FilterField } from './filter.ts';
import { parseFilter } from './parse.ts';
import { printFilter, printTerm } from './print.ts';
import { keywordOf, scanTokens } from './scan.ts';

/** Whether `text` has a condition, however it is written there. */
export function hasCondition(text: string, condition: string): boolean {
  const wanted = normalised(condition);
  return conjuncts(text).some((part) => print(part) === wanted);
}

/** `text` with a condition at its end, unless it has it. */
export function withCondition(text: string, condition: string): string {
  return hasCondition(text, condition) ? text : withText(text, condition);
}

/** `text` without a condition. */
export function withoutCondition(text: string, condition: string): string {
  const wanted = normalised(condition);
  return without(text, (part) => print(part) === wanted);
}

/** `text` without any condition that is about `field` alone: its terms, what excludes some, and what joins some by `or`. */
export function withoutConditionsOn(text: string, field: FilterField): string {
  return without(text, (part) => isOn(part, field));
}

/** The opposite of a condition, as text. */
export function oppositeOf(condition: string): string {
  const { filter } = parseFilter(condition);
  if (filter === undefined) return condition;
  const { root } = filter;
  if (root.kind === 'not') return printFilter({ root: root.of });
  const text = printFilter(filter);
  return root.kind === 'term' ? `-${text}` : `-(${text})`;
}

/** The values of `field` of which one must hold: those of its one term, or of terms that are joined by `or`. */
export function alternativesOf(text: string, field: FilterField): string[] {
  return conjuncts(text).flatMap((part) => valuesOf(part, field) ?? []);
}

/** The values of `field` that must not be, each by itself. */
export function exclusionsOf(text: string, field: FilterField): string[] {
  return conjuncts(text).flatMap((part) => (part.kind === 'not' ? (valuesOf(part.of, field) ?? []) : []));
}

/** `text` with `field` being any of some values; none: it may be anything. */
export function withAlternatives(text: string, field: FilterField, values: readonly string[]): string {
  const rest = without(text, (part) => valuesOf(part, field) !== null);
  const terms = values.map((value) => printTerm({ field, comparison: ':', value }));
  if (terms.length === 0) return rest;
  return withText(rest, terms.length === 1 ? (terms[0] ?? '') : `(${terms.join(' or ')})`);
}

function valuesOf(part: Expression, field: FilterField): string[] | null {
  const parts = part.kind === 'or' ? part.of : [part];
  const values = parts.flatMap((inner) =>
    inner.kind === 'term' &&
    inner.term.field === field &&
    (inner.term.comparison === ':' || inner.term.comparison === '=')
      ? [inner.term.value]
      : [],
  );
  return values.length === parts.length && values.length > 0 ? values : null;
}

function isOn(part: Expression, field: FilterField): boolean {
  const terms = termsOf(part);
  return terms.length > 0 && terms.every((term) => term.field === field);
}

function conjuncts(text: string): readonly Expression[] {
  const { filter } = parseFilter(text);
  return filter === undefined ? [] : conjunctsOf(filter);
}

function print(part: Expression): string {
  return printFilter({ root: part });
}

function normalised(condition: string): string {
  const { filter } = parseFilter(condition);
  return filter === undefined ? condition : printFilter(filter);
}

/** A text that does not parse is being typed, and left alone; what stays is left as it is typed. */
function without(text: string, goes: (part: Expression) => boolean): string {
  const all = conjuncts(text);
  if (!all.some(goes)) return text;
  const left = printFilter({ root: allOf(all.filter((part) => !goes(part))) });
  const typed = piecesOf(text)
    .filter((piece) => {
      const parts = conjuncts(piece);
      return parts.length === 0 || !parts.every(goes);
    })
    .join(' ');
  // What joined the pieces may have lost its sense with them.
  const { filter } = parseFilter(typed);
  return filter !== undefined && printFilter(filter) === left ? typed : left;
}

/** What stands side by side in a text, outside of parentheses, as typed; a minus or `not` stays with what it is about. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start: number | null = null;
  for (const token of scanTokens(text)) {
    start ??= token.range[0];
    if (token.kind === 'open') depth++;
    if (token.kind === 'close') depth--;
    if (depth > 0 || token.kind === 'minus' || keywordOf(token) === 'not') continue;
    if (keywordOf(token) !== 'and') pieces.push(text.slice(start, token.range[1]));
    start = null;
  }
  return pieces;
}
