/** Terms of a filter as SQL over columns of a volume. */
import type { Term } from '../../../shared/filter/filter.ts';

/** A piece of SQL with the values of its `?`. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number | Buffer)[];
}

/** The condition that nothing meets. */
export const NEVER: Condition = { sql: '0', values: [] };

/** Whether a text column has the term's value: `:` in any case and with globs, `=` exactly. */
export function matchText(column: string, { comparison, value }: Term): Condition {
  if (comparison === '=') return { sql: `${column} = ?`, values: [value] };
  if (!value.includes('*')) return { sql: `${column} = ? COLLATE NOCASE`, values: [value] };
  return { sql: `lower(${column}) GLOB ?`, values: [globOf(value)] };
}

/** Whether a path has the term's value, whole or up to a '/'. */
export function matchPath(column: string, term: Term): Condition {
  const whole = matchText(column, term);
  if (term.comparison === '=') return whole;
  const below = { sql: `lower(${column}) GLOB ?`, values: [`${globOf(term.value)}/*`] };
  return any([whole, below]);
}

/** A term's value as a pattern of SQLite's GLOB over lower-cased text: only `*` is special. */
function globOf(value: string): string {
  return value.toLowerCase().replaceAll(/[[?]/g, '[$&]');
}

/** Whether a text holds the term's words; `*` stands for anything between them. */
export function matchWords(column: string, { value }: Term): Condition {
  const escaped = value.replaceAll(/[\\%_]/g, String.raw`\$&`).replaceAll('*', '%');
  return { sql: `${column} LIKE ? ESCAPE '\\'`, values: [`%${escaped}%`] };
}

/** Whether a number compares as the term says. */
export function matchNumber(column: string, { comparison, number }: Term): Condition {
  const sign = comparison === ':' ? '=' : comparison;
  return number === undefined ? NEVER : { sql: `${column} ${sign} ?`, values: [number] };
}

/** Whether a BLOB's hex digits have the term's value, whole or at its start. */
export function matchHex(column: string, term: Term): Condition {
  const prefix = term.value.toLowerCase();
  if (prefix.includes('*')) return { sql: `lower(hex(${column})) GLOB ?`, values: [globOf(prefix)] };
  if (!/^[0-9a-f]{1,64}$/.test(prefix)) return NEVER;
  const from = Buffer.from(prefix.padEnd(prefix.length + (prefix.length % 2), '0'), 'hex');
  const to = Buffer.concat([
    Buffer.from(prefix.padEnd(prefix.length + (prefix.length % 2), 'f'), 'hex'),
    END,
  ]);
  return { sql: `${column} >= ? AND ${column} < ?`, values: [from, to] };
}

/** Sorts behind every id that starts with the bytes before it. */
const END = Buffer.alloc(33, 0xff);

/**
 * Whether a look-up finds anything. EXISTS would say it plainer, but SQLite makes a join of that, may start it at the other
 * table, and then sorts what it finds; a scalar subquery stays where it stands.
 */
export function finds(from: string, values: Condition['values']): Condition {
  return { sql: `(SELECT 1 FROM ${from}) = 1`, values };
}

/** All of them; with none, everything. */
export function all(conditions: readonly Condition[]): Condition {
  return joined(conditions, ' AND ', '1');
}

/** Any of them; with none, nothing. */
export function any(conditions: readonly Condition[]): Condition {
  return joined(conditions, ' OR ', '0');
}

function joined(conditions: readonly Condition[], word: string, empty: string): Condition {
  if (conditions.length === 0) return { sql: empty, values: [] };
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(word),
    values: conditions.flatMap(({ values }) => values),
  };
}

/** Whether a column is one of some ids, or of some words. */
export function oneOf(column: string, ids: readonly (number | string)[]): Condition {
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return { sql: `${column} = ?`, values: [only] };
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(ids)] };
}
