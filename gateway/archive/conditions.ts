/** Pieces of SQL joined by AND and OR, whichever engine they are for: what nothing or everything meets is left out of them. */

/** A piece of SQL with the values of its `?`. */
export interface SqlCondition<V> {
  readonly sql: string;
  readonly values: readonly V[];
}

/** The condition that nothing meets, and the one that everything does. */
export const NEVER: SqlCondition<never> = { sql: '0', values: [] };
export const ALWAYS: SqlCondition<never> = { sql: '1', values: [] };

/** All of them; with none, everything. */
export function all<V>(conditions: readonly SqlCondition<V>[]): SqlCondition<V> {
  if (conditions.some(isNever)) return NEVER;
  return joined(
    conditions.filter((condition) => !isAlways(condition)),
    ' AND ',
    ALWAYS,
  );
}

/** Any of them; with none, nothing. */
export function any<V>(conditions: readonly SqlCondition<V>[]): SqlCondition<V> {
  if (conditions.some(isAlways)) return ALWAYS;
  return joined(
    conditions.filter((condition) => !isNever(condition)),
    ' OR ',
    NEVER,
  );
}

/** Whether it is known that nothing meets it. */
export function isNever({ sql }: { readonly sql: string }): boolean {
  return sql === NEVER.sql;
}

/** Whether it is known that everything does. */
export function isAlways({ sql }: { readonly sql: string }): boolean {
  return sql === ALWAYS.sql;
}

function joined<V>(
  conditions: readonly SqlCondition<V>[],
  word: string,
  empty: SqlCondition<V>,
): SqlCondition<V> {
  const [only] = conditions;
  if (only === undefined) return empty;
  if (conditions.length === 1) return only;
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(word),
    values: conditions.flatMap(({ values }) => values),
  };
}
