/**
 * The cheap look at every value before any detector reads it: what is in it that one could go by? Most values have nothing, which
 * costs about a nanosecond a byte and allocates nothing.
 */
import type { Detector } from '../../../shared/policy/mask-rule.ts';
import { FEWEST_CARD_DIGITS } from './card.ts';

/** What a value must have for a detector to read it. */
interface Needs {
  readonly at: boolean;
  readonly digits: number;
  /** Characters without a break that a token could be made of. */
  readonly run: number;
  /** A letter that is no hexadecimal digit: UUIDs and checksums have none. */
  readonly letter: boolean;
}

/** By detector: the shortest of each, see there. */
const NEEDS: Readonly<Record<Detector, Needs>> = {
  email: { at: true, digits: 0, run: 0, letter: false },
  card: { at: false, digits: FEWEST_CARD_DIGITS, run: 0, letter: false },
  iban: { at: false, digits: 7, run: 4, letter: false },
  phone: { at: false, digits: 7, run: 0, letter: false },
  'national-id': { at: false, digits: 6, run: 0, letter: false },
  jwt: { at: false, digits: 0, run: 16, letter: true },
  'api-key': { at: false, digits: 0, run: 10, letter: true }, // the line that begins a private key
};

const AT = 1;
const DIGIT = 2;
const TOKEN = 4;
const WIDE = 8;
const FOLDS = 16;
const LETTER = 32;
/** Bits of kinds; counts follow. */
const KIND_BITS = 6;

/** Bytes that characters begin with which folded.ts folds. */
const FOLDING = new Set([0xc2, 0xd9, 0xdb, 0xe2, 0xe3, 0xef]);

const KINDS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  if (char === '@') KINDS[byte] = AT;
  else if (/\d/.test(char)) KINDS[byte] = DIGIT | TOKEN;
  else if (/[g-zG-Z_]/.test(char)) KINDS[byte] = TOKEN | LETTER;
  else if (/[A-Fa-f\-+/=.]/.test(char)) KINDS[byte] = TOKEN;
  else if (byte >= 128) KINDS[byte] = FOLDING.has(byte) ? WIDE | FOLDS : WIDE;
}

/** What a value has, in one number: kinds of characters, then digits, then the longest run, each counted to 63. */
export type Candidates = number;
const COUNT_BITS = 6;
const MOST = (1 << COUNT_BITS) - 1;

/** Looks at bytes. */
export function candidatesOf(value: Uint8Array): Candidates {
  let kinds = 0;
  let digits = 0;
  let run = 0;
  let longest = 0;
  for (let i = 0; i < value.length; i++) {
    const kind = KINDS[value[i] as number] as number;
    kinds |= kind;
    digits += (kind & DIGIT) >> 1;
    run = (kind & TOKEN) === 0 ? 0 : run + 1;
    if (run > longest) longest = run;
  }
  return (
    kinds | (Math.min(digits, MOST) << KIND_BITS) | (Math.min(longest, MOST) << (KIND_BITS + COUNT_BITS))
  );
}

/** Whether there is anything beyond ASCII. */
export function isWide(candidates: Candidates): boolean {
  return (candidates & WIDE) !== 0;
}

/** Whether there may be characters that fold. */
export function mayFold(candidates: Candidates): boolean {
  return (candidates & FOLDS) !== 0;
}

/** Whether a detector may find something. */
export function mayHold(detector: Detector, candidates: Candidates): boolean {
  const { at, digits, run, letter } = NEEDS[detector];
  return (
    (!at || (candidates & AT) !== 0) &&
    (!letter || (candidates & LETTER) !== 0) &&
    ((candidates >> KIND_BITS) & MOST) >= digits &&
    candidates >> (KIND_BITS + COUNT_BITS) >= run
  );
}
