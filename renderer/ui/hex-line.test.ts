import { expect, test } from 'vitest';
import { cutLine, hexLine } from './hex-line.ts';

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

test('marked bytes are cut out of every line that they reach over', () => {
  const bytes = new TextEncoder().encode('0123456789abcdefghij');
  const cuts = [0, 1].map((index) => cutLine(hexLine(bytes, index), index, { from: 6, to: 17 }));
  expect([...cuts, cutLine(hexLine(bytes, 0), 0, null).text]).toEqual([
    {
      hex: ['30 31 32 33 34 35 ', '36 37  38 39 61 62 63 64 65 66', ''],
      text: ['012345', '6789abcdef', ''],
    },
    { hex: ['', '67', ' 68 69 6a'], text: ['', 'g', 'hij'] },
    ['0123456789abcdef', '', ''],
  ]);
});
