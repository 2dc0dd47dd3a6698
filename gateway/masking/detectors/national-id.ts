/** Numbers that states give people: by their form, and by their check digits where they have any. */
import { matches } from './span.ts';
import { luhn } from './card.ts';
import {
  isAadhaar,
  isAhv,
  isBelgian,
  isBsn,
  isCodiceFiscale,
  isCpf,
  isDay,
  isDni,
  isHetu,
  isNir,
  isPesel,
  isSsn,
  isSteuerId,
} from './check-digits.ts';

interface Form {
  readonly pattern: RegExp;
  /** Of the number without gaps, in upper case; a form that is rare enough by itself needs no check. */
  readonly valid: (compact: string) => boolean;
  /** A sign of the number counts: gaps are not taken out. */
  readonly asWritten: boolean;
}

/** A pattern that neither begins nor ends within a word or another number. */
function form(pattern: string, valid: (compact: string) => boolean = () => true, asWritten = false): Form {
  return {
    pattern: new RegExp(`(?<!\\w)(?<!\\w[.:/-])(?:${pattern})(?!\\w)(?![.:/-]\\w)`, 'g'),
    valid,
    asWritten,
  };
}

const FORMS: readonly Form[] = [
  form(String.raw`\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}`, isSsn), // United States, SSN
  // United Kingdom, NINO: letters and pairs that are not given out (HMRC NIM39110)
  form(String.raw`(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]`),
  form(String.raw`[1-9]\d{10}|[1-9]\d \d{3} \d{3} \d{3}`, isSteuerId), // Germany
  form(String.raw`[1-478] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}`, isNir), // France
  form(String.raw`(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z]`, isDni), // Spain
  form(
    '[A-Z]{6}[\\dLMNPQRSTUV]{2}[A-EHLMPRST][\\dLMNPQRSTUV]{2}[A-Z][\\dLMNPQRSTUV]{3}[A-Z]',
    isCodiceFiscale,
  ),
  form(String.raw`\d{11}`, isPesel), // Poland
  form(String.raw`\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}`, isBelgian),
  form(String.raw`\d{6}[-+]\d{4}`, (digits) => luhn(digits) && startsWithDate(digits)), // Sweden, personnummer
  form(String.raw`\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]`, isHetu, true), // Finland
  form(String.raw`756\.\d{4}\.\d{4}\.\d{2}`, isAhv), // Switzerland
  form(String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`, isCpf), // Brazil
  form(String.raw`\d{4} \d{4} \d{4}`, isAadhaar), // India
  form(String.raw`\d{3}-\d{3}-\d{3}`, (digits) => /^[1-79]/.test(digits) && luhn(digits)), // Canada, SIN
];

/** What calls a number by its name, so that it may come without its gaps, and whose numbers are too plain to be told otherwise. */
const CALLED: readonly (readonly [name: string, valid: (digits: string) => boolean])[] = [
  ['ssn|social.?security', isSsn],
  ['bsn|burgerservice(?:nummer)?', isBsn],
  ['sin|social.?insurance', (digits) => digits.length === 9 && luhn(digits)],
  ['cpf', isCpf],
  ['aadhaar|aadhar', isAadhaar],
  ['personnummer', (digits) => digits.length >= 10 && luhn(digits.slice(-10))],
  [
    'cpr|personnr',
    (digits) => digits.length === 10 && isDay(Number(digits.slice(0, 2)), Number(digits.slice(2, 4))),
  ],
  ['ahv|avs', isAhv],
  ['tfn|tax.?file', (digits) => digits.length === 9],
  ['national.?id|tax.?id|passport.?n(?:o|r|umber)', (digits) => digits.length >= 7],
];

const GAPS = /[ .\-+]/g;

/** `SSN: 536221234`, `"bsn": "111222333"`. */
const CALLING = new RegExp(
  `(?<![a-z])(${CALLED.map(([name]) => name).join('|')})(?:[ _-]?(?:number|no|nr|num))?["'.]{0,2}\\s{0,2}[:=#]?\\s{0,2}["']?(\\d[\\d .-]{5,14}\\d)(?!\\w)`,
  'gi',
);

const NAMES = CALLED.map(([name, valid]) => ({
  within: new RegExp(`(?<![a-z])(?:${name})(?![a-z])`, 'i'),
  whole: new RegExp(`^(?:${name})$`, 'i'),
  valid,
}));

/** Digits with the gaps that are left between them. */
const PLAIN = /^\d[\d .-]{6,15}$/;

/** National ids in a text; `label` is what the value is called. */
export function findNationalIds(text: string, label: string): [number, number][] {
  const found: [number, number][] = [];
  for (const { pattern, valid, asWritten } of FORMS) {
    for (const { 0: number, index } of matches(text, pattern))
      if (valid(asWritten ? number : compact(number))) found.push([index, index + number.length]);
  }
  if (label !== '' && PLAIN.test(text)) {
    const called = NAMES.find(({ within }) => within.test(label));
    if (called?.valid(compact(text)) === true) found.push([0, text.length]);
  }
  for (const { 1: name = '', 2: number = '', index, 0: all } of matches(text, CALLING)) {
    const end = index + all.length;
    if (NAMES.find(({ whole }) => whole.test(name))?.valid(compact(number)) === true)
      found.push([end - number.length, end]);
  }
  return found;
}

function compact(number: string): string {
  return number.replaceAll(GAPS, '');
}

/** Year, month, day; the day of those who were given a coordination number is 60 more. */
function startsWithDate(digits: string): boolean {
  return isDay(Number(digits.slice(4, 6)) % 60, Number(digits.slice(2, 4)));
}
