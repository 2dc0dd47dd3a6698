/** How many tests passed, failed and were skipped, from vitest's JSON report to the closing line. */
import { z } from 'zod';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const TestFile = z.object({
  name: z.string(),
  status: z.string(),
  assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
});

const Report = z.object({
  numPassedTests: z.number().int(),
  numFailedTests: z.number().int(),
  numPendingTests: z.number().int(),
  numTodoTests: z.number().int(),
  testResults: z.array(TestFile),
});

/** A file of tests that failed. */
export interface FailedFile {
  readonly path: string;
  /** Of the tests in it that failed; empty where it could not be loaded. */
  readonly tests: readonly string[];
  /** How its tests are counted in the report. */
  readonly tally: Tally;
}

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

/** The files of a report that failed; none where it cannot be read. */
export function failedFiles(read: () => string): readonly FailedFile[] {
  const failed = parse(read)?.testResults.filter(({ status }) => status === 'failed') ?? [];
  return failed.map(({ name, assertionResults }) => {
    const of = (status: string) => assertionResults.filter((test) => test.status === status);
    const tally = { passed: of('passed').length, failed: of('failed').length };
    const skipped = assertionResults.length - tally.passed - tally.failed;
    return { path: name, tests: of('failed').map((test) => test.fullName), tally: { ...tally, skipped } };
  });
}

/** The tally of a run, its failed files as they were counted when they were run again. */
export function again(first: Tally, failed: readonly FailedFile[], second: Tally): Tally {
  const before = failed.map(({ tally }) => tally).reduce(addTallies);
  return {
    passed: first.passed - before.passed + second.passed,
    failed: second.failed,
    skipped: first.skipped - before.skipped + second.skipped,
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
