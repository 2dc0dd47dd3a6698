/**
 * Writes the JSON of docs/vectors: what a verifier written from docs/format.md is held to. Seeds and clocks are fixed, so that it is
 * the same every time: a test says so. The archives beside it are test/evidence/make-files.ts's.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { jsonVectors } from './vectors/json.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'vectors');
mkdirSync(folder, { recursive: true });
for (const [name, vectors] of Object.entries(jsonVectors())) {
  const path = join(folder, name);
  const style = await resolveConfig(path);
  writeFileSync(path, await format(JSON.stringify(vectors), { ...style, parser: 'json' }));
}
