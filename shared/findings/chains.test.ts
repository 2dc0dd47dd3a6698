import { expect, test } from 'vitest';
import { chainProblems } from './chains.ts';
import { entryOf, idOf, noteAt } from './fixtures/entries.ts';

const NOW = 1_000_000;
const chain = (...numbers: number[]) => numbers.map((number) => entryOf(number, 10 + number, noteAt(1, '')));
const KEY = '4164610'.padEnd(8, '0');

test('a whole chain has no problem, wherever its entries lie', () => {
  expect(chainProblems(chain(2, 0, 3, 1), NOW)).toEqual([]);
});

test('what is missing is told, also the first', () => {
  expect(chainProblems(chain(1, 4), NOW)).toEqual([
    `entry 0 of Ada (key ${KEY}…) is missing`,
    `entries 2 to 3 of Ada (key ${KEY}…) are missing`,
  ]);
});

test('an entry that names another before it is told', () => {
  const [first, second] = chain(0, 1);
  const other = { ...entryOf(1, 11, noteAt(1, '')), previous: idOf(99) };
  expect([
    chainProblems([...chain(0), other], NOW),
    chainProblems([{ ...chain(0)[0], previous: idOf(5) } as typeof other, ...(second ? [second] : [])], NOW),
    first?.previous,
  ]).toEqual([
    [`entry 1 of Ada (key ${KEY}…) does not follow the one before it`],
    [`entry 0 of Ada (key ${KEY}…) does not follow the one before it`],
    null,
  ]);
});

test('two entries with one number are told, and what follows either of them is good', () => {
  const fork = { ...entryOf(50, 12, noteAt(1, 'x')), number: 1, previous: idOf(0) };
  expect(chainProblems([...chain(0, 1, 2), fork], NOW)).toEqual([
    `Ada (key ${KEY}…) has 2 entries with number 1: the case was continued from a copy of it`,
  ]);
});

test('entries from the future are told', () => {
  const late = entryOf(0, NOW + 2 * 86_400_000_000, noteAt(1, ''));
  expect(chainProblems([late], NOW)).toEqual([
    `1 of the entries of Ada (key ${KEY}…) is dated in the future`,
  ]);
});
