/** EXPLAIN's options. */
import type { TreeNode } from '../fact-verb.ts';
import { kindOf, listOf, nodeOf, numberOf, textOf } from './tree.ts';

/** Whether an EXPLAIN runs what it explains. */
export function analyses(explain: TreeNode): boolean {
  return listOf(explain, 'options').some((option) => {
    const element = nodeOf(option, 'DefElem');
    if (textOf(element, 'defname')?.toLowerCase() !== 'analyze') return false;
    const [kind, value] = kindOf(nodeOf(element, 'arg'));
    if (kind === '') return true;
    if (kind === 'Boolean') return value['boolval'] === true;
    if (kind === 'Integer') return numberOf(value, 'ival') !== 0;
    return !['false', 'off', '0'].includes(textOf(value, 'sval')?.toLowerCase() ?? '');
  });
}
