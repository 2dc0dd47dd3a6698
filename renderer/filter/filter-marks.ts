/** The filter's text in pieces, so that each can be coloured and a fault underlined where it stands. */
import type { FilterError } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { keywordOf, scanTokens } from '../../shared/filter/scan.ts';

export interface Piece {
  /** Where it begins. */
  readonly at: number;
  readonly text: string;
  readonly look: 'field' | 'sign' | 'value' | 'plain' | 'fault';
}

/** Splits `text`; the pieces joined are `text` again. */
export function markFilter(text: string, fault: FilterError | null): Piece[] {
  const looks: Piece['look'][] = Array.from({ length: text.length }, () => 'plain');
  for (const token of scanTokens(text)) {
    if (token.kind !== 'word' || keywordOf(token) !== null) {
      looks.fill('sign', ...token.range);
      continue;
    }
    if (token.name !== null) looks.fill('field', token.range[0], token.valueRange[0]);
    looks.fill('value', token.valueRange[0], token.range[1]);
  }
  // A fault at the very end has no width: the last character carries it.
  if (fault !== null)
    looks.fill('fault', Math.min(fault.range[0], text.length - 1), Math.max(...fault.range));
  const pieces: { at: number; text: string; look: Piece['look'] }[] = [];
  for (const [index, look] of looks.entries()) {
    const last = pieces.at(-1);
    if (last?.look === look) last.text += text[index];
    else pieces.push({ at: index, text: text[index] ?? '', look });
  }
  return pieces;
}

/**
 * What to call wrong while somebody types with the caret there: nothing that they may be about to mend, which is what stands
 * at the caret and what more text would finish.
 */
export function shownFault(wrong: FilterError | null, text: string, caret: number): FilterError | null {
  if (wrong === null || wrong.range[1] >= caret) return null;
  return wrong.unfinished === true && text.slice(caret).trim() === '' ? null : wrong;
}

/** What is wrong with a filter; null when it can be applied. */
export function faultOf(text: string): FilterError | null {
  return parseFilter(text).error ?? null;
}
