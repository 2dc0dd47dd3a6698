import { expect, test } from 'vitest';
import { aboutStatements } from './first-match.ts';

test('only what tells statements apart says where a session is opened', () => {
  expect(
    [
      'token:ci-deployer verb:delete after:2026-11-01 table:orders rows>100 "drop table"',
      'job:github/4711 outcome:failed',
      'verb:delete rows>many',
      'token:a (verb:delete or rows>9) not table:b',
      'verb:delete or job:github/4711',
      '',
    ].map(aboutStatements),
  ).toEqual([
    'verb:delete table:orders rows>100 "drop table"',
    '',
    '',
    '(verb:delete or rows>9) not table:b',
    'verb:delete or job:github/4711',
    '',
  ]);
});
