/** Names of columns in expressions. */
import type { TreeNode } from '../fact-verb.ts';
import { wordsOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import { fieldOf, isStar } from './operations.ts';
import { findEntry, findName, findQualified, wholeRow, type FoundColumn, type Level } from './scope.ts';
import { made, UNKNOWN, type Value } from './value.ts';

/** The value of `name`, `table.name`, `schema.table.name`; of `table.*` the row. */
export function referenceOf(context: Context, level: Level | null, node: TreeNode): Value {
  const words = wordsOf(node['fields']);
  if (isStar({ ColumnRef: node })) return starOf(context, level, words);
  const name = words.at(-1) ?? '';
  const table = words.at(-2);
  const found =
    table === undefined ? findName(level, name) : findQualified(level, words.at(-3) ?? null, table, name);
  if (found === 'call') return callOn(context, level, words);
  if (found !== null) return looked(context, found);
  // Names of a function's arguments come behind those of columns, and there is no saying which is which.
  if (context.arguments !== null && context.arguments.length > 0)
    return { ...made(context.arguments), fields: null };
  return unknownColumn(context);
}

/** Notes that a column was looked at. */
export function looked({ findings, recording }: Context, { value, column, level }: FoundColumn): Value {
  findings.look(level.depth, column?.key ?? null, value, recording);
  return value;
}

/** `table.name` where the table has no such column: a function of its row. */
function callOn(context: Context, level: Level | null, words: readonly string[]): Value {
  const found = findEntry(level, words.at(-3) ?? null, words.at(-2) ?? '');
  if (found === null || found.entry.columns === null) return unknownColumn(context);
  const value = looked(context, { value: wholeRow(found.entry), column: null, level: found.level });
  return fieldOf(context, value, words.at(-1) ?? '');
}

function starOf(context: Context, level: Level | null, words: readonly string[]): Value {
  const table = words.at(-1);
  const found = table === undefined ? null : findEntry(level, words.at(-2) ?? null, table);
  if (found === null) return unknownColumn(context);
  return looked(context, { value: wholeRow(found.entry), column: null, level: found.level });
}

function unknownColumn({ findings, recording }: Context): Value {
  findings.look(0, null, UNKNOWN, recording);
  return UNKNOWN;
}
