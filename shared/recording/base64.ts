/** Base64 of RFC 4648 §4, with padding: signed notes hold keys, hashes and signatures in it. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map(
  Array.from(ALPHABET, (character, value) => [character, value]),
);

/** The text that stands for these bytes. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at] ?? 0, bytes[at + 1], bytes[at + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += letter(bits >> 18) + letter(bits >> 12);
    text += b === undefined ? '=' : letter(bits >> 6);
    text += c === undefined ? '=' : letter(bits);
  }
  return text;
}

function letter(bits: number): string {
  return ALPHABET[bits & 63] as string;
}

/** The bytes that a text stands for; null when it is not exactly what {@link toBase64} writes. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const letters = text.slice(0, text.length - padding);
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let [bits, count, at] = [0, 0, 0];
  for (const character of letters) {
    const value = VALUES.get(character);
    if (value === undefined) return null;
    bits = (bits << 6) | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[at++] = (bits >> count) & 0xff;
    bits &= (1 << count) - 1;
  }
  // Bits left over must be 0, else two texts would stand for the same bytes.
  return bits === 0 ? bytes : null;
}
