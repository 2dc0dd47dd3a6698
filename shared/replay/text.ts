/** Recorded bytes as text: UTF-8, with whatever is not UTF-8 written out, so that no byte is dropped or replaced. */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of a valid UTF-8 sequence by its first byte's high bits; 0 when no sequence starts so. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

/** UTF-8 as text; each byte that is not part of valid UTF-8 becomes `\xNN`. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeMixed(bytes);
  }
}

function decodeMixed(bytes: Uint8Array): string {
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const length = sequenceLength(first);
    const character = length === 0 ? null : decodeStrict(bytes.subarray(at, at + length));
    parts.push(character ?? hexByte(first));
    at += character === null ? 1 : length;
  }
  return parts.join('');
}

function decodeStrict(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function hexByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** At most `limit` bytes of `bytes`, cut before a character rather than within it. */
export function clipBytes(bytes: Uint8Array, limit: number): Uint8Array {
  if (bytes.length <= limit) return bytes;
  let end = limit;
  // A character has at most three continuation bytes; more of them in a row are not UTF-8 and may be cut anywhere.
  for (let back = 0; back < 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80 && end > 0; back++) end--;
  return bytes.subarray(0, end);
}
