import { expect, test } from 'vitest';
import { addTallies, again, closingLine, failedFiles, readReport } from './tally.ts';

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
      testResults: [],
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

test('files that failed are told with their tests, and counted as they were when run again', () => {
  const tests = (...statuses: string[]) => statuses.map((status, i) => ({ fullName: `fact ${i}`, status }));
  const read = () =>
    JSON.stringify({
      ...JSON.parse(report(7, 1, 2)()),
      testResults: [
        { name: '/a.test.ts', status: 'passed', assertionResults: tests('passed', 'passed') },
        { name: '/b.test.ts', status: 'failed', assertionResults: tests('passed', 'failed', 'skipped') },
        { name: '/c.test.ts', status: 'failed', assertionResults: [] },
      ],
    });
  const failed = failedFiles(read);
  expect(failed).toEqual([
    { path: '/b.test.ts', tests: ['fact 1'], tally: { passed: 1, failed: 1, skipped: 1 } },
    { path: '/c.test.ts', tests: [], tally: { passed: 0, failed: 0, skipped: 0 } },
  ]);
  const first = readReport(read, 1);
  expect([
    again(first, failed, { passed: 4, failed: 0, skipped: 1 }),
    again(first, failed, { passed: 1, failed: 2, skipped: 1 }),
    failedFiles(absent),
  ]).toEqual([{ passed: 10, failed: 0, skipped: 2 }, { passed: 7, failed: 2, skipped: 2 }, []]);
});
