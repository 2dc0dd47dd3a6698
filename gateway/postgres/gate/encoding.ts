/** Texts that mean something else where client_encoding is not UTF8 (PostgreSQL manual §23.3). */

const BACKSLASH = 0x5c;

export function isAscii(text: Buffer): boolean {
  return text.every((byte) => byte < 0x80);
}

/**
 * Whether a back slash stands right behind a character beyond ASCII: in SJIS, BIG5, GBK, UHC, JOHAB and GB18030 it may be the second
 * half of that character and escape nothing, so that a string ends elsewhere. No other sign that SQL is read by may be such a half.
 */
export function dependsOnEncoding(text: Buffer): boolean {
  for (let at = text.indexOf(BACKSLASH, 1); at > 0; at = text.indexOf(BACKSLASH, at + 1))
    if ((text[at - 1] ?? 0) >= 0x80) return true;
  return false;
}
