/** The line of a statement that an error points at. */

export interface MarkedLine {
  /** From 1. */
  readonly number: number;
  /** Begins with … where the line was cut. */
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

/** Characters of the line shown before and after the mark: what fits beside the terminal. */
const BEFORE = 36;
const AFTER = 60;

/** `position` counts characters (code points) from 1, as PostgreSQL does; null when it is outside of the text. */
export function markedLine(text: string, position: number): MarkedLine | null {
  const characters = Array.from(text);
  const at = position - 1;
  if (!Number.isInteger(at) || at < 0 || at >= characters.length) return null;
  const start = characters.lastIndexOf('\n', at - 1) + 1;
  const newLine = characters.indexOf('\n', at);
  const end = newLine === -1 ? characters.length : newLine;
  const word = /^[\p{L}\p{N}_]+|^./u.exec(characters.slice(at, end).join(''))?.[0] ?? '';
  const length = Array.from(word).length;
  return {
    number: characters.slice(0, start).filter((character) => character === '\n').length + 1,
    before: (at - start > BEFORE ? '…' : '') + characters.slice(Math.max(start, at - BEFORE), at).join(''),
    marked: word,
    after: characters.slice(at + length, Math.min(end, at + length + AFTER)).join(''),
  };
}
