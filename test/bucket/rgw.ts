/**
 * A real S3 server for tests: Ceph's RADOS gateway over a monitor and one store in memory, on loopback, from Debian's packages.
 * Up in about ten seconds; keeps nothing.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../main/demo/free-port.ts';

const run = promisify(execFile);

/** Where a bucket is reached, and by whom. */
export interface S3Server extends AsyncDisposable {
  /** http://127.0.0.1:port */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Kills what answers requests; what is stored stays, and is there again when the answer has been called. */
  kill(): Promise<() => Promise<void>>;
}

/** Debian's packages that hold the programs. */
export const RGW_PACKAGES = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common'];

const PROGRAMS = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph-authtool', 'monmaptool', 'ceph'];

/** Why no server can be started here; null when one can. */
export function rgwMissing(): string | null {
  const lacking = PROGRAMS.filter((program) => !existsSync(`/usr/bin/${program}`));
  if (lacking.length === 0) return null;
  return `${lacking.join(', ')} missing: apt-get install -y --no-install-recommends ${RGW_PACKAGES.join(' ')}`;
}

/** How long each part may take to answer, ms: other tests may have all processors. */
const PATIENCE_MS = 60_000;

const CREDENTIALS = { accessKeyId: 'auditorium', secretAccessKey: 'of-a-test-alone' } as const;

/** Starts one; disposing of it ends its processes and removes its folder. */
export async function startRgw(): Promise<S3Server> {
  await using opened = new AsyncDisposableStack();
  let stack: AsyncDisposableStack | null = null;
  const stackOf = () => stack ?? opened;
  const dir = await mkdtemp(join(tmpdir(), 'auditorium-rgw-'));
  opened.defer(() => rm(dir, { recursive: true, force: true }));
  const ports = { monitor: await freePort(), http: await freePort() };
  const place = await prepare(dir, ports);
  const start = async (program: string, ...args: string[]) => {
    const child = await launch(dir, program, ['-c', place.conf, '-f', ...args]);
    stackOf().defer(() => end(child));
    return child;
  };
  await start('ceph-mon', '-i', 'a');
  const osd = await addStore(dir, place);
  await start('ceph-osd', '-i', '0', '--keyring', osd);
  await until(async () => (await ceph(place, 'osd', 'stat')).includes('1 up'), 'the store');
  const endpoint = `http://127.0.0.1:${ports.http}`;
  const serve = async () => {
    const child = await start('radosgw', '-n', 'client.rgw', '-k', place.keyring);
    await until(async () => (await fetch(endpoint)).ok, 'the gateway');
    return child;
  };
  let gateway = await serve();
  await addUser(place);
  const whole = (stack = opened.move());
  const kill = async () => {
    await end(gateway);
    return async () => void (gateway = await serve());
  };
  return { endpoint, ...CREDENTIALS, kill, [Symbol.asyncDispose]: () => whole.disposeAsync() };
}

interface Place {
  readonly conf: string;
  readonly keyring: string;
}

/** Writes the configuration and keys and makes the monitor's store. */
async function prepare(dir: string, ports: { monitor: number; http: number }): Promise<Place> {
  const place = { conf: join(dir, 'ceph.conf'), keyring: join(dir, 'keyring') };
  const fsid = randomUUID();
  await writeFile(place.conf, configuration(dir, fsid, ports));
  await mkdir(join(dir, 'mon'));
  await mkdir(join(dir, 'osd'));
  const caps = (...pairs: string[]) => pairs.map((pair) => ['--cap', pair.split('=')]).flat(2);
  const key = (name: string, create: string[], ...pairs: string[]) =>
    run('ceph-authtool', [...create, place.keyring, '--gen-key', '-n', name, ...caps(...pairs)]);
  await key('mon.', ['--create-keyring'], 'mon=allow *');
  await key('client.admin', [], 'mon=allow *', 'osd=allow *', 'mgr=allow *');
  await key('client.rgw', [], 'mon=allow rw', 'osd=allow rwx');
  const monmap = join(dir, 'monmap');
  const address = `[v2:127.0.0.1:${ports.monitor}]`;
  await run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', address, monmap]);
  const mkfs = ['-c', place.conf, '--mkfs', '-i', 'a', '--monmap', monmap, '--keyring', place.keyring];
  await run('ceph-mon', mkfs);
  return place;
}

/** Everything in `dir`; one copy of each object; nothing that runs in the background for weeks. */
function configuration(dir: string, fsid: string, ports: { monitor: number; http: number }): string {
  return `[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${ports.monitor}/0]
public addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 1000
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 2147483648
run dir = ${dir}
log file = ${dir}/$name.log
admin socket = ${dir}/$name.asok
pid file = ${dir}/$name.pid
mon data = ${dir}/mon
osd data = ${dir}/osd
keyring = ${dir}/keyring
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${ports.http}
rgw data = ${dir}
rgw run sync thread = false
rgw enable gc threads = false
rgw enable lc threads = false
`;
}

/** Registers the one store and makes its folder; returns the path of its key. */
async function addStore(dir: string, place: Place): Promise<string> {
  const keyring = join(dir, 'osd.keyring');
  const uuid = randomUUID();
  await run('ceph-authtool', ['--create-keyring', keyring, '--gen-key', '-n', 'osd.0']);
  const { stdout: secret } = await run('ceph-authtool', ['-p', '-n', 'osd.0', keyring]);
  const told = join(dir, 'osd.json');
  await writeFile(told, JSON.stringify({ cephx_secret: secret.trim() }), { mode: 0o600 });
  await until(async () => (await ceph(place, 'osd', 'new', uuid, '-i', told)).trim() === '0', 'the monitor');
  await run('ceph-osd', ['-c', place.conf, '-i', '0', '--mkfs', '--osd-uuid', uuid, '--keyring', keyring]);
  return keyring;
}

async function addUser({ conf, keyring }: Place): Promise<void> {
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  const user = ['--uid=test', '--display-name=test', `--access-key=${accessKeyId}`];
  const admin = ['-c', conf, '-n', 'client.rgw', '-k', keyring];
  await run('radosgw-admin', [...admin, 'user', 'create', ...user, `--secret=${secretAccessKey}`]);
}

async function ceph({ conf, keyring }: Place, ...args: string[]): Promise<string> {
  const { stdout } = await run('ceph', ['-c', conf, '-k', keyring, '--connect-timeout', '20', ...args]);
  return stdout;
}

async function launch(dir: string, program: string, args: readonly string[]): Promise<ChildProcess> {
  await using output = await open(join(dir, `${program}.out`), 'w');
  return spawn(program, args, { stdio: ['ignore', output.fd, output.fd] });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL'); // it keeps nothing that an orderly end would save
  await gone;
}

/** Asks again and again, errors being a no, until the answer is yes. */
async function until(ready: () => Promise<boolean>, what: string): Promise<void> {
  let cause: unknown;
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    try {
      if (await ready()) return;
    } catch (error) {
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} of the S3 server for tests did not come up in ${PATIENCE_MS / 1000} s`, { cause });
}
