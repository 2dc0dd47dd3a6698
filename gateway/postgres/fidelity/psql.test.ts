import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freshDatabase, startTestGateway, type TestGateway } from '../../../test/gateway.ts';
import { watch, type Address } from './run.ts';

const installed = spawnSync('psql', ['--version']).status === 0;
if (!installed)
  process.stderr.write('psql is not installed: its transcript is not compared (Debian: postgresql-client)\n');

// Two runs each, beside other tests on few processors.
vi.setConfig({ testTimeout: 60_000 });

let under: TestGateway;
beforeAll(async () => {
  under = await startTestGateway();
});
afterAll(() => under[Symbol.asyncDispose]());

/** What psql printed and the file it wrote. */
interface Printed {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly file: Buffer;
}

test.skipIf(!installed)(
  'psql prints the same bytes as on a direct connection, and all it said is in the archive',
  async () => {
    await freshDatabase(under.server);
    const direct = await psql(under.direct);
    await freshDatabase(under.server);
    const { result, spoken, recorded } = await watch(under.address, under.archive, psql);
    expect(result).toEqual(direct);
    expect(recorded).toEqual(spoken);
    expect(spoken.map(({ statements, asides }) => [statements.length > 100, asides.length > 5])).toEqual([
      [true, true],
    ]);
  },
);

async function psql(address: Address): Promise<Printed> {
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-psql-'));
  try {
    await cp(join(import.meta.dirname, 'psql.sql'), join(folder, 'psql.sql'));
    const server = [
      '-h',
      address.host,
      '-p',
      String(address.port),
      '-U',
      address.user,
      '-d',
      address.database,
    ];
    const printed = await new Promise<Omit<Printed, 'file'>>((resolve) => {
      const child = execFile(
        'psql',
        ['-X', '-a', ...server, '-f', 'psql.sql'],
        {
          cwd: folder,
          env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', PGPASSWORD: address.password },
          maxBuffer: 64 << 20,
        },
        (_error, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
      );
    });
    return { ...printed, file: await readFile(join(folder, 'customers.bin')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
