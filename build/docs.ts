/** `npm run docs`: writes what docs/ has from the program itself. A test (build/docs/pages.test.ts) fails where it is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from './docs/pages.ts';

const ROOT = join(import.meta.dirname, '..');

for (const [path, text] of await generatedFiles()) {
  if (readIfThere(path) === text) continue;
  writeFileSync(join(ROOT, path), text);
  process.stdout.write(`${path}\n`);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return null;
  }
}
