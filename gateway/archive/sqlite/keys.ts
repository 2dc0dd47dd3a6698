/** The entries of a dictionary that a term names, in one volume. */
import type { Database } from 'better-sqlite3';
import { isNever, NEVER } from '../conditions.ts';
import { oneOf, type Condition } from './match.ts';

/** Entries of more keys than this are not walked key by key. */
export const MANY_KEYS = 64;

export interface Keys {
  /** Their ids, at most {@link MANY_KEYS}; null where there are more. */
  readonly ids: readonly number[] | null;
  /** Whether a column holds one of them. */
  within(column: string): Condition;
}

/** The ids that `select` gives under a condition; `select` is `SELECT id FROM … WHERE`. */
export function keysOf(db: Database, select: string, condition: Condition): Keys {
  const found = isNever(condition)
    ? []
    : db
        .prepare<unknown[], number>(`${select} ${condition.sql} LIMIT ${MANY_KEYS + 1}`)
        .pluck()
        .all(...condition.values);
  if (found.length <= MANY_KEYS) return { ids: found, within: (column) => oneOf(column, found) };
  return {
    ids: null,
    within: (column) => ({
      sql: `${column} IN (${select} ${condition.sql})`,
      values: condition.values,
    }),
  };
}

/** Whether `find` finds an entry; where there are none it is not asked. `find` makes a condition of one on the entry's column. */
export function findsKey(keys: Keys, column: string, find: (within: Condition) => Condition): Condition {
  return keys.ids?.length === 0 ? NEVER : find(keys.within(column));
}
