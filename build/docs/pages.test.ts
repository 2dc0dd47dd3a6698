import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles } from './pages.ts';

const ROOT = join(import.meta.dirname, '../..');
const files = await generatedFiles();

test.each([...files])('%s is what the program says (npm run docs writes it)', (path, text) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
});

/** Programs that say what is wrong with a manual page. */
const CHECKERS = [
  ['mandoc', '-T', 'lint', '-W', 'warning'],
  ['groff', '-man', '-ww', '-Tutf8', '-z'],
] as const;

test.each(CHECKERS)('%s finds nothing wrong with the manual page', (program, ...options) => {
  if (spawnSync(program, ['--version']).error !== undefined) {
    process.stdout.write(`skipped: the manual page by ${program}, which is not installed here\n`);
    return;
  }
  const { stdout, stderr } = spawnSync(program, [...options, join(ROOT, 'docs/auditorium.1')], {
    encoding: 'utf8',
  });
  expect(stdout + stderr).toBe('');
});
