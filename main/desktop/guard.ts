/** Holds everything that runs in a window to policy.ts. */
import type { Contents, DesktopSession, DesktopShell } from './shell.ts';
import { decideNavigation, decideWindow, mayDownload, mayHave, mayRequest, type Going } from './policy.ts';

/** What a page may ask of the person. */
export interface Asking {
  /** A file was dropped onto the window. */
  readonly onFile: (path: string) => void;
  readonly onLink: (url: string) => void;
}

/** Before the first window is made. */
export function guard({ app, session }: Pick<DesktopShell, 'app' | 'session'>, asking: Asking): void {
  app.on('web-contents-created', (_event, contents) => confine(contents, asking));
  // Nothing is fetched from elsewhere; where it were, an untrusted certificate would stay untrusted.
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, trust) => {
    event.preventDefault();
    trust(false);
  });
  app.on('select-client-certificate', (event) => event.preventDefault());
  app.on('login', (event) => event.preventDefault());
  guardSession(session.defaultSession);
}

/** Electron asks some questions of one handler and some of the other. */
function guardSession(session: DesktopSession): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(mayHave(permission)));
  session.setPermissionCheckHandler((_contents, permission) => mayHave(permission));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    if (!mayDownload(item.getURL())) event.preventDefault();
  });
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayRequest(url) }));
}

function confine(contents: Contents, asking: Asking): void {
  const hold = (event: { preventDefault(): void }, going: Going): void => {
    if (going.kind === 'allow') return;
    event.preventDefault();
    tell(going, asking);
  };
  contents.on('will-navigate', (event, url) => hold(event, decideNavigation(url)));
  contents.on('will-redirect', (event, url) => hold(event, decideNavigation(url)));
  // The main frame has been decided on above.
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    tell(decideWindow(url), asking);
    return { action: 'deny' };
  });
}

function tell(going: Going, { onFile, onLink }: Asking): void {
  if (going.kind === 'file') onFile(going.path);
  else if (going.kind === 'link') onLink(going.url);
}
