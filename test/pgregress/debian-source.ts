/** Source packages of the Debian that this is, without touching the machine's own package lists. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from './command.ts';
import { Unavailable } from './unavailable.ts';

/** Where Debian's installer puts the machine's package sources, in the new format and the old one. */
const SOURCE_LISTS = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

/** An upstream tarball, and the version of the package it is of. */
export interface SourcePackage {
  readonly version: string;
  readonly tarball: string;
}

/**
 * Fetches the newest upstream tarball that can be had into `folder`: mirrors keep binaries longer than sources. Throws
 * {@link Unavailable}.
 */
export async function fetchSource(folder: string, name: string): Promise<SourcePackage> {
  const apt = await aptForSources(folder);
  const listed = await run('apt-cache', [...apt, 'showsrc', name]);
  const versions = [...listed.matchAll(/^Version: (.+)$/gm)].map(([, version = '']) => version);
  let refusal: unknown;
  for (const version of versions.toSorted((a, b) => byVersion(b, a))) {
    try {
      await run('apt-get', [...apt, 'source', '--download-only', `${name}=${version}`], { cwd: folder });
      const tarball = (await readdir(folder)).find((file) => file.includes('.orig.tar.'));
      if (tarball !== undefined) return { version, tarball: join(folder, tarball) };
    } catch (error) {
      refusal = error;
    }
  }
  throw new Unavailable(`the source package ${name} cannot be fetched`, { cause: refusal });
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Options of apt with which it knows the sources of Debian's packages, and keeps all it fetches in `folder`. */
async function aptForSources(folder: string): Promise<string[]> {
  const parts = join(folder, 'sources.list.d');
  for (const made of [parts, join(folder, 'lists/partial')]) await mkdir(made, { recursive: true });
  for (const list of SOURCE_LISTS.filter((path) => existsSync(path))) {
    const text = await readFile(list, 'utf8');
    const sources = text.replaceAll(/^(deb|Types: *deb)(?= |$)/gm, '$1-src');
    await writeFile(join(parts, basename(list).replace(/^sources\.list$/, 'debian.list')), sources);
  }
  const options = [
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${parts}`,
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  await run('apt-get', [...options, 'update']);
  return options;
}
