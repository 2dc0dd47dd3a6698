/**
 * Whether a text has a term's value: `:` in any case of the letters A to Z, with `*` for anything; `=` exactly, `*` being
 * itself. Letters beyond A to Z are compared as they are, which every store can.
 */
import type { Term } from './filter.ts';

/** Whether the whole text has the value. */
export function isMatch(text: string, { comparison, value }: Pick<Term, 'comparison' | 'value'>): boolean {
  return comparison === '=' ? text === value : isGlobMatch(lowerCase(text), lowerCase(value));
}

/** Whether one of some texts does; null is a text that is not known. */
export function isOneOf(texts: readonly (string | null)[], term: Term): boolean {
  return texts.some((text) => text !== null && isMatch(text, term));
}

/** Whether a path does, whole or up to a `/`. */
export function isPathMatch(path: string, term: Term): boolean {
  return (
    isMatch(path, term) || (term.comparison === ':' && isMatch(path, { ...term, value: `${term.value}/*` }))
  );
}

/** Whether a dotted name does, whole or from behind one of its dots. */
export function lastPartsMatch(name: string, term: Term): boolean {
  return (
    isMatch(name, term) || [...name.matchAll(/\./g)].some(({ index }) => isMatch(name.slice(index + 1), term))
  );
}

/** Whether hex digits begin with the value's, or fit its glob. */
export function isPrefix(hex: string, { value }: Term): boolean {
  const prefix = lowerCase(value);
  return prefix.includes('*') ? isGlobMatch(hex, prefix) : hex.startsWith(prefix);
}

function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether `text` fits a pattern in which `*` stands for anything; takes no longer than both are long, multiplied. */
function isGlobMatch(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!text.startsWith(first)) return false;
  const last = rest.pop();
  if (last === undefined) return text === first;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length >= at + last.length && text.endsWith(last);
}
