/** SASLprep (RFC 4013) as PostgreSQL applies it to passwords, on both sides, before SCRAM hashes them. */
import {
  LEFT_TO_RIGHT,
  MAPPED_TO_NOTHING,
  NON_ASCII_SPACES,
  PROHIBITED,
  RIGHT_TO_LEFT,
  UNASSIGNED,
} from './saslprep-tables.ts';

const SPACE = 0x20;

/**
 * The password as it is hashed. Never refuses: like PostgreSQL, it leaves a password alone that is pure ASCII or that
 * SASLprep forbids (PostgreSQL manual §54.3.1). PostgreSQL checks what is forbidden before normalising, not after.
 */
export function saslPrep(password: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\0-\x7f]*$/.test(password) || !password.isWellFormed()) return password;
  const mapped = Array.from(password).flatMap(mapCharacter);
  return mapped.length === 0 || forbidden(mapped)
    ? password
    : String.fromCodePoint(...mapped).normalize('NFKC');
}

function mapCharacter(character: string): number[] {
  const codePoint = character.codePointAt(0) ?? SPACE;
  if (NON_ASCII_SPACES.has(codePoint)) return [SPACE];
  return MAPPED_TO_NOTHING.has(codePoint) ? [] : [codePoint];
}

/** RFC 3454 §5 (prohibited), §7 (unassigned) and §6 (right-to-left text stands alone, at both ends). */
function forbidden(text: readonly number[]): boolean {
  if (text.some((codePoint) => PROHIBITED.has(codePoint) || UNASSIGNED.has(codePoint))) return true;
  if (!text.some((codePoint) => RIGHT_TO_LEFT.has(codePoint))) return false;
  const ends = [text[0] ?? 0, text.at(-1) ?? 0];
  return (
    text.some((codePoint) => LEFT_TO_RIGHT.has(codePoint)) || !ends.every((end) => RIGHT_TO_LEFT.has(end))
  );
}
