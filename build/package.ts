/**
 * `npm run package`: packages of the desktop app for this system. `--dir` makes only the folder that would be packed;
 * `--electron PATH` takes a folder or zip of Electron that is there already, as ELECTRON_OVERRIDE_DIST_PATH does.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'electron-builder';
import { packageConfig, unsignedBecause, type System } from './package/config.ts';
import { licences } from './package/licences.ts';
import { installed } from './package/packed-files.ts';
import { feedNamedIn, signFeeds } from './package/update-feed.ts';

const ROOT = join(import.meta.dirname, '..');

const { values } = parseArgs({
  options: { dir: { type: 'boolean', default: false }, electron: { type: 'string' } },
});
const system = process.platform as System;
const given = values.electron ?? process.env['ELECTRON_OVERRIDE_DIST_PATH'];
const options = { system, electronDist: given === undefined ? null : resolve(given), env: process.env };

run('electron-vite', 'build', '--logLevel', 'error');
writePapers();
const unsigned = unsignedBecause(options);
const feed = feedNamedIn(process.env);
if (unsigned !== null) say(`not signed: ${unsigned}`);
const made = await build({ projectDir: ROOT, dir: values.dir, config: packageConfig(ROOT, options) });
if (feed === null) say('no updates: neither AUDITORIUM_UPDATE_URL nor AUDITORIUM_UPDATE_KEY is set');
else if (!values.dir) {
  const signed = signFeeds(join(ROOT, 'out/packages'), feed, process.env);
  say(
    signed.length === 0
      ? 'feed not signed: AUDITORIUM_UPDATE_SIGNING_KEY is not set'
      : `signed ${signed.join(', ')}`,
  );
}
say(made.length === 0 ? `packed in ${join(ROOT, 'out/packages')}` : made.join('\n'));

/** The licences of what comes along, and what that is (CycloneDX). */
function writePapers(): void {
  const folder = join(ROOT, 'out/package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'licences.txt'), licences(ROOT, installed(ROOT)));
  const sbom = run('npm', 'sbom', '--omit=dev', '--sbom-format=cyclonedx', '--package-lock-only');
  writeFileSync(join(folder, 'sbom.cdx.json'), sbom);
}

function run(program: string, ...words: readonly string[]): string {
  return execFileSync(program, words, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
    shell: process.platform === 'win32',
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
