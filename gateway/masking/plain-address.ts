/**
 * The e-mail addresses that most are, masked in part without a look at them as text: what part.ts says of a column of them costs a
 * microsecond a cell, and is most of what masking a big result costs.
 */

/** Of the local part, as RFC 5321 §4.5.3.1 has it. */
const LONGEST_LOCAL = 64;

/** Longer last labels may be no domain's: see detectors/email.ts. */
const LONGEST_LAST_LABEL = 4;
const SHORTEST_LAST_LABEL = 2;
const LONGEST_DOMAIN = 255;

const LETTER = 1;
const DIGIT = 2;
const POINT = 4;
const HYPHEN = 8;
const LOCAL_ONLY = 16;
const AT = 32;

const KINDS = new Uint8Array(256);
for (let byte = 0; byte < 128; byte++) {
  const char = String.fromCharCode(byte);
  if (/[A-Za-z]/.test(char)) KINDS[byte] = LETTER;
  else if (/\d/.test(char)) KINDS[byte] = DIGIT;
  else if (char === '.') KINDS[byte] = POINT;
  else if (char === '-') KINDS[byte] = HYPHEN;
  else if (char === '_' || char === '+') KINDS[byte] = LOCAL_ONLY;
  else if (char === '@') KINDS[byte] = AT;
}

const HIDDEN = Buffer.from('***');

/** What `partial` keeps of such an address; null: it is none, or one that needs a closer look. */
export function partOfAddress(value: Buffer): Buffer | null {
  const at = plainAt(value);
  if (at < 0) return null;
  const shown = at > 1 ? 1 : 0;
  const part = Buffer.allocUnsafe(shown + HIDDEN.length + value.length - at);
  if (shown > 0) part[0] = value[0] as number;
  for (let i = 0; i < HIDDEN.length; i++) part[shown + i] = HIDDEN[i] as number;
  part.set(value.subarray(at), shown + HIDDEN.length);
  return part;
}

/** Where the `@` of a plain address stands; -1: this is none. */
function plainAt(value: Buffer): number {
  const { length } = value;
  let at = 0;
  let kind = length === 0 ? 0 : (KINDS[value[0] as number] as number);
  if ((kind & (LETTER | DIGIT)) === 0) return -1;
  while (kind !== AT) {
    if (kind === 0 || ++at === length || at > LONGEST_LOCAL) return -1;
    kind = KINDS[value[at] as number] as number;
  }
  if (length - at - 1 > LONGEST_DOMAIN) return -1;
  return isDomain(value, at + 1) ? at : -1;
}

/** Labels apart by points, the first begins with a letter, the last has nothing else. */
function isDomain(value: Buffer, from: number): boolean {
  const { length } = value;
  let before = POINT;
  let label = from;
  let letters = true;
  for (let i = from; i < length; i++) {
    const kind = KINDS[value[i] as number] as number;
    if (kind === 0 || kind === AT || kind === LOCAL_ONLY) return false;
    if (kind === POINT ? before === POINT || before === HYPHEN : before === POINT && kind === HYPHEN)
      return false;
    if (i === from && kind !== LETTER) return false;
    if (kind === POINT) {
      label = i + 1;
      letters = true;
    } else if (kind !== LETTER) letters = false;
    before = kind;
  }
  const last = length - label;
  return letters && label > from && last >= SHORTEST_LAST_LABEL && last <= LONGEST_LAST_LABEL;
}
