/**
 * What style `partial` keeps of a text: of an e-mail address its first character and its domain, of a card number the last four
 * digits, of an IBAN the country and the last four characters, of a phone number the last two digits; of any other text its
 * first character, if it has more than three.
 */
import { isCardNumber } from './detectors/card.ts';
import { findEmails } from './detectors/email.ts';
import { isIban } from './detectors/iban.ts';

const PHONE = /^\+?[\d\s().\-/]{7,24}$/;

const CARD = /^\d[\d -]{11,22}\d$/;

const HIDDEN = '***';

/** Shorter texts are told by their first character. */
const SHORTEST_TOLD = 4;

/** What is longer is none of them: the longest is an address (RFC 5321 §4.5.3.1). */
const LONGEST_TOLD = 320;

/** What may be shown of a text; of a long one its beginning will do. */
export function partOf(text: string): string {
  if (text.length > LONGEST_TOLD) return `${firstOf(text, SHORTEST_TOLD)}${HIDDEN}`;
  const at = text.lastIndexOf('@');
  if (at > 0 && isAddress(text)) return `${firstOf(text.slice(0, at), 2)}${HIDDEN}${text.slice(at)}`;
  if (CARD.test(text) && isCardNumber(digitsOf(text))) return `${HIDDEN}${digitsOf(text).slice(-4)}`;
  const account = text.replaceAll(/[ -]/g, '');
  if (isIban(account)) return `${account.slice(0, 2)}${HIDDEN}${account.slice(-4)}`;
  if (PHONE.test(text) && digitsOf(text).length >= 7) return `${HIDDEN}${digitsOf(text).slice(-2)}`;
  return `${firstOf(text, SHORTEST_TOLD)}${HIDDEN}`;
}

/** The first character, nothing of what has fewer than `atLeast`. */
function firstOf(text: string, atLeast: number): string {
  if (text.length < atLeast) return '';
  return String.fromCodePoint(text.codePointAt(0) as number);
}

/** Something with an `@` in it may be a password as well: only a whole address has a domain that may be shown. */
function isAddress(text: string): boolean {
  const [[start, end] = [0, 0]] = findEmails(text);
  return start === 0 && end === text.length;
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '');
}
