/**
 * How words stand in the tables of FTS5: one word of shared/filter/words.ts is one token, whatever FTS5 itself would take for
 * letters. Its `ascii` tokenizer takes every character beyond ASCII for a part of a word, and those of ASCII are folded already.
 */
import { wordsOf } from '../../../shared/filter/words.ts';

/** A character beyond ASCII. */
const BEYOND = /[^\p{ASCII}]/u;

/** The words of a text, in order: those of `wordsOf`, five times as fast where the text is ASCII, as nearly all is. */
export function wordsIn(text: string): readonly string[] {
  return BEYOND.test(text) ? wordsOf(text) : (text.toLowerCase().match(/[a-z0-9]+/g) ?? []);
}

/** UTF-16 units of a word that are indexed: longer ones are encoded data, and told apart by looking at them. */
export const WORD_LENGTH = 64;

/** A word as it is indexed. */
export function indexedWord(word: string): string {
  if (word.length <= WORD_LENGTH) return word;
  const end = (word.charCodeAt(WORD_LENGTH - 1) & 0xfc00) === 0xd800 ? WORD_LENGTH - 1 : WORD_LENGTH;
  return word.slice(0, end);
}

/** What stands between the words of a normalised text where a placeholder stood: no word, and nothing goes on across it. */
const PLACEHOLDER = /\$\d+/g;

/** The words of a normalised text that its statements have too: placeholders stand for words of their own. */
export function wordsOfNormalised(text: string): string[] {
  return wordsIn(text.replaceAll(PLACEHOLDER, ' ')).map(indexedWord);
}

/** A query of FTS5. */
export interface Match {
  readonly match: string;
  /** For all that begins with a word. */
  readonly isPrefix: boolean;
}

/** A query for one word, or for what begins with it. */
export function matchWord(word: string, open: boolean): Match {
  const indexed = indexedWord(word);
  const isPrefix = open || indexed !== word;
  return { match: isPrefix ? `"${indexed}"*` : `"${indexed}"`, isPrefix };
}

/** A query for rows whose trigrams hold all of some parts; null where no part has three characters. */
export function matchGrams(parts: readonly string[]): string | null {
  const grams = new Set<string>();
  for (const part of parts) {
    const characters = Array.from(part);
    for (let at = 0; at + 3 <= characters.length; at++) grams.add(characters.slice(at, at + 3).join(''));
  }
  return grams.size === 0
    ? null
    : [...grams]
        .slice(0, MOST_GRAMS)
        .map((gram) => `"${gram.replaceAll('"', '""')}"`)
        .join(' AND ');
}

/** Trigrams asked for at most: those of a long part leave next to nothing to look at long before. */
const MOST_GRAMS = 32;
