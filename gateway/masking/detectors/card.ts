/** Payment card numbers: ranges of issuers (ISO/IEC 7812), their lengths, and the check digit. */
import { matches } from './span.ts';

/** First digits from…to (as many as are told), and the lengths that are issued. */
const ISSUERS: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [4, 4, [13, 16, 19]], // Visa
  [51, 55, [16]], // Mastercard
  [2221, 2720, [16]], // Mastercard
  [34, 34, [15]], // American Express
  [37, 37, [15]],
  [6011, 6011, [16, 17, 18, 19]], // Discover
  [644, 649, [16, 17, 18, 19]],
  [65, 65, [16, 17, 18, 19]],
  [62, 62, [16, 17, 18, 19]], // UnionPay
  [300, 305, [14, 16, 19]], // Diners Club
  [3095, 3095, [14, 16, 19]],
  [36, 36, [14, 16, 19]],
  [38, 39, [14, 16, 19]],
  [3528, 3589, [16, 17, 18, 19]], // JCB
  [5018, 5018, [13, 15, 16, 18, 19]], // Maestro
  [5020, 5020, [13, 15, 16, 18, 19]],
  [5038, 5038, [13, 15, 16, 18, 19]],
  [5893, 5893, [13, 15, 16, 18, 19]],
  [6304, 6304, [13, 15, 16, 18, 19]],
  [6759, 6759, [13, 15, 16, 18, 19]],
  [6761, 6763, [13, 15, 16, 18, 19]],
  [2200, 2204, [16]], // Mir
];

/** Fewest digits of a card number. */
export const FEWEST_CARD_DIGITS = 13;

/** Whether digits are a card number: of a known issuer, of a length it issues, with a right check digit. */
export function isCardNumber(digits: string): boolean {
  return isIssued(digits) && luhn(digits) && !isOneDigit(digits);
}

function isIssued(digits: string): boolean {
  return ISSUERS.some(([from, to, lengths]) => {
    const first = Number(digits.slice(0, String(from).length));
    return first >= from && first <= to && lengths.includes(digits.length);
  });
}

function isOneDigit(digits: string): boolean {
  return digits === (digits[0] as string).repeat(digits.length);
}

/** ISO/IEC 7812-1, annex B. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Digits at a stretch, or in groups as cards print them, each parted by the same space or hyphen. */
const FORM =
  /(?<!\w)(?<!\w[.:/-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{3})?|\d{4}([ -])\d{6}\2\d{4,5})(?!\w)(?![.:/-]\d)/g;

/** Card numbers in a text. */
export function findCards(text: string): [number, number][] {
  return [...matches(text, FORM)]
    .filter(([form]) => isCardNumber(form.replaceAll(/\D/g, '')))
    .map(({ 0: form, index }) => [index, index + form.length]);
}
