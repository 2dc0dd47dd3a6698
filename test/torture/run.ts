/**
 * `npm run test:torture`: kill -9 a thousand times, cut the power five thousand times, open fifty thousand archives that
 * mean harm. Seeds are in the names of the tests; `SEED=… npm run test:torture` repeats one.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

const TESTS = [
  'gateway/recorder/power-cut.test.ts',
  'gateway/archive/sqlite/power-cut.test.ts',
  'gateway/postgres/fidelity/kill.test.ts',
  'test/fuzz/archives.test.ts',
  'test/evidence/flipped-bytes.test.ts',
];

const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--no-file-parallelism', ...TESTS], {
  cwd: ROOT,
  env: { ...process.env, TORTURE: '1' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
