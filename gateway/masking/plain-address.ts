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

/**
 * The same of what lies from `from` to `to` of `source`, written to `out` from `start` on, which may be the same buffer before or
 * at `from`. Returns how many bytes; -1: it is no such address, or would become longer than it is.
 */
export function writePartOfAddress(
  source: Uint8Array,
  from: number,
  to: number,
  out: Uint8Array,
  start: number,
): number {
  const at = plainAt(source, from, to);
  if (at < from + 1 + HIDDEN.length) return -1;
  out[start] = source[from] as number;
  for (let i = 0; i < HIDDEN.length; i++) out[start + 1 + i] = HIDDEN[i] as number;
  const shift = start + 1 + HIDDEN.length - at;
  for (let i = at; i < to; i++) out[i + shift] = source[i] as number;
  return to + shift - start;
}

/** What `partial` keeps of such an address; null: it is none, or one that needs a closer look. */
export function partOfAddress(value: Buffer): Buffer | null {
  const at = plainAt(value, 0, value.length);
  if (at < 0) return null;
  const shown = at > 1 ? 1 : 0;
  const part = Buffer.allocUnsafe(shown + HIDDEN.length + value.length - at);
  if (shown > 0) part[0] = value[0] as number;
  for (let i = 0; i < HIDDEN.length; i++) part[shown + i] = HIDDEN[i] as number;
  part.set(value.subarray(at), shown + HIDDEN.length);
  return part;
}

/** Where the `@` of the plain address from `from` to `to` stands; -1: this is none. */
function plainAt(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  let kind = from === to ? 0 : (KINDS[bytes[from] as number] as number);
  if ((kind & (LETTER | DIGIT)) === 0) return -1;
  while (kind !== AT) {
    if (kind === 0 || ++at === to || at - from > LONGEST_LOCAL) return -1;
    kind = KINDS[bytes[at] as number] as number;
  }
  if (to - at - 1 > LONGEST_DOMAIN) return -1;
  return isDomain(bytes, at + 1, to) ? at : -1;
}

/** Labels apart by points, the first begins with a letter, the last has nothing else. */
function isDomain(bytes: Uint8Array, from: number, to: number): boolean {
  let before = POINT;
  let label = from;
  let letters = true;
  for (let i = from; i < to; i++) {
    const kind = KINDS[bytes[i] as number] as number;
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
  const last = to - label;
  return letters && label > from && last >= SHORTEST_LAST_LABEL && last <= LONGEST_LAST_LABEL;
}
