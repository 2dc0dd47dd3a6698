import { expect, test } from 'vitest';
import { explainFilter } from './explain.ts';
import { parseFilter } from './parse.ts';

function explained(...texts: readonly string[]): string[] {
  return texts.map((text) => {
    const { filter } = parseFilter(text);
    return filter === undefined ? 'unread' : explainFilter(filter);
  });
}

test('what all filters ask for is said in words', () => {
  expect(
    explained(
      '',
      'token:ci-deployer',
      'token:ci-deployer table:orders verb:delete',
      'verb:drop',
      'outcome:live or error:42P01',
      '"drop table" sql:"now() -"',
      'session:0198c2f4 job:gh/4711',
    ),
  ).toEqual([
    '',
    'the token is ci-deployer',
    'the token is ci-deployer, a table is orders and the verb is delete',
    'the verb is like “drop *”',
    'the session’s outcome is live or the error is 42P01',
    '“drop table” occurs and the SQL holds “now() -”',
    'the session’s id begins with 0198c2f4 and the CI job is github/4711',
  ]);
});

test('what must not hold is said so', () => {
  expect(
    explained(
      '-verb:select',
      '-table:orders',
      'not session:ab',
      '-user:ci_*',
      '-"drop table"',
      '-sql:x',
      '-(a or table:b)',
    ),
  ).toEqual([
    'the verb is not select',
    'no table is orders',
    'the session’s id does not begin with ab',
    'the database user is not like ci_*',
    '“drop table” does not occur',
    'the SQL does not hold “x”',
    'not (“a” occurs or a table is b)',
  ]);
});

test('amounts, lengths and times are compared in words', () => {
  expect(
    explained(
      'rows>100',
      '-rows>100',
      'rows:10..100',
      'rows:5',
      'dur<2s',
      '-dur<=2s',
      'bytes>=1MiB',
      'after:2026-11-01',
      '-before:2026-11-01T09:14:00Z',
      'time:2026-11-01',
    ),
  ).toEqual([
    'there are more than 100 rows',
    'there are at most 100 rows',
    'there are at least 10 rows and there are at most 100 rows',
    'there are 5 rows',
    'it took less than 2s',
    'it took more than 2s',
    'the answer has at least 1MiB',
    'it was at 2026-11-01 00:00:00 UTC or later',
    'it was at 2026-11-01 09:14:00 UTC or later',
    'it was at 2026-11-01 00:00:00 UTC or later and it was before 2026-11-02 00:00:00 UTC',
  ]);
});

test('a lone * asks whether there is any', () => {
  expect(explained('error:*', '-error:*', 'masked:*', '-approver:*', 'job:*', '-job:*', '-table:*')).toEqual([
    'there is an error',
    'there is no error',
    'something was masked',
    'nobody approved',
    'the CI job is known',
    'the CI job is not known',
    'no table is known',
  ]);
});

test('groups stand in parentheses where their words would be read otherwise', () => {
  expect(explained('table:a (verb:insert or verb:update) rows>1', '(a b) or c', 'a or (b or c)')).toEqual([
    'a table is a, (the verb is insert or the verb is update) and there are more than 1 rows',
    '(“a” occurs and “b” occurs) or “c” occurs',
    '“a” occurs, “b” occurs or “c” occurs',
  ]);
});
