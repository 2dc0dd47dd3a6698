/** What is looked for in a view, as a pattern. */

export interface Wanted {
  readonly text: string;
  readonly regex: boolean;
  readonly caseMatters: boolean;
}

/** Characters that mean something in a regular expression. */
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/** Nothing. */
export const NOTHING_WANTED: Wanted = { text: '', regex: false, caseMatters: false };

/** A pattern that finds it anywhere in a line; null where nothing is looked for, or what is typed is no regular expression. */
export function patternOf({ text, regex, caseMatters }: Wanted): RegExp | null {
  if (text === '') return null;
  try {
    return new RegExp(regex ? text : text.replaceAll(SPECIAL, String.raw`\$&`), caseMatters ? 'gu' : 'giu');
  } catch {
    // What is being typed is often no regular expression yet.
    return null;
  }
}
