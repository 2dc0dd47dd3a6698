/** The one window: comes up where it was, says where it is, and comes back when it crashed. */
import { reloads, restartAfter } from './back-off.ts';
import { ORIGIN } from './policy.ts';
import type { DesktopWindow } from './shell.ts';
import type { Surroundings } from './surroundings.ts';
import { LEAST, placeWindow } from './window-state.ts';
import { DIALOG } from './words.ts';

type WindowSurroundings = Pick<Surroundings, 'shell' | 'file' | 'now' | 'later'>;

/** Someone who drags a window is not written down at every pixel, ms. */
const SETTLED_MS = 500;

/** Makes it, tells who made it, and resolves when it shows the address. */
export async function makeWindow(
  around: WindowSurroundings,
  address: string,
  made: (window: DesktopWindow) => void,
): Promise<void> {
  const { shell, file } = around;
  const areas = shell.screen.getAllDisplays().map(({ workArea }) => workArea);
  const { maximised, ...bounds } = placeWindow(file.now.window, areas);
  const window = new shell.BrowserWindow({
    ...bounds,
    minWidth: LEAST.width,
    minHeight: LEAST.height,
    show: false,
    title: 'Auditorium',
    webPreferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      webSecurity: true,
      // A file that is dropped is gone to, which is refused: that tells its path without a script that knows files.
      navigateOnDragDrop: true,
      // Dictionaries would be fetched.
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => {
    if (maximised) window.maximize();
    window.show();
  });
  remember(window, around);
  comeBack(window, around);
  made(window);
  await window.loadURL(ORIGIN + address);
}

/** Brings it to the front. */
export function raise(window: DesktopWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** The address within the window. */
function addressIn(window: DesktopWindow): string {
  const url = window.webContents.getURL();
  return url.startsWith(`${ORIGIN}/`) ? url.slice(ORIGIN.length) : '/';
}

function remember(window: DesktopWindow, { file, later }: WindowSurroundings): void {
  let cancel = (): void => undefined;
  const keep = (): void => {
    cancel();
    if (window.isDestroyed()) return;
    const { last } = file.now;
    const { x, y, width, height } = window.getNormalBounds();
    file.keep({
      window: { bounds: { x, y, width, height }, maximised: window.isMaximized() },
      last: last === null ? null : { ...last, address: addressIn(window) },
    });
  };
  const soon = (): void => {
    cancel();
    cancel = later(SETTLED_MS, keep);
  };
  for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) window.on(event, soon);
  window.webContents.on('did-navigate-in-page', soon);
  window.on('close', keep);
  window.on('closed', () => cancel());
}

/** What crashes once is loaded again; what does it again and again is asked about. */
function comeBack(window: DesktopWindow, { shell, now }: WindowSurroundings): void {
  let failures = 0;
  let began = now();
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const restart = restartAfter(failures, now() - began);
    failures = restart.failures;
    began = now();
    if (reloads(restart)) {
      window.reload();
      return;
    }
    void askAfterCrash(window, shell);
  });
}

async function askAfterCrash(window: DesktopWindow, shell: WindowSurroundings['shell']): Promise<void> {
  const { response } = await shell.dialog.showMessageBox({
    type: 'error',
    message: DIALOG.crashed,
    detail: DIALOG.crashedDetail,
    buttons: [DIALOG.reload, DIALOG.quit],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) window.reload();
  else shell.app.quit();
}
