import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MODULE = join(import.meta.dirname, 'core-dumps.ts');

test.skipIf(process.platform !== 'linux').each([
  ['ulimit -c 0', 'false'],
  ['ulimit -S -c unlimited', 'true'],
  ['ulimit -S -c 100', 'true'],
])('after %s it is told that core dumps are on: %s', (limit, told) => {
  const program = `import { coreDumpsOn } from '${MODULE}'; process.stdout.write(String(coreDumpsOn()));`;
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', `${limit} && exec "$0" --input-type=module -e "$1"`, process.execPath, program],
    { encoding: 'utf8' },
  );
  expect([stdout, stderr]).toEqual([told, '']);
});
