/**
 * `npm test`: everything. The checks, the build, then every test (unit tests first, then those that drive Chromium and
 * whole programs: see vitest.config.ts), and as its last line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS, passes } from './check.ts';
import { CHROMIUM_MISSING, findChromium, installChromium } from './chromium.ts';
import { addTallies, closingLine, readReport, type Tally } from './tally.ts';

const ROOT = join(import.meta.dirname, '..');
const REPORT = join(ROOT, 'out/test-report.json');

function everything(): Tally {
  const checks = [
    ...CHECKS,
    { name: 'build', command: ['electron-vite', 'build', '--logLevel', 'warn'] } as const,
  ];
  return [haveChromium, ...checks.map((check) => () => countOf(passes(check))), runTests]
    .map((part) => part())
    .reduce(addTallies);
}

/** Chromium is no test; that it cannot be had is a failure. */
function haveChromium(): Tally {
  const path = findChromium() ?? installChromium();
  process.stdout.write(path === null ? `✗ ${CHROMIUM_MISSING}\n` : `✓ Chromium: ${path}\n`);
  return path === null ? countOf(false) : { passed: 0, failed: 0, skipped: 0 };
}

function runTests(): Tally {
  rmSync(REPORT, { force: true });
  const options = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...options], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return readReport(() => readFileSync(REPORT, 'utf8'), status);
}

function countOf(passed: boolean): Tally {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

const tally = everything();
process.exitCode = tally.failed === 0 ? 0 : 1;
process.stdout.write(`\n${closingLine(tally)}\n`);
