import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FILTER_FIELDS, type Comparison, type FilterField, type Term } from './filter.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';
import { FIELD_NAMES, FIELD_WORDS } from './vocabulary.ts';

const terms = (text: string) => parseFilter(text).filter?.terms.map(withoutRange);
function withoutRange(term: Term): Omit<Term, 'range'> {
  const { field, comparison, value, number } = term;
  return number === undefined ? { field, comparison, value } : { field, comparison, value, number };
}

const rows = (comparison: string) => ({ field: 'rows', comparison, value: '7', number: 7 });
const time = (value: string) => terms(`after:"${value}"`)?.[0]?.number;
const error = (text: string) => parseFilter(text).error;

describe('what a filter says', () => {
  test('terms stand side by side, fields in any case, bare words and phrases are text', () => {
    expect(parseFilter('Verb:delete rows>100  users "drop table"')).toEqual({
      filter: {
        terms: [
          { field: 'verb', comparison: ':', value: 'delete', range: [0, 11] },
          { field: 'rows', comparison: '>', value: '100', number: 100, range: [12, 20] },
          { field: 'text', comparison: ':', value: 'users', range: [22, 27] },
          { field: 'text', comparison: ':', value: 'drop table', range: [28, 40] },
        ],
      },
    });
  });

  test('every comparison of a number is known, a colon before the sign is forgiven', () => {
    expect(terms('rows:7 rows=7 rows>7 rows>=7 rows<7 rows<=7 rows:>7 rows:<=7')).toEqual(
      [':', '=', '>', '>=', '<', '<=', '>', '<='].map(rows),
    );
  });

  test('durations are µs', () => {
    expect(
      ['dur>2s', 'dur>=150ms', 'dur<1m', 'dur<=1.5h', 'dur>10us'].map((text) => terms(text)?.[0]?.number),
    ).toEqual([2_000_000, 150_000, 60_000_000, 5_400_000_000, 10]);
  });

  test('times are µs since 1970, UTC where no zone is given', () => {
    const day = Date.UTC(2026, 10, 1) * 1000;
    expect([
      time('2026-11-01'),
      time('2026-11-01 10:30'),
      time('2026-11-01T10:30:15Z'),
      time('2026-11-01T10:30:15.000250Z'),
      time('2026-11-01T10:30+01:00'),
    ]).toEqual([day, day + 37_800e6, day + 37_815e6, day + 37_815e6 + 250, day + 34_200e6]);
  });

  test('short names of CI providers are written out', () => {
    expect(terms('job:gh/4711 job:gl/1/* job:bk ci:GH job:github/1')?.map((term) => term.value)).toEqual([
      'github/4711',
      'gitlab/1/*',
      'buildkite',
      'github',
      'github/1',
    ]);
  });

  test('a word that only begins verbs means all of them', () => {
    expect(terms('verb:DROP verb=drop verb:"drop table" verb:delete')?.map((term) => term.value)).toEqual([
      'DROP *',
      'drop',
      'drop table',
      'delete',
    ]);
  });

  test('quotes hold white space, quotes and back slashes', () => {
    expect(terms(String.raw`table:"my \"odd\\table\""`)).toEqual([
      { field: 'table', comparison: ':', value: String.raw`my "odd\table"` },
    ]);
  });
});

describe('what a filter cannot say', () => {
  test.each([
    ['tabel:orders', 'there is no field "tabel"; did you mean "table"?', [0, 5]],
    ['x verbs:drop', 'there is no field "verbs"; did you mean "verb"?', [2, 7]],
    ['https://a.b', 'there is no field "https"; to search for it as text, write "https://a.b"', [0, 5]],
    ['outcome:complete', '"complete" is not a value of outcome; did you mean "completed"?', [8, 16]],
    [
      'status:great',
      '"great" is not a value of status; it is one of completed, rolled-back, suspended, empty, failed, skipped, unknown',
      [7, 12],
    ],
    ['rows>many', '"many" is not a whole number', [5, 9]],
    ['dur>2', '"2" is not a duration; write 150ms, 2s or 1m', [4, 5]],
    ['dur:2s', 'compare a duration: dur>2s or dur<2s', [0, 6]],
    [
      'after:2026-02-30',
      '"2026-02-30" is not a time; write 2026-11-01, 2026-11-01T14:30 or 2026-11-01T14:30:05+01:00',
      [6, 16],
    ],
    ['verb>delete', 'verb is not compared with >; write verb:delete', [0, 11]],
    [
      'error:syntax',
      '"syntax" is not an SQLSTATE; write five letters or digits, like 42P01, or a glob, like 23* or *',
      [6, 12],
    ],
    ['table:', 'table needs a value, like table:…', [0, 6]],
    ['a "b', 'this quote is never closed', [2, 4]],
    ['""', 'there is nothing between these quotes', [0, 2]],
    ['a or b', '"or" is not known yet: all terms must hold; quote it to search for the word', [2, 4]],
    ['NOT a', '"not" is not known yet: all terms must hold; quote it to search for the word', [0, 3]],
    [
      'a AND b',
      'terms side by side must all hold: leave out "and", or quote it to search for the word',
      [2, 5],
    ],
    ['(verb:drop)', 'parentheses are not known yet; quote the text to search for them', [0, 11]],
    ['-verb:drop', 'a minus sign for "not" is not known yet; quote the text to search for it', [0, 10]],
  ])('%s', (text, message, range) => {
    expect(error(text)).toEqual({ message, range });
  });

  test('no text makes the parser throw, and what it points at lies in the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = parseFilter(text);
        const ranges =
          read.error === undefined ? read.filter.terms.map((term) => term.range) : [read.error.range];
        return ranges.every(([from, to]) => 0 <= from && from < to && to <= text.length);
      }),
    );
  });
});

const anyValue = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom('or', 'a b', '"', '\\', '>x'),
);

const textField = fc.constantFrom(
  ...FIELD_NAMES.filter((field) => FILTER_FIELDS[field] === 'text' || FILTER_FIELDS[field] === 'path'),
);

function anyTextOf(field: FilterField): fc.Arbitrary<string> {
  const words = FIELD_WORDS[field];
  if (words !== undefined) return fc.constantFrom(...words);
  return field === 'error' ? fc.constantFrom('42P01', '23*', '*') : anyValue;
}

const anyTerm: fc.Arbitrary<Omit<Term, 'range'>> = fc.oneof(
  textField.chain((field) =>
    fc.record({
      field: fc.constant(field),
      comparison: fc.constantFrom<Comparison[]>(':', '='),
      value: anyTextOf(field),
    }),
  ),
  fc
    .tuple(fc.constantFrom<Comparison[]>(':', '=', '>', '>=', '<', '<='), fc.nat())
    .map(([comparison, number]) => ({ field: 'rows' as const, comparison, value: String(number), number })),
  fc
    .tuple(fc.constantFrom<Comparison[]>('>', '>=', '<', '<='), fc.nat(1e6))
    .map(([comparison, n]) => ({ field: 'dur' as const, comparison, value: `${n}ms`, number: n * 1000 })),
  fc
    .tuple(
      fc.constantFrom<FilterField[]>('after', 'before'),
      fc.date({ min: new Date(0), max: new Date('9999-01-01T00:00:00Z'), noInvalidDate: true }),
    )
    .map(([field, date]) => ({
      field,
      comparison: ':' as const,
      value: date.toISOString(),
      number: date.getTime() * 1000,
    })),
);

test('what is printed reads back as the same terms', () => {
  fc.assert(
    fc.property(fc.array(anyTerm), (list) => {
      const known = list
        .filter((term) => term.field !== 'text' || term.value.trim() !== '')
        .filter(
          (term) => (term.field !== 'job' && term.field !== 'ci') || !/^(gh|gl|bk)(\/|$)/i.test(term.value),
        );
      const text = printFilter({ terms: known.map((term) => ({ ...term, range: [0, 0] as const })) });
      expect(terms(text)).toEqual(known);
    }),
  );
});
