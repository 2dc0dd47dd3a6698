import { expect, test } from 'vitest';
import { hexLine } from './hex-line.ts';

test('a line shows its offset, its bytes in two groups and what can be printed', () => {
  const bytes = new Uint8Array([
    ...Array.from({ length: 16 }, () => 0),
    ...new TextEncoder().encode('DROP TABLE\u0000\u001b['),
  ]);
  expect(hexLine(bytes, 1)).toEqual({
    offset: '000010',
    hex: '44 52 4f 50 20 54 41 42  4c 45 00 1b 5b',
    text: 'DROP TABLE··[',
  });
});
