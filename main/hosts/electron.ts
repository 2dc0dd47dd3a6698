/**
 * The desktop app: the same API and window as in a browser, served to Electron's own scheme, so that nothing listens on a
 * port. The only file that knows Electron; what it forbids follows Electron's security checklist
 * (docs/tutorial/security.md).
 */
import { resolve } from 'node:path';
import { app, BrowserWindow, dialog, protocol, session, shell, type WebContents } from 'electron';
import { EVERYTHING } from '../../shared/api/permission.ts';
import { createApp } from '../app.ts';
import { cacheOfUser, openReader } from '../archives.ts';
import { caseNamedIn, openCase } from '../open-case.ts';
import { deskOf, gatewayNamedIn } from '../gateway-desk.ts';
import { toCommandError } from '../failure.ts';
import { integrityOf } from '../integrity/integrity-of.ts';
import { NewsFeed } from '../news-feed.ts';
import { packageOf } from '../package.ts';
import { preferencesOfUser } from '../preferences-file.ts';
import { secured } from './headers.ts';
import { isApi } from './origin.ts';
import { serveFile } from './static-files.ts';

const SCHEME = 'app';
const HOST = 'auditorium';
const ORIGIN = `${SCHEME}://${HOST}`;

// Must be said before Electron is ready. The last two are off by default, and fetch and streams need them.
protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
]);

if (app.requestSingleInstanceLock()) {
  app.on('web-contents-created', (_event, contents) => confine(contents));
  start().catch((thrown: unknown) => {
    const { code, message } = toCommandError(thrown);
    dialog.showErrorBox('Auditorium cannot start', `${message}\n(${code})`);
    app.exit(1);
  });
} else app.quit();

/** Opens the archive named last on the command line in one window, until that is closed. */
async function start(): Promise<void> {
  await app.whenReady();
  const { renderer, version } = packageOf(import.meta.dirname);
  const gateway = gatewayNamedIn(process.argv);
  // The command line that started this has told how it stands.
  const archive = resolve(process.argv.at(-1) ?? '.');
  const reader = await openReader(archive, {
    config: gateway.config,
    say: () => {},
  });
  const desk = await deskOf(gateway, openOutside);
  const casework = await openCase({
    reader,
    desk,
    archive,
    file: caseNamedIn(process.argv),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const closing = new AbortController();
  const news = new NewsFeed();
  const integrity = await integrityOf({
    archive,
    reader,
    config: gateway.config,
    tell: (told) => news.tell('integrity', told),
  });
  const api = createApp({
    reader,
    kind: 'electron',
    version,
    authorise: () => EVERYTHING,
    desk,
    ...(casework === null ? {} : { casework }),
    news,
    integrity,
    preferences: preferencesOfUser((line) => void process.stderr.write(`${line}\n`)),
    cache: cacheOfUser(),
    closing: closing.signal,
    report: (error) => process.stderr.write(`INTERNAL: ${String(error)}\n`),
  });
  protocol.handle(SCHEME, async (request) => {
    if (new URL(request.url).host !== HOST) return new Response(null, { status: 404 });
    return secured(await (isApi(request.url) ? api(request) : serveFile(renderer, request)));
  });
  refusePermissions();
  const window = await openWindow();
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  const leave = (): void => {
    closing.abort();
    desk.close();
    casework?.close();
    integrity.close();
    void reader.close().finally(() => app.quit());
  };
  app.on('window-all-closed', leave);
  process.once('disconnect', leave);
}

async function openWindow(): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 800,
    minHeight: 600,
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
  });
  window.once('ready-to-show', () => window.show());
  window.removeMenu();
  await window.loadURL(`${ORIGIN}/`);
  return window;
}

/** The window stays where it is: no navigation, no other windows, no embedded ones. */
function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Only the web is opened outside, whatever an issuer says of itself. */
function openOutside(url: string): void {
  if (/^https?:\/\//.test(url)) void shell.openExternal(url);
}

/**
 * Camera, clipboard and all else but notifications, of what waits for approval; Electron asks some questions of one handler
 * and some of the other.
 */
function refusePermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === 'notifications'),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => permission === 'notifications');
  session.defaultSession.setDevicePermissionHandler(() => false);
}
