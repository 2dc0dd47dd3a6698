/**
 * What compose.yaml starts, as plain processes: the secrets it makes, the database it prepares, and by the image's own commands,
 * as another user than root, an installed gateway and its issuer.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { instructionsOf, lastOf } from '../../build/deploy/dockerfile.ts';
import { startPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { install } from '../e2e/installed.ts';
import { startProgram } from '../e2e/program.ts';
import { clearAway } from '../leftovers.ts';

const DEPLOY = join(import.meta.dirname, '../../build/deploy');
const missing = ['openssl', 'psql', 'setpriv'].filter(
  (program) => spawnSync(program, ['--version']).error !== undefined,
);
if (missing.length > 0)
  process.stdout.write(`skipped: what compose.yaml starts (not on this machine: ${missing.join(', ')})\n`);

/** The image's user, where one may become another: root alone may, and the checkout must be open to it. */
const USER = 10001;

let opened: AsyncDisposableStack;
let folder: string;
let env: Record<string, string>;
/** What is written before each command. */
let as: readonly string[];

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  if (missing.length > 0) return;
  folder = await mkdtemp(join(tmpdir(), 'compose-'));
  await chmod(folder, 0o755);
  opened.defer(() => clearAway(folder));
  const { bin } = opened.use(await install());
  await chmod(join(dirname(bin), '../../..'), 0o755);
  await mkdir(join(folder, 'bin'));
  await symlink(bin, join(folder, 'bin/auditorium'));
  env = {
    AUDITORIUM_HOME: join(folder, 'state/home'), // as in the image
    PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env['PATH']}`,
  };
  as = otherUser(bin);
  await makePlace();
}, 120_000);
afterAll(() => opened.disposeAsync());

function otherUser(bin: string): readonly string[] {
  const words = ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--no-new-privs'];
  const [program = '', ...rest] = words;
  const { status } = spawnSync(program, [...rest, process.execPath, bin, '--version'], { env });
  if (status === 0) return words;
  process.stdout.write('compose: runs as the user of the tests, since another may not read this checkout\n');
  return [];
}

/** The volumes of compose.yaml, with what its service `secrets` puts there. */
async function makePlace(): Promise<void> {
  const owner = as.length > 0 ? USER : (process.getuid?.() ?? 0);
  for (const volume of ['gateway', 'database', 'state', 'issuer']) {
    await mkdir(join(folder, volume), { mode: 0o700 });
    await chown(join(folder, volume), owner, as.length > 0 ? USER : (process.getgid?.() ?? 0));
  }
  const own = `${process.getuid?.()}:${process.getgid?.()}`;
  const owners = { GATEWAY_OWNER: as.length > 0 ? `${USER}:${USER}` : own, DATABASE_OWNER: own };
  const script = [
    'sh',
    join(DEPLOY, 'compose/make-secrets.sh'),
    join(folder, 'gateway'),
    join(folder, 'database'),
  ];
  const { status, stderr } = spawnSync('env', script, { env: { ...env, ...owners }, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
}

/** A file of the compose folder, with the places of this test in place of a container's. */
async function localised(file: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const places = {
    '/run/gateway': join(folder, 'gateway'),
    '/run/database': join(folder, 'database'),
    '0.0.0.0:6432': '127.0.0.1:0',
    '127.0.0.1:6433': '127.0.0.1:0',
    ...more,
  };
  const written = await readFile(join(DEPLOY, 'compose', file), 'utf8');
  const text = Object.entries(places).reduce((so, [from, to]) => so.replaceAll(from, to), written);
  await writeFile(join(folder, file), text, { mode: 0o644 });
  return join(folder, file);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** PostgreSQL as compose.yaml has it, on a port of this machine. */
async function startDatabase(): Promise<number> {
  const [cert, key] = await Promise.all(
    ['server.crt', 'server.key'].map((file) => readFile(join(folder, 'database', file), 'utf8')),
  );
  const server = await startPostgres({ tls: { cert: cert ?? '', key: key ?? '' } });
  opened.defer(() => server.stop());
  const words = ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--file', await localised('shop.sql')];
  const { status, stderr } = spawnSync('psql', words, {
    encoding: 'utf8',
    env: { ...env, ...libpq(server) },
  });
  expect([status, stderr]).toEqual([0, '']);
  return server.port;
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

function libpq({ host, port, user, password, database }: Address) {
  return { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
}

const dockerfile = instructionsOf(await readFile(join(DEPLOY, 'Dockerfile'), 'utf8'));

/** What the image runs for an instruction, with another configuration. */
function imageCommand(word: string, config: string): string[] {
  const said = lastOf(dockerfile, word) ?? '';
  const words = z.array(z.string()).parse(JSON.parse(said.slice(said.indexOf('['))));
  return words.map((each) => (each === '/etc/auditorium/auditorium.yaml' ? config : each));
}

const Ready = z.object({ listen: z.string() });

/** Starts a container's program; resolves to where it listens. */
async function start(config: string) {
  const command = [...as, ...imageCommand('ENTRYPOINT', config), ...imageCommand('CMD', config), '--json'];
  const [program = '', ...rest] = command;
  const running = startProgram([program, ...rest], { cwd: folder, env, end: 'SIGTERM' });
  const { listen } = Ready.parse(await running.readyLine());
  return { ...running, port: Number(listen.split(':')[1]) };
}

function run(words: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const [program = '', ...rest] = words;
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', env: { ...env, ...more } });
  return { status, stdout, stderr };
}

test.skipIf(missing.length > 0)(
  'an agent with a token of the issuer gets its rows through the gateway',
  { timeout: 60_000 },
  async () => {
    const database = await startDatabase();
    const issuing = await freePort();
    const ports = { '127.0.0.1:4180': `127.0.0.1:${issuing}`, 'port: 4180': `port: ${issuing}` };
    // The certificate is for the name that containers have for each other.
    const there = { 'host: postgres': `host: 127.0.0.1\n    port: ${database}`, 'verify-full': 'verify-ca' };
    const state = { '/var/lib/auditorium': join(folder, 'state') };
    const gateway = await start(await localised('auditorium.yaml', { ...ports, ...there, ...state }));
    const issuerFile = await localised('issuer.yaml', {
      ...ports,
      '/var/lib/auditorium': join(folder, 'issuer'),
    });
    const issuer = await start(issuerFile);

    const health = run([...as, ...imageCommand('HEALTHCHECK', join(folder, 'auditorium.yaml'))]);
    expect([health.status, health.stderr]).toEqual([0, '']);
    const minting = ['token', '--sub', 'ada', '--groups', 'agents', '--config', issuerFile];
    const token = run([...as, 'auditorium', ...minting]).stdout.trim();
    const agent = {
      ...libpq({ host: 'localhost', port: gateway.port, user: 'ada', password: token, database: 'shop' }),
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: join(folder, 'gateway/ca.crt'),
    };
    expect(run(['psql', '-XAtc', 'SELECT count(*) FROM orders'], agent)).toEqual({
      status: 0,
      stdout: '100\n',
      stderr: '',
    });

    for (const { process: child, ended } of [gateway, issuer]) {
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
    expect(gateway.notes()).not.toContain('core-dumps.on');
    const verified = run([...as, 'auditorium', 'verify', join(folder, 'state/archive')]);
    expect(verified.stdout + verified.stderr).toMatch(/\b1 session\b/);
  },
);
