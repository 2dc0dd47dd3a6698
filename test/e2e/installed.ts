/**
 * Auditorium as npm installs it: what was built and nothing of the sources, what it depends on and nothing that only a
 * checkout has.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ensureBuilt } from '../../main/built.ts';
import { packageOf } from '../../main/package.ts';

const ROOT = join(import.meta.dirname, '../..');

const Packed = z.tuple([z.object({ files: z.array(z.object({ path: z.string() })) })]);
const Names = z.record(z.string(), z.string());
const Manifest = z.object({ dependencies: Names, optionalDependencies: Names });

export interface Installed extends AsyncDisposable {
  /** What npm links the command `auditorium` to. */
  readonly bin: string;
}

/** Builds what is older than its sources, and installs it in a folder of its own. */
export async function install(): Promise<Installed> {
  for (const target of ['window', 'app'] as const) await ensureBuilt(packageOf(ROOT), target, () => {});
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-installed-'));
  const root = join(folder, 'node_modules/auditorium');
  for (const file of await packedFiles()) await cp(join(ROOT, file), join(root, file));
  for (const name of await dependencies()) await link(name, join(root, 'node_modules'));
  return {
    bin: join(root, 'bin/auditorium.mjs'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What npm would pack. */
async function packedFiles(): Promise<string[]> {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', words, { cwd: ROOT });
  const [{ files }] = Packed.parse(JSON.parse(stdout));
  return files.map(({ path }) => path);
}

async function dependencies(): Promise<string[]> {
  const text = await readFile(join(ROOT, 'package.json'), 'utf8');
  const { dependencies: needed, optionalDependencies: wanted } = Manifest.parse(JSON.parse(text));
  return [...Object.keys(needed), ...Object.keys(wanted)];
}

/** Links a package of the checkout; one for another platform is not there. */
async function link(name: string, folder: string): Promise<void> {
  const target = await realpath(join(ROOT, 'node_modules', name)).catch(() => null);
  if (target === null) return;
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await symlink(target, join(folder, name));
}
