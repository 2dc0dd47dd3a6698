import { expect, test } from 'vitest';
import { align, type Pair } from './align.ts';

/** `ab` for a pair, `a-` and `-b` for what one has alone. */
function shown(a: string, b: string): string {
  return align(a.split(''), b.split(''))
    .pairs.map((pair) => `${at(a, pair.a)}${at(b, pair.b)}`)
    .join(' ');
}

const at = (text: string, index: number | null): string => (index === null ? '-' : (text[index] ?? '?'));

/** Every position of both lists once and in order, and only like beside like. */
function isWhole(a: readonly string[], b: readonly string[], pairs: readonly Pair[]): boolean {
  const of = (side: 'a' | 'b') => pairs.flatMap((pair) => pair[side] ?? []);
  return (
    JSON.stringify([of('a'), of('b')]) === JSON.stringify([[...a.keys()], [...b.keys()]]) &&
    pairs.every((pair) => pair.a === null || pair.b === null || a[pair.a] === b[pair.b])
  );
}

test.each([
  ['', '', ''],
  ['abc', 'abc', 'aa bb cc'],
  ['abc', '', 'a- b- c-'],
  ['', 'ab', '-a -b'],
  ['abd', 'abcd', 'aa bb -c dd'],
  ['abcd', 'ad', 'aa b- c- dd'],
  ['axb', 'ayb', 'aa x- -y bb'],
  ['aaaa', 'aa', 'aa aa a- a-'],
  ['abcabc', 'abc', 'aa bb cc a- b- c-'],
])('%j beside %j is %j', (a, b, expected) => {
  expect(shown(a, b)).toBe(expected);
});

test('100,000 statements of which a few differ are aligned exactly', () => {
  const a = Array.from({ length: 100_000 }, (_, index) => `s${index % 997}`);
  const b = a.toSpliced(40_000, 3, 'new').toSpliced(90_000, 0, 'other');
  const { pairs, rough } = align(a, b);
  expect([
    rough,
    pairs.filter((pair) => pair.a === null || pair.b === null).length,
    isWhole(a, b, pairs),
  ]).toEqual([false, 5, true]);
});

test('what differs too much for an exact alignment is still paired by what is unique', () => {
  const a = Array.from({ length: 20_000 }, (_, index) => (index % 10 === 0 ? `u${index}` : `a${index}`));
  const b = Array.from({ length: 20_000 }, (_, index) => (index % 10 === 0 ? `u${index}` : `b${index}`));
  const { pairs, rough } = align(a, b);
  expect([
    rough,
    pairs.filter((pair) => pair.a !== null && pair.b !== null).length,
    isWhole(a, b, pairs),
  ]).toEqual([false, 2_000, true]);
});

test('where nothing is unique an alignment that would be too dear is rough, and says so', () => {
  const a = Array.from({ length: 30_000 }, (_, index) => `s${(index * 7) % 13}`);
  const b = Array.from({ length: 30_000 }, (_, index) => `s${(index * 11) % 17}`);
  const { pairs, rough } = align(a, b);
  expect([rough, isWhole(a, b, pairs)]).toEqual([true, true]);
});
