import { expect, test } from 'vitest';
import { requestOf } from '../testing/scripted-gateway.ts';
import { descriptionOf } from './approval-text.ts';

/** The lines under the heading of the estimate. */
function estimateOf(estimate: string | null): string[] {
  const lines = descriptionOf(requestOf('12', { estimate }));
  const at = lines.indexOf('estimate:');
  return at === -1 ? [] : lines.slice(at + 1);
}

test('the estimate is a plan whose change of data says how many rows it changes', () => {
  expect([estimateOf(requestOf('12').estimate), estimateOf(null)]).toEqual([
    [
      '  Delete on orders: about 48,112 rows, cost 1839.5',
      '    Seq Scan on orders: 48,112 rows, cost 1839.5',
      "      Filter: (created < '2026-01-01'::date)",
    ],
    [],
  ]);
});

test('an estimate that is no plan is shown as it came', () => {
  expect([estimateOf('{"planned":3}'), estimateOf('no \u001b[2J')]).toEqual([
    ['  {', '    "planned": 3', '  }'],
    ['  no ␛[2J'],
  ]);
});
