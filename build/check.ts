/** Runs the checks that need no program of ours to run: `npm run check`, and the first half of `npm test`. */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** A command line, and the name it goes by. */
export interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...options: string[]];
}

export const CHECKS: readonly Check[] = [
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--max-warnings', '0'] },
  // Forced: TypeScript 7.0.2 keeps stale errors after an ambient declaration was added.
  { name: 'types', command: ['tsc', '-b', '--force'] },
  { name: 'unused', command: ['knip'] },
];

/** Who may import whom: a test, run on its own here and with all others by `npm test`. */
const LAYERS: Check = { name: 'layers', command: ['vitest', 'run', 'build/layers.test.ts'] };

const ROOT = join(import.meta.dirname, '..');

/** What docs/ says, held to the program: tests too, for the same reason. */
const DOCS: Check = { name: 'docs', command: ['vitest', 'run', 'build/docs'] };

/** Runs a check; its output is shown when it fails. True when it passed. */
export function passes({ name, command: [program, ...options] }: Check): boolean {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, options, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
    env: {
      ...process.env,
      PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)\n`);
  if (status !== 0)
    process.stdout.write(`${stdout ?? ''}${stderr ?? ''}${error === undefined ? '' : `${error.message}\n`}`);
  return status === 0;
}

if (import.meta.main) {
  const failed = [...CHECKS, LAYERS, DOCS].filter((check) => !passes(check));
  process.exitCode = failed.length === 0 ? 0 : 1;
}
