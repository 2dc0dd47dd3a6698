/**
 * The cheap look at every value before any detector reads it: what is in it that one could go by? Most values have nothing, which
 * costs a nanosecond a byte.
 */
import type { Detector } from '../../../shared/policy/mask-rule.ts';

/** What a value must have for a detector to read it. */
export interface Candidates {
  readonly at: boolean;
  readonly digits: number;
  /** Characters without a break that a token could be made of, the most in a row. */
  readonly run: number;
}

const AT = 1;
const DIGIT = 2;
const TOKEN = 4;

const KINDS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  if (char === '@') KINDS[byte] = AT;
  else if (/\d/.test(char)) KINDS[byte] = DIGIT | TOKEN;
  else if (/[A-Za-z_\-+/=.]/.test(char)) KINDS[byte] = TOKEN;
}

/** Digits that the shortest phone number and national id have. */
const FEWEST_DIGITS = 6;

/** Of an IBAN: Malta's and those of the countries whose accounts have letters. */
const FEWEST_IBAN_DIGITS = 2;

/** Shorter keys and tokens would be found anywhere. */
const SHORTEST_TOKEN = 12;

/** Whether a value that has this may hold what a detector looks for. */
export const MAY_HOLD: Readonly<Record<Detector, (found: Candidates) => boolean>> = {
  email: ({ at }) => at,
  card: ({ digits }) => digits >= 13,
  iban: ({ digits, run }) => digits >= FEWEST_IBAN_DIGITS && run >= 4,
  phone: ({ digits }) => digits >= FEWEST_DIGITS,
  'national-id': ({ digits }) => digits >= FEWEST_DIGITS,
  jwt: ({ run }) => run >= SHORTEST_TOKEN,
  'api-key': ({ run }) => run >= SHORTEST_TOKEN,
};

/** Looks at bytes, or at the characters of a text, of which those beyond one byte tell nothing. */
export function candidatesOf(value: Uint8Array | string): Candidates {
  let digits = 0;
  let at = 0;
  let run = 0;
  let longest = 0;
  const text = typeof value === 'string';
  for (let i = 0; i < value.length; i++) {
    const kind = KINDS[text ? value.charCodeAt(i) : (value[i] as number)] ?? 0;
    at |= kind;
    digits += (kind & DIGIT) >> 1;
    run = (kind & TOKEN) === 0 ? 0 : run + 1;
    if (run > longest) longest = run;
  }
  return { at: (at & AT) !== 0, digits, run: longest };
}
