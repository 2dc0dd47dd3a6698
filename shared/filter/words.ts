/** Words as free text is searched by: runs of letters and digits, in any case, accents taken off. */

/** The words of a text, in order. */
export function wordsOf(text: string): string[] {
  return folded(text).match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
}

function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .normalize('NFC');
}

/** A value of `text:`: words that follow each other; with a `*` behind it, the last is the start of one. */
export interface Phrase {
  readonly words: readonly string[];
  /** The last word may go on. */
  readonly open: boolean;
}

/** The phrase that a value is; see {@link wordFault} for what is none. */
export function phraseOf(value: string): Phrase {
  return { words: wordsOf(value), open: /[\p{L}\p{N}\p{Co}]\p{Mn}*\*$/u.test(value.trimEnd()) };
}

/** Why a value cannot be searched for as words; null when it can. */
export function wordFault(value: string): string | null {
  if (value.trim() === '*') return null;
  if (/\*(?=.)/u.test(value.trim()))
    return `a * stands at the end, behind the start of a word; sql:${JSON.stringify(value)} finds parts of words in SQL`;
  if (wordsOf(value).length === 0)
    return `there is no word in this; sql:${JSON.stringify(value)} finds any characters in SQL`;
  return null;
}

/** Whether one text holds the phrase. */
export function holdsPhrase(text: string, { words, open }: Phrase): boolean {
  const held = wordsOf(text);
  return held.some((_, start) =>
    words.every((word, n) => {
      const at = held[start + n];
      return at === word || (open && n === words.length - 1 && at?.startsWith(word) === true);
    }),
  );
}
