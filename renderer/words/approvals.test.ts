import { expect, test } from 'vitest';
import { REQUEST_STATES } from '../../shared/approvals/request.ts';
import { APPROVALS } from './approvals.ts';

test('a request says in a sentence where it stands', () => {
  expect(REQUEST_STATES.map((state) => APPROVALS.ended({ id: '12', state }))).toEqual([
    '#12 waits',
    '#12 was approved',
    '#12 was rejected',
    '#12 timed out',
    '#12 was refused: it had changed',
    '#12 was abandoned by its agent',
  ]);
});
