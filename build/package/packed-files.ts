/** Which files a package has, found without making one: the configuration’s own patterns over what is built and installed. */
import { execFileSync } from 'node:child_process';
import { globSync, lstatSync } from 'node:fs';
import { join, matchesGlob, sep } from 'node:path';
import { filesFor, type System } from './config.ts';

export interface PackedFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly bytes: number;
}

/** Files of the program and of all packages that it needs to run on this machine. */
export function packedFiles(root: string, system: System, arch: string): PackedFile[] {
  const patterns = filesFor(system).map((pattern) => pattern.replaceAll('${arch}', arch));
  const own = globSync(
    patterns.filter((pattern) => !pattern.startsWith('!')),
    { cwd: root },
  );
  const modules = installed(root).flatMap((folder) =>
    globSync('**/*', { cwd: join(root, folder), exclude: ['**/node_modules'] }).map((file) =>
      join(folder, file),
    ),
  );
  return [...new Set([...own, ...modules])]
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !isLeftOut(path, patterns))
    .flatMap((path) => {
      const stats = lstatSync(join(root, path));
      return stats.isFile() ? [{ path, bytes: stats.size }] : [];
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Folders of packages that are not there for developers alone, as npm says. */
export function installed(root: string): string[] {
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  // Where node_modules is a link, npm says where it leads.
  return listed
    .split('\n')
    .filter((line) => line.includes(`${sep}node_modules${sep}`))
    .map((line) => line.slice(line.indexOf(`${sep}node_modules${sep}`) + 1));
}

function isLeftOut(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => pattern.startsWith('!') && matchesGlob(path, pattern.slice(1)));
}

/** The name of the package that a file belongs to; null for our own. */
export function packageOf(path: string): string | null {
  const [, name] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return name ?? null;
}

/** Bytes that are installed, in MB of 10⁶. */
export function megabytes(files: readonly PackedFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
}
