/**
 * PostgreSQL's own tests, made ready on Debian: the drivers come with postgresql-server-dev, the scripts with PostgreSQL's
 * source package, and what the scripts load into the server is compiled. All of it is kept in a cache folder.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';
import { fetchSource } from './debian-source.ts';
import { Unavailable } from './unavailable.ts';

/** Where everything is that a run needs; readable by the account that runs it. */
export interface Suites {
  /** PostgreSQL's version, as the source package says it. */
  readonly version: string;
  /** initdb, postgres and psql. */
  readonly bin: string;
  readonly regress: Suite;
  readonly isolation: Suite;
  /** The modules that the regression scripts load. */
  readonly modules: string;
}

/** One driver and its scripts. */
export interface Suite {
  readonly driver: string;
  readonly scripts: string;
  readonly schedule: string;
}

const DEBIAN = '/usr/lib/postgresql';

/** What of the sources is kept. */
const PARTS = ['src/test/regress', 'src/test/isolation', 'contrib/spi'];

/** C sources within {@link PARTS}, by the module they become. */
const MODULES = {
  regress: 'src/test/regress/regress.c',
  refint: 'contrib/spi/refint.c',
  autoinc: 'contrib/spi/autoinc.c',
};

/** Finds what is there, and as root on Debian installs what is not. Throws {@link Unavailable}. */
export async function prepareSuites(): Promise<Suites> {
  const major = await installServer();
  const root = join(DEBIAN, major);
  const cache = join(cacheFolder(), `postgresql-${major}`);
  const version = (await cachedVersion(cache)) ?? (await fetchSuites(cache, major, root));
  const sources = join(cache, version);
  const suite = (driver: string, folder: string, schedule: string): Suite => {
    const scripts = join(sources, folder);
    return { driver: join(pgxs(root), driver), scripts, schedule: join(scripts, schedule) };
  };
  return {
    version,
    bin: join(root, 'bin'),
    regress: suite('regress/pg_regress', 'src/test/regress', 'parallel_schedule'),
    isolation: suite('isolation/pg_isolation_regress', 'src/test/isolation', 'isolation_schedule'),
    modules: join(sources, 'modules'),
  };
}

function pgxs(root: string): string {
  return join(root, 'lib/pgxs/src/test');
}

/** Root's own folder is closed to the account that the server runs as. */
function cacheFolder(): string {
  if (userInfo().uid === 0) return '/var/cache/auditorium';
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'auditorium');
}

/** The newest PostgreSQL that has its test drivers beside it; installs Debian's when there is none. */
async function installServer(): Promise<string> {
  const found = await installedServer();
  if (found !== null) return found;
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version'))
    throw new Unavailable(
      'needs Debian: PostgreSQL’s test drivers come from its postgresql-server-dev packages',
    );
  if (userInfo().uid !== 0)
    throw new Unavailable(
      'needs PostgreSQL and its test drivers: run as root, or apt-get install postgresql postgresql-server-dev-all',
    );
  await run('apt-get', ['update']);
  const install = ['install', '-y', '--no-install-recommends'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', [...install, 'postgresql', 'postgresql-server-dev-all', 'gcc', 'libc6-dev'], { env });
  const installed = await installedServer();
  if (installed === null) throw new Unavailable('Debian’s PostgreSQL packages bring no test drivers here');
  return installed;
}

async function installedServer(): Promise<string | null> {
  const majors = existsSync(DEBIAN) ? await readdir(DEBIAN) : [];
  const complete = majors.filter((major) => {
    const root = join(DEBIAN, major);
    return existsSync(join(root, 'bin/initdb')) && existsSync(join(pgxs(root), 'regress/pg_regress'));
  });
  return complete.toSorted((a, b) => Number(a) - Number(b)).at(-1) ?? null;
}

/** A folder in the cache is whole: it is renamed into place when it is. */
async function cachedVersion(cache: string): Promise<string | null> {
  const versions = existsSync(cache) ? await readdir(cache) : [];
  return versions.find((name) => /^\d/.test(name)) ?? null;
}

/** Fetches and compiles; returns the version. */
async function fetchSuites(cache: string, major: string, root: string): Promise<string> {
  await mkdir(cache, { recursive: true, mode: 0o755 });
  const folder = await mkdtemp(join(cache, 'new-'));
  try {
    const { version, tarball } = await fetchSource(folder, `postgresql-${major}`);
    const whole = join(folder, 'whole');
    await mkdir(join(whole, 'modules'), { recursive: true });
    const upstream = version.replace(/-.*/, '');
    const parts = PARTS.map((part) => `postgresql-${upstream}/${part}`);
    await run('tar', ['-xf', tarball, '-C', whole, '--strip-components=1', '--no-same-owner', ...parts]);
    await compile(whole, root);
    await rename(whole, join(cache, version));
    return version;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compile(whole: string, root: string): Promise<void> {
  const [include] = (await run(join(root, 'bin/pg_config'), ['--includedir-server'])).split('\n');
  const flags = ['-shared', '-fPIC', '-O1', '-w', `-I${include}`];
  for (const [module, source] of Object.entries(MODULES)) {
    await run('gcc', [...flags, '-o', join(whole, 'modules', `${module}.so`), join(whole, source)]);
  }
}
