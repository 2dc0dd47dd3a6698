/** A throw-away cluster of Debian's PostgreSQL whose log says every statement that reached it: the second witness. */
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTied } from '../../bench/tied.ts';
import type { Account } from './account.ts';
import { run } from './command.ts';

export interface Cluster {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The server's log in CSV. */
  readonly log: string;
}

const HOST = '127.0.0.1';

const USER = 'postgres';

const PASSWORD = 'only-for-tests';

/** Longer than a start takes on a busy machine, ms. */
const START_MS = 60_000;

/**
 * As pg_regress sets up its own instances (`--temp-instance`), less durability: `max_prepared_transactions` chooses between
 * two expected outputs; autovacuum would make plans depend on time.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_prepared_transactions: '2',
  max_connections: '100',
  fsync: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  logging_collector: 'on',
  log_destination: 'csvlog',
  log_filename: 'server',
  log_rotation_age: '0',
  log_rotation_size: '0',
  log_statement: 'all',
};

/** Starts a server in `folder`, which is emptied by whoever made it; `stack` stops the server. */
export async function startCluster(
  folder: string,
  { bin, port, account }: { readonly bin: string; readonly port: number; readonly account: Account },
  stack: AsyncDisposableStack,
): Promise<Cluster> {
  await mkdir(folder);
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, PASSWORD);
  if (account.uid !== undefined && account.gid !== undefined)
    for (const path of [folder, passwordFile]) await chown(path, account.uid, account.gid);
  const data = join(folder, 'data');
  const log = join(folder, 'log');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
  const flags = [
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '-U',
    USER,
  ];
  await run(join(bin, 'initdb'), ['-D', data, ...flags], { ...account, cwd: folder, env });
  const settings = Object.entries({ ...SETTINGS, log_directory: log }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  stack.use(
    await startTied(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings], {
      uid: account.uid,
      env,
      stopSignal: 'INT',
    }),
  );
  await ready(bin, port);
  return { host: HOST, port, user: USER, password: PASSWORD, log: join(log, 'server.csv') };
}

async function ready(bin: string, port: number): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      await run(join(bin, 'pg_isready'), ['-q', '-h', HOST, '-p', String(port)]);
      return;
    } catch (cause) {
      if (Date.now() > deadline) throw new Error('PostgreSQL did not start', { cause });
      await sleep(100);
    }
  }
}
