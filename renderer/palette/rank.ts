/** How well a name fits what was typed: letters in their order, the better the closer together and the nearer to starts of words. */

/** A fit: `at` are the positions in the name that were typed. */
export interface Fit {
  readonly score: number;
  readonly at: readonly number[];
}

/** Scores of one typed word, from best to worst; what is left of a name tells equal fits apart. */
const WHOLE = 100;
const START_OF_NAME = 90;
const START_OF_WORD = 80;
const INITIALS = 65;
const WITHIN = 50;
const SCATTERED = 20;

/** Fits the words of `typed`, in any order, into `name`; null when one does not. No words fit everything. */
export function fit(typed: string, name: string): Fit | null {
  const words = typed.toLowerCase().split(/\s+/u).filter(Boolean);
  const fits = words.map((word) => fitWord(word, name.toLowerCase()));
  if (fits.includes(null)) return null;
  const found = fits.flatMap((one) => (one === null ? [] : [one]));
  const score = found.reduce((sum, one) => sum + one.score, 0) / Math.max(1, found.length);
  const at = [...new Set(found.flatMap((one) => one.at))].toSorted((a, b) => a - b);
  // Of equal fits the shorter name is nearer to what was typed.
  return { score: words.length === 0 ? 0 : score - Math.min(name.length, 100) / 100, at };
}

function fitWord(word: string, name: string): Fit | null {
  if (name === word) return { score: WHOLE, at: run(0, word) };
  if (name.startsWith(word)) return { score: START_OF_NAME, at: run(0, word) };
  const starts = startsOf(name);
  const start = starts.find((at) => name.startsWith(word, at));
  if (start !== undefined) return { score: START_OF_WORD, at: run(start, word) };
  const initials = inOrder(word, starts, name);
  if (initials !== null) return { score: INITIALS, at: initials };
  const within = name.indexOf(word);
  if (within >= 0) return { score: WITHIN, at: run(within, word) };
  return scattered(word, name, starts);
}

/** Letters here and there: only when at least the first begins a word, else anything fits anything. */
function scattered(word: string, name: string, starts: readonly number[]): Fit | null {
  if (word.length < 2) return null;
  for (const start of starts) {
    const at = inOrder(word, range(start, name.length), name);
    if (at === null || at[0] !== start) continue;
    const gaps = (at.at(-1) ?? 0) - start + 1 - word.length;
    if (gaps <= word.length * 2) return { score: SCATTERED - gaps, at };
  }
  return null;
}

/** Where the letters of a word stand among these places, each behind the one before; null when one does not. */
function inOrder(word: string, places: readonly number[], name: string): number[] | null {
  const at: number[] = [];
  let next = 0;
  for (const letter of word) {
    while (next < places.length && name[places[next] ?? 0] !== letter) next++;
    const place = places[next++];
    if (place === undefined) return null;
    at.push(place);
  }
  return at;
}

function startsOf(name: string): number[] {
  return Array.from(name.matchAll(/[\p{L}\p{N}]+/gu), ({ index }) => index);
}

function run(from: number, word: string): number[] {
  return range(from, from + word.length);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}
