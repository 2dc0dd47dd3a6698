/** Drivers in other languages, from Debian's packages: a program each that runs one feature and prints its result as JSON. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestAddress } from '../gateway.ts';
import type { Driver, Feature, FeatureRun } from './driver.ts';

const FOLDER = join(import.meta.dirname, 'programs');

const PGJDBC = '/usr/share/java/postgresql.jar';

/** Where Java's compiler puts what it makes. */
const CLASSES = join(import.meta.dirname, '../../out/drivers');

/** Of a run that hangs: the slowest takes seconds. */
const PATIENCE_MS = 60_000;

const PYTHON = '/usr/bin/python3'; // Debian's: another has no packages of Debian's

interface Program {
  readonly name: string;
  readonly packages: readonly string[];
  /** Ends with status 0 where the driver is installed. */
  readonly probe: readonly [program: string, ...args: string[]];
  readonly command: readonly [program: string, ...args: string[]];
  /** Once, before the first run. */
  readonly build?: () => void;
  readonly features: readonly Feature[];
  readonly clearPassword?: boolean;
}

function python(name: string, file: string, packages: readonly string[], module: string) {
  return {
    name,
    packages: ['python3', ...packages],
    probe: [PYTHON, '-c', `import ${module}`],
    command: [PYTHON, join(FOLDER, file)],
  } as const;
}

const COPY = ['COPY text', 'COPY binary'] as const;

const PROGRAMS: readonly Program[] = [
  {
    ...python('psycopg2', 'psycopg2_client.py', ['python3-psycopg2'], 'psycopg2'),
    features: ['simple', 'errors', 'cursor', ...COPY, 'cancel', 'notify', 'large objects', 'big rows'],
  },
  {
    ...python('psycopg 3', 'psycopg3_client.py', ['python3-psycopg'], 'psycopg'),
    features: [
      ...(['simple', 'errors', 'prepared', 'pipeline', 'pipeline errors', 'binary', 'cursor'] as const),
      ...([...COPY, 'cancel', 'notify', 'big rows'] as const),
    ],
  },
  {
    ...python('asyncpg', 'asyncpg_client.py', ['python3-asyncpg'], 'asyncpg'),
    features: [
      ...(['simple', 'errors', 'prepared', 'pipeline', 'pipeline errors', 'binary', 'cursor'] as const),
      ...([...COPY, 'cancel', 'notify', 'big rows'] as const),
    ],
  },
  {
    ...python('pg8000', 'pg8000_client.py', ['python3-pg8000'], 'pg8000'),
    features: ['simple', 'errors', 'prepared', 'cursor', ...COPY, 'big rows'],
    clearPassword: true,
  },
  {
    name: 'pgjdbc',
    packages: ['libpostgresql-jdbc-java', 'default-jdk-headless'],
    probe: ['javac', '-version'],
    command: ['java', '-XX:TieredStopAtLevel=1', '-cp', `${PGJDBC}:${CLASSES}`, 'JdbcClient'],
    build() {
      mkdirSync(CLASSES, { recursive: true });
      const { status, stderr } = spawnSync(
        'javac',
        ['-encoding', 'UTF-8', '-cp', PGJDBC, '-d', CLASSES, join(FOLDER, 'JdbcClient.java')],
        { encoding: 'utf8' },
      );
      if (status !== 0) throw new Error(`javac failed: ${stderr}`);
    },
    features: [
      ...(['simple', 'errors', 'prepared', 'pipeline', 'pipeline errors', 'binary', 'cursor'] as const),
      ...([...COPY, 'cancel', 'notify', 'large objects', 'big rows'] as const),
    ],
  },
  {
    name: 'DBD::Pg',
    packages: ['libdbd-pg-perl'],
    probe: ['/usr/bin/perl', '-MDBD::Pg', '-e', '1'],
    command: ['/usr/bin/perl', join(FOLDER, 'dbd_pg_client.pl')],
    features: ['simple', 'errors', 'prepared', ...COPY, 'cancel', 'notify', 'large objects', 'big rows'],
  },
  {
    name: 'ruby-pg',
    packages: ['ruby-pg'],
    probe: ['/usr/bin/ruby', '-e', "require 'pg'"],
    command: ['/usr/bin/ruby', join(FOLDER, 'ruby_pg_client.rb')],
    features: [
      ...(['simple', 'errors', 'prepared', 'pipeline', 'pipeline errors', 'binary'] as const),
      ...([...COPY, 'cancel', 'notify', 'large objects', 'big rows'] as const),
    ],
  },
  {
    ...python('psqlODBC', 'odbc_client.py', ['python3-pyodbc', 'odbc-postgresql'], 'pyodbc'),
    features: ['simple', 'errors', 'prepared', 'big rows'],
  },
];

/** All of them. */
export const PROGRAM_DRIVERS: readonly Driver[] = PROGRAMS.map((program) => {
  let built = false;
  const run = (feature: Feature): FeatureRun => {
    return async (address) => {
      if (!built) program.build?.();
      built = true;
      return runProgram(program, feature, address);
    };
  };
  return {
    name: program.name,
    packages: program.packages,
    missing: () => missing(program),
    features: Object.fromEntries(program.features.map((feature) => [feature, run(feature)])),
    clearPassword: program.clearPassword ?? false,
  };
});

function missing({ name, packages, probe: [program, ...args] }: Program): string | null {
  const found = spawnSync(program, args).status === 0 && (name !== 'pgjdbc' || existsSync(PGJDBC));
  return found ? null : `not installed (Debian: ${packages.join(' ')})`;
}

async function runProgram(program: Program, feature: Feature, address: TestAddress): Promise<unknown> {
  const [file, ...args] = program.command;
  const { host, port, user, password, database } = address;
  const { stdout } = await promisify(execFile)(file, [...args, feature], {
    env: {
      PATH: process.env['PATH'],
      LC_ALL: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
    },
    maxBuffer: 64 << 20,
    timeout: PATIENCE_MS,
  });
  return JSON.parse(stdout) as unknown;
}
