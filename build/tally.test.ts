import { expect, test } from 'vitest';
import { addTallies, closingLine, readReport } from './tally.ts';

function absent(): never {
  throw new Error('ENOENT');
}

const report =
  (passed: number, failed: number, pending = 0) =>
  () =>
    JSON.stringify({
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: pending,
      numTodoTests: 0,
    });

test('a report is counted as it says', () => {
  expect(readReport(report(7, 2, 1), 1)).toEqual({ passed: 7, failed: 2, skipped: 1 });
  expect(readReport(report(7, 0), 0)).toEqual({ passed: 7, failed: 0, skipped: 0 });
});

test('a run that failed without a failed test counts as one failure', () => {
  expect(readReport(report(7, 0), 1)).toEqual({ passed: 7, failed: 1, skipped: 0 });
  expect(readReport(report(7, 0), null)).toEqual({ passed: 7, failed: 1, skipped: 0 });
});

test('a report that is not there, or not a report, counts as one failure even where the status is 0', () => {
  expect(readReport(absent, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(readReport(() => '{}', 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('the closing line names the skipped only where there are some', () => {
  const tally = addTallies({ passed: 5, failed: 0, skipped: 0 }, { passed: 7, failed: 1, skipped: 0 });
  expect(closingLine(tally)).toBe('12 passed, 1 failed');
  expect(closingLine({ ...tally, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
});
