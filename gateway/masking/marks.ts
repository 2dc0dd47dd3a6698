/**
 * The cheap look at every text before it is recorded: does anything in it point to a secret? Only then is it read token by
 * token (sql-secrets.ts). It folds case, looks at three characters at a time and costs about two nanoseconds a byte.
 */

/** What a text with a secret has somewhere, in lower case and at least three characters long. */
const MARKS = [
  'pass', // PASSWORD, passwd, passcode, passphrase
  'secret',
  'token',
  'credential',
  'apikey',
  'api_key',
  'private_key',
  'access_key',
  'identified', // BY, what other databases call it
  'conninfo',
  'subscription',
  'dblink',
  'options', // of user mappings and servers
  'ldap',
  'scram',
  'md5',
  'eyj', // a JSON Web Token: '{"' in base64url
  '://',
];

/** Escapes may spell any of them otherwise: a back slash, `U&'…'`, `U&"…"`. */
const ESCAPES = ['\\', 'u&'];

/** Bits of a folded character: letters, underscore, digits as one, and the characters that marks are made of. */
const BITS = 5;
const WINDOW = (1 << (3 * BITS)) - 1;

const FOLDED = new Uint8Array(256);
for (let letter = 0; letter < 26; letter++) FOLDED[0x41 + letter] = FOLDED[0x61 + letter] = letter + 1;
for (let digit = 0; digit < 10; digit++) FOLDED[0x30 + digit] = 27;
for (const [i, char] of ['_', ':', '/', '\\'].entries()) FOLDED[char.charCodeAt(0)] = 28 + i;
FOLDED['&'.charCodeAt(0)] = 29; // as the colon: there is no code left, and `u:` is as rare

/** 1 where three folded characters are the last of a mark or end in an escape. */
const ENDS = new Uint8Array(WINDOW + 1);
/** The marks, folded, by their last three characters. An escape needs no second look: it is listed as nothing. */
const ENDING = new Map<number, readonly Uint8Array[]>();
for (const mark of MARKS) {
  const code = windowOf(mark.slice(-3));
  ENDS[code] = 1;
  ENDING.set(code, [
    ...(ENDING.get(code) ?? []),
    Uint8Array.from(mark, (char) => foldedOf(char.charCodeAt(0))),
  ]);
}
for (const escape of ESCAPES) {
  const step = 1 << (BITS * escape.length);
  for (let code = windowOf(escape); code <= WINDOW; code += step) ENDS[code] = 1;
}

/** Whether a SQL text must be read closely. */
export function mayHoldSecret(sql: Uint8Array): boolean {
  return holdsMark(sql, sql.length, true);
}

/** Whether values must be, out of which escapes were taken already. */
export function valuesMayHoldSecret(values: Uint8Array): boolean {
  return holdsMark(values, values.length, false);
}

/** Values up to this length are looked at in a scratch buffer. */
const SCRATCH = Buffer.allocUnsafeSlow(4096);

/** The same of one value, one character a byte; with `sql`, escapes in it count, for it may be SQL in turn. */
export function valueMayHoldSecret(value: string, sql: boolean): boolean {
  if (value.length > SCRATCH.length) return holdsMark(Buffer.from(value, 'latin1'), value.length, sql);
  return holdsMark(SCRATCH, SCRATCH.write(value, 'latin1'), sql);
}

/** Whether there is a mark in the first `length` bytes, or what may hide one. */
function holdsMark(text: Uint8Array, length: number, escapesCount: boolean): boolean {
  let code = 0;
  for (let i = 0; i < length; i++) {
    code = ((code << BITS) | (FOLDED[text[i] as number] as number)) & WINDOW;
    if (ENDS[code] !== 0 && endsMark(text, i, code, escapesCount)) return true;
  }
  return false;
}

function endsMark(text: Uint8Array, last: number, code: number, escapesCount: boolean): boolean {
  const marks = ENDING.get(code);
  if (marks === undefined) return escapesCount;
  return marks.some((mark) => {
    const start = last + 1 - mark.length;
    return start >= 0 && mark.every((char, i) => foldedOf(text[start + i] as number) === char);
  });
}

function windowOf(text: string): number {
  let code = 0;
  for (let i = 0; i < text.length; i++) code = (code << BITS) | foldedOf(text.charCodeAt(i));
  return code & WINDOW;
}

function foldedOf(byte: number): number {
  return FOLDED[byte] ?? 0;
}
