/** PostgreSQL's own programs: psql and pgbench. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestAddress } from '../gateway.ts';
import type { Driver, FeatureRun } from './driver.ts';
import { BIG, COPIED, COUNTED, digest, VALUES } from './values.ts';

const PACKAGES = ['postgresql-client', 'postgresql-contrib'];

/** What a program printed. */
interface Printed {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs psql or pgbench; with `interrupt`, a Ctrl-C comes after so many ms. */
function runProgram(
  program: 'psql' | 'pgbench',
  args: readonly string[],
  address: TestAddress,
  { cwd, interrupt }: { readonly cwd?: string; readonly interrupt?: number } = {},
): Promise<Printed> {
  const { host, port, user, password, database } = address;
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      {
        ...(cwd !== undefined && { cwd }),
        env: {
          PATH: process.env['PATH'],
          LC_ALL: 'C.UTF-8',
          PGHOST: host,
          PGPORT: String(port),
          PGUSER: user,
          PGPASSWORD: password,
          PGDATABASE: database,
        },
        maxBuffer: 256 << 20,
      },
      (_error, stdout, stderr) => {
        clearTimeout(timer);
        resolve({ status: child.exitCode, stdout, stderr });
      },
    );
    const timer = setTimeout(() => child.kill('SIGINT'), interrupt ?? 2 ** 31 - 1);
  });
}

/** Runs a script with psql in a folder of its own. */
function script(lines: readonly string[], options: { readonly interrupt?: number } = {}): FeatureRun {
  return async (address) => {
    const folder = await mkdtemp(join(tmpdir(), 'auditorium-psql-'));
    try {
      await writeFile(join(folder, 'input.bin'), Buffer.alloc(200_000, 'large\0object\xff', 'latin1'));
      await writeFile(join(folder, 'script.sql'), `${lines.join('\n')}\n`);
      const args = ['-X', '-a', '-v', 'VERBOSITY=verbose', '-f', 'script.sql'];
      const { status, stdout, stderr } = await runProgram('psql', args, address, { cwd: folder, ...options });
      const written = await readFile(join(folder, 'output.bin')).catch(() => Buffer.alloc(0));
      return [status, anonymous(stdout), anonymous(stderr), digest([written])];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Less the process ids of notifications; what is long, as its digest. */
function anonymous(printed: string): string {
  const text = printed.replaceAll(/with PID \d+/g, 'with PID');
  return text.length > 4000 ? digest([text]) : text;
}

function copy(format: 'text' | 'binary'): FeatureRun {
  return script([
    `${COPIED.replaceAll('\n', ' ')};`,
    `\\copy (SELECT * FROM copied ORDER BY i) TO 'output.bin' (FORMAT ${format})`,
    `\\copy copied FROM 'output.bin' (FORMAT ${format})`,
    `COPY copied FROM STDIN (FORMAT text);`,
    '1\ttyped',
    '\\.',
    `${COUNTED};`,
  ]);
}

const PSQL: Driver = {
  name: 'psql',
  packages: PACKAGES,
  missing: () => missing('psql'),
  features: {
    simple: script([`${VALUES};`, '\\gdesc', 'SELECT 1 AS a \\; SELECT 2 AS b;', '\\d', '\\dn+']),
    errors: script([
      'CREATE TABLE once (word text PRIMARY KEY);',
      "INSERT INTO once VALUES ('a');",
      'SELEKT;',
      "INSERT INTO once VALUES ('a');",
      '\\set ON_ERROR_ROLLBACK on',
      "BEGIN; INSERT INTO once VALUES ('b'); SELECT 1 / 0; COMMIT;",
      'TABLE once;',
    ]),
    cursor: script(['\\set FETCH_COUNT 7', 'SELECT i FROM generate_series(1, 100) i;']),
    'COPY text': copy('text'),
    'COPY binary': copy('binary'),
    cancel: script(['SELECT pg_sleep(20);', "SELECT 'after';"], { interrupt: 1000 }),
    notify: script(['LISTEN news;', "NOTIFY news, 'first ✓';", "SELECT pg_notify('news', 'second');"]),
    'large objects': script([
      '\\set QUIET on', // it would print OIDs
      "\\lo_import 'input.bin' 'a comment'",
      '\\set number :LASTOID',
      "\\lo_export :number 'output.bin'",
      'SELECT length(lo_get(:number));',
      '\\lo_unlink :number',
    ]),
    'big rows': script(BIG.map((sql) => `${sql};`)),
  },
};

const PIPELINE = `\\startpipeline
SELECT 1;
INSERT INTO told VALUES (:client_id, 1);
INSERT INTO told VALUES (:client_id, 2);
\\endpipeline
`;

const PIPELINE_ERRORS = PIPELINE.replace('1;', '1 / 0;');

/** A script of pgbench and what it left behind, read directly from the server. */
function bench(protocol: 'simple' | 'extended' | 'prepared', text: string): FeatureRun {
  return async (address) => {
    const folder = await mkdtemp(join(tmpdir(), 'auditorium-pgbench-'));
    const client = new pg.Client(address);
    await client.connect();
    try {
      await client.query('CREATE TABLE told (client int, word int)');
      await writeFile(join(folder, 'script.sql'), text);
      const args = ['-n', '-M', protocol, '-c', '1', '-t', '50', '-f', 'script.sql'];
      const { status, stdout } = await runProgram('pgbench', args, address, { cwd: folder });
      const processed = /actually processed: .*/.exec(stdout)?.[0];
      const { rows } = await client.query('SELECT word, count(*) FROM told GROUP BY 1 ORDER BY 1');
      return [status, processed, rows];
    } finally {
      await client.end();
      await rm(folder, { recursive: true, force: true });
    }
  };
}

const TWO = 'INSERT INTO told VALUES (:client_id, 1);\nSELECT count(*) FROM told;\n';

const PGBENCH: Driver = {
  name: 'pgbench',
  packages: PACKAGES,
  missing: () => missing('pgbench'),
  features: {
    simple: bench('simple', TWO),
    prepared: bench('prepared', TWO),
    pipeline: bench('prepared', PIPELINE),
    'pipeline errors': bench('extended', PIPELINE_ERRORS),
  },
};

export const POSTGRES_PROGRAMS: readonly Driver[] = [PSQL, PGBENCH];

function missing(program: string): string | null {
  const found = spawnSync(program, ['--version']).status === 0;
  return found ? null : `not installed (Debian: ${PACKAGES.join(' ')})`;
}
