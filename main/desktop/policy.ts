/** What the window of the desktop app may do: decided here, carried out by desktop.ts. All that is not allowed is refused. */
import { fileURLToPath } from 'node:url';

export const SCHEME = 'app';
export const HOST = 'auditorium';
/** Where the window is from; nothing else is ever shown in it. */
export const ORIGIN = `${SCHEME}://${HOST}`;

/** To tell of what waits for approval, and to copy what one has selected. */
const PERMISSIONS: ReadonlySet<string> = new Set(['notifications', 'clipboard-sanitized-write']);

/** Camera, location, devices, reading the clipboard and all else are refused. */
export function mayHave(permission: string): boolean {
  return PERMISSIONS.has(permission);
}

/** What comes of a page that wants to go somewhere, or to open something in a window of its own. */
export type Going =
  | { readonly kind: 'allow' }
  | { readonly kind: 'refuse' }
  /** A file was dropped onto the window: Chromium goes to it. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'link'; readonly url: string };

/** The window stays where it is: only its own pages are gone to. */
export function decideNavigation(url: string): Going {
  if (isOurs(url)) return { kind: 'allow' };
  return fileIn(url) ?? { kind: 'refuse' };
}

/** No second window is ever made; a link may be shown to the person, and then to their browser. */
export function decideWindow(url: string): Going {
  if (URL.parse(url)?.protocol === 'https:') return { kind: 'link', url };
  return fileIn(url) ?? { kind: 'refuse' };
}

/** Exports are made in the window and saved from there; nothing is fetched from elsewhere. */
export function mayDownload(url: string): boolean {
  return url.startsWith(`blob:${ORIGIN}/`);
}

/** Behind the Content-Security-Policy: the network is out of reach for everything that runs in the window. */
export function mayRequest(url: string): boolean {
  return isOurs(url) || mayDownload(url) || url.startsWith('data:') || url.startsWith('devtools://');
}

/** Schemes that are not the web's have no origin of their own in URL, so parts are compared. */
function isOurs(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null && parsed.protocol === `${SCHEME}:` && parsed.host === HOST && parsed.username === ''
  );
}

function fileIn(url: string): Going | null {
  const parsed = URL.parse(url);
  // A host would be another machine, which is told who we are when it is asked.
  if (parsed?.protocol !== 'file:' || parsed.host !== '') return null;
  try {
    return { kind: 'file', path: fileURLToPath(parsed) };
  } catch {
    return null;
  }
}
