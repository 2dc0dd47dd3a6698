/** In a checkout: builds what is to be shown when its sources are newer than what was built. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { glob, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { CommandError } from './failure.ts';
import type { Package } from './package.ts';

/** What can be built: the window alone, or the desktop app with it. */
const TARGETS = {
  window: { package: 'vite', program: 'bin/vite.js', sources: ['renderer/**/*', 'shared/**/*.ts'] },
  app: {
    package: 'electron-vite',
    program: 'bin/electron-vite.js',
    sources: ['renderer/**/*', 'shared/**/*.ts', 'main/**/*.ts', 'gateway/**/*.ts'],
  },
} as const;
export type Target = keyof typeof TARGETS;

/** What every build depends on. */
const BASE = ['build/window.ts', '*.config.ts', 'package-lock.json'];

/** Makes sure that the target is built from the sources that are here. `progress` is told before it takes a while. */
export async function ensureBuilt(
  here: Package,
  target: Target,
  progress: (line: string) => void,
): Promise<void> {
  const output = target === 'window' ? join(here.renderer, 'index.html') : here.electronEntry;
  const built = await modified(output);
  if (!here.checkout) {
    if (built === null) throw new CommandError('NOT_BUILT', `${output} is missing: install Auditorium again`);
    return;
  }
  if (built !== null && built >= (await newest(here.root, TARGETS[target].sources))) return;
  progress(`building the ${target} …`);
  await build(here.root, target);
}

async function newest(root: string, sources: readonly string[]): Promise<number> {
  let latest = 0;
  for await (const file of glob([...sources, ...BASE], { cwd: root, exclude: ['**/*.test.*'] })) {
    latest = Math.max(latest, (await modified(join(root, file))) ?? 0);
  }
  return latest;
}

/** When the file was last changed, in ms since 1970; null when there is none. */
async function modified(file: string): Promise<number | null> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? found.mtimeMs : null;
}

async function build(root: string, target: Target): Promise<void> {
  const { package: name, program } = TARGETS[target];
  const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`));
  const child = spawn(process.execPath, [join(folder, program), 'build', '--logLevel', 'error'], {
    cwd: root,
    // Whatever this process runs as, people get the libraries without their development checks.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [complaints, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (status === 0) return;
  const reason = reasonIn(complaints) || `status ${String(status)}`;
  throw new CommandError('NOT_BUILT', `the ${target} does not build: ${reason}; npm run build says more`);
}

/** What the builder says went wrong, and where: the two lines below its headings. */
function reasonIn(complaints: string): string {
  return stripVTControlCharacters(complaints)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(✗|error during build|Build failed)/.test(line))
    .slice(0, 2)
    .join(' ');
}
