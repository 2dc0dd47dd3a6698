/** JSON Web Tokens in compact form (RFC 7515 §7.1, RFC 7516 §7.1). */
import { matches } from './span.ts';

/** Base64url of `{"` begins with eyJ; the shortest header, `{"alg":"none"}`, takes 19 characters. */
const FORM = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{13,}(?:\.[A-Za-z0-9_-]*){2,4}/g;

/** Tokens in a text. */
export function findTokens(text: string): [number, number][] {
  if (!text.includes('eyJ')) return [];
  return [...matches(text, FORM)].map(({ 0: form, index }) => [index, index + form.length]);
}
