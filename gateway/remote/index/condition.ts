/** Terms of a filter as SQL over columns of the index: what shared/filter/match-value.ts says, in the words of ClickHouse. */
import type { Term } from '../../../shared/filter/filter.ts';
import type { Value } from './engine.ts';
import { NEVER, ALWAYS, any, isNever, isAlways, type SqlCondition } from '../../archive/conditions.ts';

/** A piece of SQL with the values of its `?`. Nothing of it is ever NULL: what is not known is not met. */
export type Condition = SqlCondition<Value>;

/** SQL with a named parameter in the place of each `?`. */
export function bound({ sql, values }: Condition): {
  readonly sql: string;
  readonly values: Record<string, Value>;
} {
  let at = 0;
  const named: Record<string, Value> = {};
  const text = sql.replaceAll('?', () => {
    const value = values[at] ?? '';
    const name = `p${at++}`;
    named[name] = value;
    return `{${name}:${typeOf(value)}}`;
  });
  return { sql: text, values: named };
}

function typeOf(value: Value): string {
  if (typeof value === 'string') return 'String';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Int64' : 'Float64';
  return typeof value[0] === 'number' ? 'Array(Int64)' : 'Array(String)';
}

type Valued = Pick<Term, 'comparison' | 'value'>;

/** Whether a text column has the term's value: `:` in any case and with globs, `=` exactly. */
export function matchText(column: string, { comparison, value }: Valued): Condition {
  if (comparison === '=') return { sql: `${column} = ?`, values: [value] };
  if (!value.includes('*')) return { sql: `lower(${column}) = ?`, values: [lowerCase(value)] };
  return like(column, patternOf(value));
}

/** The same of a column that may be NULL, which no value matches. */
export function matchKnown(column: string, term: Valued): Condition {
  const { sql, values } = matchText(column, term);
  return { sql: `ifNull(${sql}, 0)`, values };
}

/** Whether a path has the term's value, whole or up to a '/'. */
export function matchPath(column: string, term: Valued): Condition {
  const whole = matchText(column, term);
  return term.comparison === '=' ? whole : any([whole, like(column, `${patternOf(term.value)}/%`)]);
}

/** Whether a dotted name has the term's value, whole or from behind one of its dots. */
export function matchLastParts(column: string, term: Valued): Condition {
  const whole = matchText(column, term);
  return term.comparison === '='
    ? any([whole, { sql: `endsWith(${column}, ?)`, values: [`.${term.value}`] }])
    : any([whole, like(column, `%.${patternOf(term.value)}`)]);
}

/** Whether a text column holds the term's value somewhere. */
export function matchPart(column: string, { value }: Valued): Condition {
  return like(column, `%${patternOf(value)}%`);
}

/** Whether hex digits begin with the term's value, or fit its glob. */
export function matchPrefix(column: string, { value }: Valued): Condition {
  const prefix = lowerCase(value);
  if (prefix.includes('*')) return like(column, patternOf(prefix));
  return { sql: `startsWith(${column}, ?)`, values: [prefix] };
}

/** Whether a number compares as the term says; one that is not known does not. */
export function matchNumber(column: string, { comparison, number }: Term): Condition {
  const sign = comparison === ':' ? '=' : comparison;
  return number === undefined ? NEVER : { sql: `ifNull(${column} ${sign} ?, 0)`, values: [number] };
}

/** Whether an array has an item, called `v`, that meets a condition. */
export function hasAny(column: string, { sql, values }: Condition): Condition {
  return { sql: `arrayExists(v -> ${sql}, ${column})`, values };
}

/** Whether a column is one of some words. */
export function oneOf(column: string, words: readonly string[]): Condition {
  const [only] = words;
  if (only === undefined) return NEVER;
  if (words.length === 1) return { sql: `${column} = ?`, values: [only] };
  return { sql: `${column} IN ?`, values: [words] };
}

export function not(condition: Condition): Condition {
  if (isNever(condition)) return ALWAYS;
  if (isAlways(condition)) return NEVER;
  return { sql: `NOT (${condition.sql})`, values: condition.values };
}

/** ClickHouse's `lower` changes A to Z alone, as this does. */
function like(column: string, pattern: string): Condition {
  return { sql: `lower(${column}) LIKE ?`, values: [pattern] };
}

/** A term's value as a pattern of LIKE over lower-cased text. */
function patternOf(value: string): string {
  return lowerCase(value)
    .replaceAll(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%');
}

function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
