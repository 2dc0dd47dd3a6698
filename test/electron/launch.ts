/** Starts the desktop app under Playwright, where its binary and a display are. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { ensureBuilt } from '../../main/built.ts';
import { electronBinary, hasDisplay } from '../../main/desktop.ts';
import { packageOf } from '../../main/package.ts';
import { writeSmallArchive } from '../../main/testing/small-archive.ts';

export const here = packageOf(import.meta.dirname);
export const program = electronBinary(here.root, process.env);

/** Why the desktop app cannot be tried on this machine; null when it can. */
export function obstacle(): string | null {
  if (program === null)
    return 'the Electron binary is not installed (npx install-electron, or ELECTRON_OVERRIDE_DIST_PATH)';
  return hasDisplay(process.env, process.platform) ? null : 'there is no display (xvfb-run gives one)';
}

/** A desktop app on an archive of its own, in a user folder of its own. */
export interface Launched extends AsyncDisposable {
  readonly app: ElectronApplication;
  readonly folder: string;
  /** The archive’s only session. */
  readonly session: string;
  /** Words that start a second instance of it. */
  readonly words: readonly string[];
  readonly env: Record<string, string>;
}

export async function launch(): Promise<Launched> {
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-electron-'));
  const home = process.env['AUDITORIUM_HOME'];
  process.env['AUDITORIUM_HOME'] = join(folder, 'home');
  const session = writeSmallArchive(join(folder, 'archive'));
  await ensureBuilt(here, 'app', () => undefined);
  // Chromium's sandbox refuses to run as root, as CI machines do.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const words = [here.electronEntry, ...sandbox];
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
  );
  const app = await _electron.launch({
    executablePath: program ?? '',
    args: [...words, join(folder, 'archive')],
    env,
  });
  return {
    app,
    folder,
    session,
    words,
    env,
    async [Symbol.asyncDispose]() {
      await app.close();
      if (home === undefined) delete process.env['AUDITORIUM_HOME'];
      else process.env['AUDITORIUM_HOME'] = home;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
