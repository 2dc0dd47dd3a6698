/**
 * `npm run test:tasks`: the tasks of tasks.test.ts, and how long a person waited in each. `-- --volumes DIR` lays the volumes of another
 * archive, ten million statements perhaps, beside those of the demo, in whose sessions all is to be found then.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = join(import.meta.dirname, '../../..');

const { values } = parseArgs({ options: { volumes: { type: 'string' } } });
const volumes = values.volumes === undefined ? undefined : resolve(values.volumes);
if (volumes !== undefined && !readdirSync(volumes).some((name) => name.endsWith('.audit'))) {
  process.stderr.write(`--volumes ${volumes}: this folder holds no volume (*.audit)\n`);
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--project=e2e',
    '--reporter=verbose',
    'test/e2e/tasks.test.ts',
  ],
  {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      AUDITORIUM_TASKS_TIMES: '1',
      ...(volumes === undefined ? {} : { AUDITORIUM_TASKS_VOLUMES: volumes }),
    },
  },
);
process.exitCode = status ?? 1;
