/** Recorded bytes as text: UTF-8, with whatever is not UTF-8 written out, so that no byte is dropped or replaced. */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 as text; each byte that is not part of valid UTF-8 becomes `\xNN`. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeMixed(bytes);
  }
}

/** Runs of what is valid are decoded as one: of a text of megabytes a single byte may be wrong. */
function decodeMixed(bytes: Uint8Array): string {
  const parts: string[] = [];
  let from = 0;
  let at = 0;
  const flush = (): void => {
    if (at > from) parts.push(utf8.decode(bytes.subarray(from, at)));
  };
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      flush();
      parts.push(hexByte(bytes[at] ?? 0));
      from = at + 1;
    }
    at += Math.max(1, length);
  }
  flush();
  return parts.join('');
}

/** Bytes of the valid UTF-8 sequence at `at`; 0 when none begins there (Unicode, table 3-7). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (length === 0 || second < low || second > high) return 0;
  for (let more = 2; more < length; more++) if (((bytes[at + more] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
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
