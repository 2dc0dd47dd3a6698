import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allOf,
  anyOf,
  FILTER_FIELDS,
  termOf,
  type Comparison,
  type Expression,
  type FilterField,
  type Term,
  type TermField,
} from './filter.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';
import { FIELD_NAMES, FIELD_WORDS } from './vocabulary.ts';
import { wordFault } from './words.ts';

const anyValue = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom('or', 'a b', '"', '\\', '>x', '-a', '(a)', 'a..b'),
);

const readAs = (field: FilterField, type: string) => FILTER_FIELDS[field] === type;
const textFields = FIELD_NAMES.filter(
  (field): field is TermField =>
    ['text', 'path', 'word', 'words', 'hex'].some((type) => readAs(field, type)) &&
    field !== 'attested' &&
    field !== 'time',
);

function anyTextOf(field: TermField): fc.Arbitrary<string> {
  const words = FIELD_WORDS[field];
  if (words !== undefined) return fc.constantFrom(...words);
  if (readAs(field, 'hex')) return fc.constantFrom('0198c2f4', 'a*', 'ff');
  if (field === 'text') return anyValue.filter((value) => wordFault(value) === null && value.trim() !== '');
  if (field === 'job' || field === 'ci') return anyValue.filter((value) => !/^(gh|gl|bk)(\/|$)/i.test(value));
  return field === 'error' ? fc.constantFrom('42P01', '23*', '*') : anyValue;
}

const range: readonly [number, number] = [0, 0];
const comparison = fc.constantFrom<Comparison[]>('>', '>=', '<', '<=');

const anyTerm: fc.Arbitrary<Term> = fc.oneof(
  fc.constantFrom(...textFields).chain((field) =>
    fc.record({
      field: fc.constant(field),
      comparison: fc.constantFrom<Comparison[]>(':', '='),
      value: anyTextOf(field),
      range: fc.constant(range),
    }),
  ),
  fc
    .tuple(fc.oneof(comparison, fc.constantFrom<Comparison[]>(':', '=')), fc.nat())
    .map(([sign, number]): Term => ({
      field: 'rows',
      comparison: sign,
      value: String(number),
      number,
      range,
    })),
  fc
    .tuple(comparison, fc.nat(1e6))
    .map(([sign, n]): Term => ({ field: 'dur', comparison: sign, value: `${n}ms`, number: n * 1000, range })),
  fc
    .tuple(
      fc.constantFrom<TermField[]>('after', 'before'),
      fc.date({ min: new Date(0), max: new Date('9999-01-01T00:00:00Z'), noInvalidDate: true }),
    )
    .map(([field, date]): Term => ({
      field,
      comparison: ':',
      value: date.toISOString(),
      number: date.getTime() * 1000,
      range,
    })),
);

/** Trees as the parser makes them: no `and` of less than two, and none within another. */
const { tree: anyTree } = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    anyTerm.map(termOf),
    fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map(allOf),
    fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map(anyOf),
    tie('tree').map((of): Expression => ({ kind: 'not', of })),
  ),
}));

function withoutRanges(inner: Expression): Expression {
  if (inner.kind === 'term') return termOf({ ...inner.term, range });
  return inner.kind === 'not'
    ? { kind: 'not', of: withoutRanges(inner.of) }
    : { kind: inner.kind, of: inner.of.map(withoutRanges) };
}

test('what is printed reads back as the same filter', () => {
  fc.assert(
    fc.property(anyTree, (root) => {
      const text = printFilter({ root });
      fc.pre(text.length < 4_000);
      const { filter, error } = parseFilter(text);
      expect(error ?? withoutRanges(filter.root)).toEqual(root);
    }),
    { numRuns: 500 },
  );
});

test('as few parentheses stand as the meaning allows', () => {
  const print = (text: string) => printFilter(parseFilter(text).filter ?? { root: allOf([]) });
  expect(
    ['', '((a) and (b)) OR c', '(a or b) and -(c d)', '-(-a)', 'rows:1..5 "x y"', '"or"'].map(print),
  ).toEqual(['', 'a b or c', '(a or b) not (c d)', 'not not a', 'rows>=1 rows<=5 "x y"', '"or"']);
});
