import { expect, test } from 'vitest';
import { only, standingOf, toggled, toggledOut } from './facet-edits.ts';

test('values of one field are chosen beside each other, and left one by one', () => {
  const one = toggled('verb:drop', 'table', 'public.orders');
  const two = toggled(one, 'table', 'my table');
  expect([one, two, toggled(two, 'table', 'public.orders'), toggled(one, 'table', 'public.orders')]).toEqual([
    'verb:drop table:public.orders',
    'verb:drop (table:public.orders or table:"my table")',
    'verb:drop table:"my table"',
    'verb:drop',
  ]);
});

test('a value is excluded in place of being chosen, and the other way round', () => {
  const chosen = toggled('', 'token', 'ada');
  const excluded = toggledOut(chosen, 'token', 'ada');
  expect([
    excluded,
    toggled(excluded, 'token', 'ada'),
    toggledOut(excluded, 'token', 'ada'),
    standingOf(toggledOut(excluded, 'token', 'bob'), 'token'),
  ]).toEqual(['-token:ada', 'token:ada', '', { chosen: [], excluded: ['ada', 'bob'] }]);
});

test('one value alone takes the place of all that was said of its field', () => {
  expect(only('-token:a (token:b or token:c) verb:drop', 'token', 'd')).toBe('verb:drop token:d');
});
