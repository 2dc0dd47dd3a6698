import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText } from './text.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The same, one character at a time: each of at most four bytes that are UTF-8 together, else a byte written out. */
function slowly(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const from = at;
    const length = [1, 2, 3, 4].find((count) => isCharacter(bytes.slice(from, from + count))) ?? 0;
    text +=
      length === 0
        ? `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`
        : strict.decode(bytes.slice(at, at + length));
    at += Math.max(1, length);
  }
  return text;
}

function isCharacter(bytes: Uint8Array): boolean {
  try {
    return Array.from(strict.decode(bytes)).length === 1;
  } catch {
    return false;
  }
}

/** Bytes near the borders of what UTF-8 allows. */
const EDGES = [
  0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
  0xff,
];

test('no byte is dropped or replaced, whatever stands around those that are not UTF-8', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EDGES), { maxLength: 12 }), (bytes) => {
      const all = new Uint8Array(bytes);
      expect(decodeText(all)).toBe(slowly(all));
    }),
    { numRuns: 2_000 },
  );
});

test('a text of megabytes with one wrong byte is read as fast as another', () => {
  const bytes = new Uint8Array(8_000_000).fill(0x61);
  bytes[4_000_000] = 0xff;
  const started = performance.now();
  expect(decodeText(bytes).length).toBe(8_000_003);
  // One character at a time takes seconds.
  expect(performance.now() - started).toBeLessThan(1_000);
});
