import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareResults } from './results.ts';

test('result files that differ by one byte, or are there once, are named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-results-'));
  try {
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    const files: readonly (readonly [string, string])[] = [
      [`${one}/same.out`, 'a\n'],
      [`${other}/same.out`, 'a\n'],
      [`${one}/longer.out`, 'a\n'],
      [`${other}/longer.out`, 'a\n\n'],
      [`${one}/gone.out`, ''],
      [`${other}/added.out`, ''],
      [`${other}/data.csv`, 'not a result'],
    ];
    for (const path of [one, other]) await mkdir(path);
    for (const [path, text] of files) await writeFile(path, text);
    expect(await compareResults(one, other)).toEqual({
      files: 4,
      identical: 1,
      differing: ['added', 'gone', 'longer'],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
