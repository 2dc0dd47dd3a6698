/** Terms of a filter as SQL over columns of a volume: what shared/filter/match-value.ts says, in the words of SQLite. */
import type { Term } from '../../../shared/filter/filter.ts';
import { NEVER, ALWAYS, any, isNever, isAlways, type SqlCondition } from '../conditions.ts';

/** A piece of SQL with the values of its `?`. */
export type Condition = SqlCondition<string | number | Buffer>;

type Value = Pick<Term, 'comparison' | 'value'>;

/** Whether a text column has the term's value: `:` in any case and with globs, `=` exactly. */
export function matchText(column: string, { comparison, value }: Value): Condition {
  if (comparison === '=') return { sql: `${column} = ?`, values: [value] };
  if (!value.includes('*')) return { sql: `${column} = ? COLLATE NOCASE`, values: [value] };
  return matchGlob(column, globOf(value));
}

/** Whether a path has the term's value, whole or up to a '/'. */
export function matchPath(column: string, term: Value): Condition {
  const whole = matchText(column, term);
  return term.comparison === '=' ? whole : any([whole, matchGlob(column, `${globOf(term.value)}/*`)]);
}

/** Whether a dotted name has the term's value, whole or from behind one of its dots. */
export function matchLastParts(column: string, term: Value): Condition {
  const whole = matchText(column, term);
  if (term.comparison !== '=') return any([whole, matchGlob(column, `*.${globOf(term.value)}`)]);
  const part = `.${term.value}`;
  return any([whole, { sql: `substr(${column}, -length(?)) = ?`, values: [part, part] }]);
}

/** Whether a text column holds the term's value somewhere. */
export function matchPart(column: string, { value }: Value): Condition {
  return matchGlob(column, `*${globOf(value)}*`);
}

/** Letters A to Z alone are compared in any case, by `lower` as by NOCASE. */
function matchGlob(column: string, pattern: string): Condition {
  return { sql: `lower(${column}) GLOB ?`, values: [pattern] };
}

/** A term's value as a pattern of SQLite's GLOB over lower-cased text: only `*` is special. */
function globOf(value: string): string {
  return value.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()).replaceAll(/[[?]/g, '[$&]');
}

/** Whether a number compares as the term says; one that is not known does not. */
export function matchNumber(column: string, { comparison, number }: Term): Condition {
  const sign = comparison === ':' ? '=' : comparison;
  return number === undefined ? NEVER : { sql: `${column} ${sign} ?`, values: [number] };
}

/** Whether a BLOB's hex digits begin with the term's value, or fit its glob. */
export function matchHex(column: string, { value }: Value): Condition {
  const prefix = value.toLowerCase();
  if (prefix.includes('*')) return matchGlob(`hex(${column})`, globOf(prefix));
  if (!/^[0-9a-f]{1,64}$/.test(prefix)) return NEVER;
  const even = prefix.length + (prefix.length % 2);
  const from = Buffer.from(prefix.padEnd(even, '0'), 'hex');
  const to = Buffer.concat([Buffer.from(prefix.padEnd(even, 'f'), 'hex'), END]);
  return { sql: `${column} >= ? AND ${column} < ?`, values: [from, to] };
}

/** Sorts behind every id that starts with the bytes before it. */
const END = Buffer.alloc(33, 0xff);

/** Whether a text of lower-case hex digits begins with the term's value, or fits its glob. */
export function matchHexText(column: string, { value }: Value): Condition {
  const prefix = value.toLowerCase();
  if (prefix.includes('*')) return { sql: `${column} GLOB ?`, values: [globOf(prefix)] };
  return { sql: `${column} >= ? AND ${column} < ?`, values: [prefix, `${prefix}g`] };
}

/**
 * Whether a look-up finds anything. EXISTS would say it plainer, but SQLite makes a join of that, may start it at the other
 * table, and then sorts what it finds; a scalar subquery stays where it stands.
 */
export function finds(from: string, values: Condition['values']): Condition {
  return { sql: `(SELECT 1 FROM ${from} LIMIT 1) = 1`, values };
}

/** The opposite: what is not known to hold fulfils it. */
export function not(condition: Condition): Condition {
  if (isNever(condition)) return ALWAYS;
  if (isAlways(condition)) return NEVER;
  return { sql: `(${condition.sql}) IS NOT TRUE`, values: condition.values };
}

/** Whether a column is one of some ids, or of some words. */
export function oneOf(column: string, ids: readonly (number | string)[]): Condition {
  const [only] = ids;
  if (only === undefined) return NEVER;
  if (ids.length === 1) return { sql: `${column} = ?`, values: [only] };
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(ids)] };
}
