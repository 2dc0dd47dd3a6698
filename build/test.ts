/**
 * `npm test`: everything. The checks, the build, then every test (unit tests first, then those that drive Chromium and
 * whole programs: see vitest.config.ts), and as its last line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CHECKS, passes } from './check.ts';
import { CHROMIUM_MISSING, findChromium, installChromium } from './chromium.ts';
import {
  addTallies,
  again,
  closingLine,
  failedFiles,
  readReport,
  type FailedFile,
  type Tally,
} from './tally.ts';

const ROOT = join(import.meta.dirname, '..');
const REPORT = join(ROOT, 'out/test-report.json');

/** Files that are run again at most: where more failed, it is no matter of time. */
const MOST_AGAIN = 6;

/** Where the tests put what their gateways left behind (see test/leftovers.ts). */
const LEFTOVERS = join(ROOT, 'out/leftovers');

function everything(): Tally {
  const checks = [
    ...CHECKS,
    { name: 'build', command: ['electron-vite', 'build', '--logLevel', 'warn'] } as const,
  ];
  return [haveChromium, ...checks.map((check) => () => countOf(passes(check))), runTests, lookForSecrets]
    .map((part) => part())
    .reduce(addTallies);
}

/** Chromium is no test; that it cannot be had is a failure. */
function haveChromium(): Tally {
  const path = findChromium() ?? installChromium();
  process.stdout.write(path === null ? `✗ ${CHROMIUM_MISSING}\n` : `✓ Chromium: ${path}\n`);
  return path === null ? countOf(false) : { passed: 0, failed: 0, skipped: 0 };
}

/**
 * All tests; the few files that failed once more, one at a time when nothing else runs, for tests that wait for browsers and
 * databases miss their time on a machine that is busy. What failed first is named; what fails twice has failed.
 */
function runTests(): Tally {
  rmSync(LEFTOVERS, { recursive: true, force: true });
  const first = vitest([]);
  const failed = failedFiles(readLast);
  if (first.failed === 0 || failed.length === 0 || failed.length > MOST_AGAIN) return first;
  process.stdout.write(`\nfailed, run again alone:\n${failed.map(namesOf).join('')}`);
  return again(first, failed, vitest([...failed.map(({ path }) => path), '--maxWorkers=1']));
}

function vitest(more: readonly string[]): Tally {
  rmSync(REPORT, { force: true });
  const options = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`, ...more];
  const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...options], {
    cwd: ROOT,
    env: { ...process.env, AUDITORIUM_KEEP: LEFTOVERS },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return readReport(readLast, status);
}

function readLast(): string {
  return readFileSync(REPORT, 'utf8');
}

function namesOf({ path, tests }: FailedFile): string {
  const file = relative(ROOT, path);
  return tests.length === 0 ? `  ${file}\n` : tests.map((test) => `  ${file}: ${test}\n`).join('');
}

/** No gateway of any test may have left a token or a password behind. */
function lookForSecrets(): Tally {
  const program = join(ROOT, 'test/secrets/leftovers.ts');
  const { status } = spawnSync(process.execPath, [program, LEFTOVERS], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status === 0) rmSync(LEFTOVERS, { recursive: true, force: true });
  return countOf(status === 0);
}

function countOf(passed: boolean): Tally {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

const tally = everything();
process.exitCode = tally.failed === 0 ? 0 : 1;
process.stdout.write(`\n${closingLine(tally)}\n`);
