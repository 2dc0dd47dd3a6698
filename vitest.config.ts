import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/user-folder.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Most of them wait for databases and disks; by default two processors would run one file at a time.
          maxWorkers: 2,
          include: [
            '{shared,gateway,main,renderer,build,bench}/**/*.test.{ts,tsx}',
            'test/!(e2e)/**/*.test.ts',
          ],
        },
      },
      {
        // One at a time, after the unit tests: each starts databases, gateways and browsers of its own.
        extends: true,
        test: {
          name: 'e2e',
          // A window on a busy machine takes longer than the second that is usual. Bars are held by the benchmarks.
          expect: { poll: { timeout: 20_000 } },
          testTimeout: 180_000,
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    // Many start gateways and databases, which take five times as long while other programs have the processors.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
