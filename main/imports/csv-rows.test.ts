import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvRows } from './csv-rows.ts';
import { LineCount } from './line-count.ts';

/** What the reader says of a text that comes in pieces. */
function read(text: string, chunk = text.length + 1) {
  const said: unknown[] = [];
  const rows = new CsvRows({
    row: (row, count, line, lines, original) =>
      said.push({
        line,
        lines,
        fields: Array.from({ length: count }, (_, field) => row.text(field)),
        original: original.toString(),
      }),
    broken: (line, original) => said.push({ line, broken: original.toString() }),
    blank: (lines) => said.push({ blank: lines }),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunk) rows.take(Buffer.from(bytes.subarray(at, at + chunk)));
  rows.end();
  return said;
}

test('fields in quotes hold commas, line ends and quotes', () => {
  expect(read('1,"a ""b"", c",,"x\r\ny"\r\n2,z\n')).toEqual([
    { line: 1, lines: 2, fields: ['1', 'a "b", c', '', 'x\r\ny'], original: '1,"a ""b"", c",,"x\r\ny"' },
    { line: 3, lines: 1, fields: ['2', 'z'], original: '2,z' },
  ]);
});

test('a last row needs no line end, and blank lines are told', () => {
  expect(read('\n1,2\n\n3,"4"')).toEqual([
    { blank: 1 },
    { line: 2, lines: 1, fields: ['1', '2'], original: '1,2' },
    { blank: 1 },
    { line: 4, lines: 1, fields: ['3', '4'], original: '3,"4"' },
  ]);
});

test('of what is no row one line is given up, and the next one may be a row', () => {
  expect(read('1,"a"b\n2,"c\n3,d\n')).toEqual([
    { line: 1, broken: '1,"a"b' },
    { line: 2, broken: '2,"c' },
    { line: 3, lines: 1, fields: ['3', 'd'], original: '3,d' },
  ]);
});

const text = fc
  .array(fc.constantFrom('"', '""', ',', '\n', '\r\n', 'a', 'ż', '"x"', '"x\ny",'), { maxLength: 40 })
  .map((parts) => parts.join(''));

test('how a file comes in pieces makes no difference', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (file, chunk) => {
      expect(read(file, chunk)).toEqual(read(file));
    }),
    { numRuns: 500 },
  );
});

test('every line is in one row, or broken, or blank', () => {
  fc.assert(
    fc.property(text, (file) => {
      const count = new LineCount();
      count.take(Buffer.from(file));
      const told = read(file).map((item) => (item as { lines?: number }).lines ?? 1);
      expect(told.reduce((sum, lines) => sum + lines, 0)).toBe(count.lines);
    }),
    { numRuns: 500 },
  );
});
