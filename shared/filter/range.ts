/** `A..B`, `A..` and `..B`. */
import type { Word } from './scan.ts';

type End = Pick<Word, 'value' | 'valueRange'>;

/** The ends of a range with where they stand, null for a side left open; null when the word is no range. */
export function splitRange(word: Word): { readonly low: End | null; readonly high: End | null } | null {
  const at = word.value.indexOf('..');
  if (at === -1 || word.value === '..') return null;
  const start = word.valueRange[0] + (word.quoted ? 1 : 0);
  const end = (from: number, to: number): End | null =>
    from === to ? null : { value: word.value.slice(from, to), valueRange: [start + from, start + to] };
  return { low: end(0, at), high: end(at + 2, word.value.length) };
}
