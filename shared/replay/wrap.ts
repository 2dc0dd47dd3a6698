/** The player's own lines broken between words, because a terminal breaks in the middle of one. */
import { displayWidth } from './width.ts';

/** Narrower panes than this hold no words: there the terminal breaks. */
const NARROWEST = 20;

/** `text`, which is already visible, as lines of at most `columns`, but for a word that is longer; null: one line. */
export function wrapWords(text: string, columns: number | null): string[] {
  if (columns === null || columns < NARROWEST || displayWidth(text) <= columns) return [text];
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const word of text.split(' ')) {
    const more = displayWidth(word);
    if (line !== '' && width + 1 + more > columns) {
      lines.push(line);
      line = word;
      width = more;
    } else {
      line = line === '' ? word : `${line} ${word}`;
      width += more + (width === 0 ? 0 : 1);
    }
  }
  return [...lines, line];
}
