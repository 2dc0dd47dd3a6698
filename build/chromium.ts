/** Where Chromium is on this machine, and how it gets there when it is not: the tests of the window drive it. */
import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

/** What it is called on PATH; the first one found is taken. */
const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'chrome.exe',
];

/** Said when all else failed. */
export const CHROMIUM_MISSING =
  'Chromium is missing and could not be installed: install the package "chromium" (Debian: apt-get install chromium) or run `npx playwright-core install --with-deps chromium`, then try again';

/** The path of a Chromium that can be run; null when there is none. */
export function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, chromium.executablePath()].find((path) => isExecutable(path)) ?? null;
}

/** Installs Chromium: from Debian's packages where we may, else by Playwright's own download. Says where it is, or null. */
export function installChromium(): string | null {
  const mayUseApt = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  const attempts = mayUseApt ? [installByApt, installByApt, installByPlaywright] : [installByPlaywright];
  for (const attempt of attempts) {
    attempt();
    const path = findChromium();
    if (path !== null) return path;
  }
  return null;
}

function installByApt(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options: SpawnSyncOptions = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  spawnSync('apt-get', ['-qq', 'update'], options);
  spawnSync('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'chromium'], options);
}

function installByPlaywright(): void {
  const cli = join(import.meta.dirname, '../node_modules/playwright-core/cli.js');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'ignore' });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
