import { expect, test } from 'vitest';
import { parseNameGlob } from './name-glob.ts';

test.each([
  // glob, name, is, may be
  ['users', 'public.users', true, true],
  ['users', 'users', true, true],
  ['users', 'public.users_old', false, false],
  ['Users', 'public.users', true, true],
  ['"Users"', 'public.users', false, false],
  ['"Users"', 'public.Users', true, true],
  ['public.users', 'public.users', true, true],
  ['public.users', 'audit.users', false, false],
  ['public.users', 'users', false, true],
  ['public.users', 'shop.public.users', true, true],
  ['public.*', 'public.orders', true, true],
  ['public.*', 'orders', false, true],
  ['*_log', 'audit.access_log', true, true],
  ['pg_*.*', 'public.pg_x', false, false],
  ['**', 'a.b', true, true],
  ['"a*"', 'public.ab', false, false],
  ['a.b', 'a_b', false, false],
])('the table glob %s means %s: %s; may mean it: %s', (glob, name, is, mayBe) => {
  const parsed = parseNameGlob(glob, 2);
  expect([parsed?.is(name), parsed?.mayBe(name)]).toEqual([is, mayBe]);
});

test.each([
  ['email', 'public.users.email', true, true],
  ['email', 'public.users.*', false, true],
  ['email', '*', false, true],
  ['users.email', 'public.users.*', false, true],
  ['users.email', 'public.orders.*', false, false],
  ['public.users.email', 'users.*', false, true],
  ['public.users.email', 'audit.users.*', false, false],
  ['public.users.email', 'email', false, true],
  ['public.users.email', 'users.email', false, true],
  ['public.users.email', 'orders.email', false, false],
  ['public.users.*', 'public.users.*', true, true],
  ['public.**', 'public.users.*', true, true],
])('the column glob %s means %s: %s; may mean it: %s', (glob, name, is, mayBe) => {
  const parsed = parseNameGlob(glob, 3);
  expect([parsed?.is(name), parsed?.mayBe(name)]).toEqual([is, mayBe]);
});

test.each(['', '.', 'a.', '.a', 'a..b', 'a b', '"a', 'a.b.c', 'a"b"'])('%j is no glob of tables', (glob) => {
  expect(parseNameGlob(glob, 2)).toBeNull();
});
