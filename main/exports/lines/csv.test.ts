import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCsv, plainCell } from '../testing/parse-csv.ts';
import { csvLine } from './csv.ts';

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '\0=1',
  ' =1',
  '＝1',
  '＋1',
  '－1',
  '＠x',
  "'=1",
])('%j is no formula any more', (text) => {
  expect(parseCsv(csvLine([text]))[0]?.[0]).toMatch(/^'/);
});

test('texts, numbers and nothing are told apart as RFC 4180 can', () => {
  expect(csvLine(['a "b"', 7, null, ',', 'x\ny'])).toBe('"a ""b""",7,,",","x\ny"\r\n');
});

test('what would turn other text around is written out', () => {
  expect(csvLine(['user\u202Enimda', 'a\u0007b'])).toBe('"user⟨U+202E⟩nimda","a⟨U+0007⟩b"\r\n');
});

test('every other text comes back', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('=+-@\t\r\n\'"’, ;aé😀\u2028')) });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (cells) => {
      const [line = []] = parseCsv(csvLine(cells));
      expect(line.map(plainCell)).toEqual(cells);
    }),
  );
});
