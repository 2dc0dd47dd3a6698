/** How many tests passed, failed and were skipped, from vitest's JSON report to the closing line. */
import { z } from 'zod';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const Report = z.object({
  numPassedTests: z.number().int(),
  numFailedTests: z.number().int(),
  numPendingTests: z.number().int(),
  numTodoTests: z.number().int(),
});

/**
 * Reads a report. What vitest's exit status (null: killed) says counts more than the numbers: a file that could not be
 * loaded holds no test that failed, and a run that crashed leaves no report.
 */
export function readReport(read: () => string, status: number | null): Tally {
  const report = parse(read);
  const failed = report?.numFailedTests ?? 0;
  return {
    passed: report?.numPassedTests ?? 0,
    failed: status === 0 && report !== null ? failed : Math.max(failed, 1),
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
}

export function addTallies(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** `12 passed, 0 failed`, with `, 1 skipped` where there are such. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

function parse(read: () => string): z.infer<typeof Report> | null {
  try {
    return Report.parse(JSON.parse(read()));
  } catch {
    return null; // counted as a failure
  }
}
