/** Lists of results: SELECT's targets and RETURNING, `*` spelled out. */
import type { TreeNode } from '../fact-verb.ts';
import { kindOf, nodeOf, textOf, wordsOf } from '../facts/tree.ts';
import { columnName, firstColumnName } from './column-name.ts';
import type { Context } from './context.ts';
import { isStar } from './operations.ts';
import { looked } from './reference.ts';
import { Column, findEntry, findName, findQualified, type Level } from './scope.ts';
import { UNKNOWN } from './value.ts';

/** Columns of a list of `{ ResTarget: … }`; null: nobody knows how many. All of them are evaluated in any case. */
export function targetsOf(
  context: Context,
  level: Level,
  targets: readonly TreeNode[],
): readonly Column[] | null {
  const columns: Column[] = [];
  let known = true;
  for (const item of targets) {
    const target = nodeOf(item, 'ResTarget') ?? {};
    const value = nodeOf(target, 'val') ?? {};
    const found = isStar(value)
      ? starColumns(context, level, value)
      : [column(context, level, target, value)];
    if (found === null) known = false;
    else columns.push(...found);
  }
  return known ? columns : null;
}

function column(context: Context, level: Level, target: TreeNode, value: TreeNode): Column {
  const name = columnName(textOf(target, 'name'), value, firstColumnName);
  return new Column(name, context.parts.expression(context, level, value), keyOfReference(level, value));
}

/** The relation's column that a bare name is; null: it is none. */
function keyOfReference(level: Level, value: TreeNode): number | null {
  const words = wordsOf(nodeOf(value, 'ColumnRef')?.['fields']);
  const [name, table] = [words.at(-1), words.at(-2)];
  if (name === undefined) return null;
  const found =
    table === undefined ? findName(level, name) : findQualified(level, words.at(-3) ?? null, table, name);
  return found === null || found === 'call' ? null : (found.column?.key ?? null);
}

/** `*`, `table.*`, `(row).*`; null: nobody knows. */
function starColumns(context: Context, level: Level, star: TreeNode): readonly Column[] | null {
  const [kind, node] = kindOf(star);
  if (kind === 'A_Indirection') {
    const value = context.parts.expression(context, level, star);
    return value.fields?.map((field) => new Column(field.name, field.value)) ?? null;
  }
  const words = wordsOf(node['fields']);
  const table = words.at(-1);
  const found = table === undefined ? { entry: level, level } : findEntry(level, words.at(-2) ?? null, table);
  if (found === null || found.entry.columns === null) {
    context.findings.look(0, null, UNKNOWN, context.recording);
    return null;
  }
  const at = found.level;
  return found.entry.columns.map(
    (one) => new Column(one.name, looked(context, { value: one.value, column: one, level: at }), one.key),
  );
}
