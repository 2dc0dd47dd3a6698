/**
 * The desktop app: the same API and window as in a browser, served to Electron's own scheme, so that nothing listens on a port.
 * The only file that knows Electron: what it does with it is main/desktop, which compiles against what Electron is here and runs
 * on a stand-in in tests.
 */
import * as electron from 'electron';
import { Desktop } from '../desktop/desktop.ts';
import { desktopFileOfUser } from '../desktop/desktop-file.ts';
import type { DesktopShell } from '../desktop/shell.ts';
import { tellFailure } from '../desktop/dialogs.ts';
import { DIALOG } from '../desktop/words.ts';
import { packageOf } from '../package.ts';

const shell: DesktopShell = electron;

const desktop = new Desktop({
  shell,
  arch: process.arch,
  env: process.env,
  fetch,
  updater: async () => (await import('electron-updater')).default.autoUpdater,
  // Behind the program's name, and behind its entry where that is not built in.
  words: process.argv.slice(electron.app.isPackaged ? 1 : 2),
  folder: process.cwd(),
  platform: process.platform,
  file: desktopFileOfUser(),
  here: packageOf(import.meta.dirname),
  say: (line) => void process.stderr.write(`${line}\n`),
  now: () => performance.now(),
  clock: Date.now,
  later: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
});

// The command line that started it waits for its end, and may be told to end first.
process.once('disconnect', () => void desktop.leave().then(() => electron.app.exit(0)));
desktop.start().catch((thrown: unknown) => {
  tellFailure(electron, DIALOG.cannotStart, thrown);
  void desktop.leave().then(() => electron.app.exit(1));
});
