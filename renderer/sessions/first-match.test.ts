import { expect, test } from 'vitest';
import { aboutStatements } from './first-match.ts';

test('only what tells statements apart says where a session is opened', () => {
  expect(
    [
      'token:ci-deployer verb:delete after:2026-11-01 table:orders rows>100 "drop table"',
      'job:github/4711 outcome:failed',
      'verb:delete rows>many',
      '',
    ].map(aboutStatements),
  ).toEqual(['verb:delete table:orders rows>100 "drop table"', '', '', '']);
});
