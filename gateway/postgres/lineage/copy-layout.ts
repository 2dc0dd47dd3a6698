/** How COPY … TO STDOUT lays out its rows (manual, COPY; copy.c, ProcessCopyOptions). */
import type { TreeNode } from '../fact-verb.ts';
import { kindOf, listOf, nodeOf, textOf } from '../facts/tree.ts';
import type { CopyColumn, CopyLayout } from './lineage.ts';

/** Of a CopyStmt; `columns` are those of its rows. */
export function copyLayout(copy: TreeNode, columns: readonly CopyColumn[] | null): CopyLayout {
  const options = new Map<string, string>();
  for (const item of listOf(copy, 'options')) {
    const option = nodeOf(item, 'DefElem');
    options.set(textOf(option, 'defname') ?? '', optionText(nodeOf(option, 'arg')));
  }
  const format = formatOf(options.get('format'));
  const quote = options.get('quote') ?? '"';
  return {
    format,
    columns,
    delimiter: options.get('delimiter') ?? (format === 'csv' ? ',' : '\t'),
    null: options.get('null') ?? (format === 'csv' ? '' : '\\N'),
    quote,
    escape: options.get('escape') ?? quote,
    header: isOn(options.get('header')),
  };
}

function formatOf(format: string | undefined): CopyLayout['format'] {
  return format === 'csv' || format === 'binary' ? format : 'text';
}

function optionText(value: TreeNode | null): string {
  const [kind, node] = kindOf(value);
  if (kind === 'Integer') return String(Number(node['ival'] ?? 0));
  if (kind === 'Boolean') return String(node['boolval'] === true);
  return textOf(node, 'sval') ?? (kind === 'String' ? '' : 'true');
}

/** An option without a value is on; MATCH is for COPY FROM. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !['false', 'off', '0'].includes(value.toLowerCase());
}
