/** Filter → text: what {@link parseFilter} reads back as the same terms. */
import { conjunctsOf, type Expression, type Filter, type FilterField, type Term } from './filter.ts';
import { keywordOf, scanTokens } from './scan.ts';

/** The text of a filter. */
export function printFilter(filter: Filter): string {
  return conjunctsOf(filter)
    .map((inner) => print(inner, filter.root.kind === 'and' ? 'and' : 'or'))
    .join(' ');
}

/** The text of one term. */
export function printTerm(
  term: Pick<Term, 'comparison' | 'value'> & { readonly field: FilterField },
): string {
  if (term.field === 'text' && term.comparison === ':') {
    return isPlainWord(term.value) ? term.value : quote(term.value);
  }
  return term.field + term.comparison + (isPlainValue(term.value) ? term.value : quote(term.value));
}

/** `around` is what binds the expression to its neighbours: parentheses stand where it binds closer. */
function print(expression: Expression, around: 'or' | 'and' | 'not'): string {
  if (expression.kind === 'term') return printTerm(expression.term);
  if (expression.kind === 'not') return `not ${print(expression.of, 'not')}`;
  const { kind } = expression;
  const text = expression.of.map((inner) => print(inner, kind)).join(kind === 'or' ? ' or ' : ' ');
  return around === 'not' || (around === 'and' && kind === 'or') ? `(${text})` : text;
}

/** A word that is read as nothing but itself. */
function isPlainWord(value: string): boolean {
  if (!isPlainValue(value)) return false;
  const [token, ...rest] = scanTokens(value);
  return rest.length === 0 && token?.kind === 'word' && token.name === null && keywordOf(token) === null;
}

function isPlainValue(value: string): boolean {
  return value !== '' && !/[\s"\\()]|^[<=>]/u.test(value);
}

function quote(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
