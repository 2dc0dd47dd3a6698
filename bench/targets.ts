/** What lies between client and server, each in a process of its own, all up during the whole run. */
import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startGatewayTarget } from './gateway-target.ts';
import type { TargetName } from './options.ts';
import { freePort } from '../main/demo/free-port.ts';
import { connectRaw, type Address } from './raw-client.ts';
import { startTied } from './tied.ts';

export interface Target {
  readonly name: TargetName;
  readonly address: Address;
  /** The process that relays; null for none. */
  readonly pid: number | null;
  /** The folder of volumes it records into; null when it does not record. */
  readonly archive: string | null;
}

/** What stands behind the targets: a PostgreSQL, and the port of one that does nothing (see idle-server.ts). */
export interface Servers {
  readonly server: Address;
  readonly idle: number;
}

const PIPE = join(import.meta.dirname, 'pipe.ts');

/** Starts one target in front of the servers; null when this machine has no such program. `stack` ends it. */
export function startTarget(
  name: TargetName,
  servers: Servers,
  stack: AsyncDisposableStack,
): Promise<Target | null> {
  return STARTERS[name](servers, stack);
}

type Starter = (servers: Servers, stack: AsyncDisposableStack) => Promise<Target | null>;

const STARTERS: Readonly<Record<TargetName, Starter>> = {
  direct: ({ server }) => Promise.resolve({ name: 'direct', address: server, pid: null, archive: null }),
  pipe: startPipe,
  pgbouncer: startPgbouncer,
  process: (servers, stack) => startGatewayTarget('process', servers, stack),
  intent: (servers, stack) => startGatewayTarget('intent', servers, stack),
  policy: (servers, stack) => startGatewayTarget('policy', servers, stack),
  masked: (servers, stack) => startGatewayTarget('masked', servers, stack),
};

async function startPipe({ server }: Servers, stack: AsyncDisposableStack): Promise<Target> {
  const pipe = stack.use(await startTied(process.execPath, [PIPE, String(server.port)]));
  const port = Number(await pipe.line());
  return { name: 'pipe', address: { ...server, port }, pid: pipe.pid, archive: null };
}

/** pgbouncer refuses to run as root; nobody (65534 everywhere) will do. */
const uid = process.getuid?.() === 0 ? 65_534 : undefined;

/** pgbouncer, session pooling: a connection of its own upstream for each client, as the others have. */
async function startPgbouncer({ server }: Servers, stack: AsyncDisposableStack): Promise<Target | null> {
  if (!(await installed('pgbouncer'))) return null;
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-pgbouncer-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'pgbouncer.ini');
  const port = await freePort();
  const { host, database, user, password } = server;
  await writeFile(
    file,
    `[databases]
${database} = host=${host} port=${server.port} dbname=${database} user=${user} password='${password}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = session
default_pool_size = 64
server_reset_query =
log_connections = 0
log_disconnections = 0
ignore_startup_parameters = extra_float_digits,options
`,
  );
  if (uid !== undefined) for (const path of [folder, file]) await chown(path, uid, uid);
  const pgbouncer = stack.use(await startTied('pgbouncer', ['--quiet', file], { uid }));
  const address = { ...server, port };
  await answering(address);
  return { name: 'pgbouncer', address, pid: pgbouncer.pid, archive: null };
}

async function installed(program: string): Promise<boolean> {
  try {
    await promisify(execFile)(program, ['--version']);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a log-in succeeds; a server starts in about a second, 20 s is a failure. */
async function answering(address: Address): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    try {
      const client = await connectRaw(address, 'bench');
      await client.close();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
