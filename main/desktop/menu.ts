/** The menu as data: what stands in it, and what a choice means. desktop.ts makes Electron’s menu of it. */
import { basename } from 'node:path';
import { visibleLine } from '../../shared/replay/visible.ts';
import { MENU } from './words.ts';

/** What a choice asks for. */
export type MenuAct =
  | { readonly kind: 'open'; readonly what: 'file' | 'folder' }
  | { readonly kind: 'open-recent'; readonly path: string }
  | { readonly kind: 'clear-recent' }
  /** A place of the window. */
  | { readonly kind: 'go'; readonly address: string }
  | { readonly kind: 'start-gateway' }
  | { readonly kind: 'stop-gateway' }
  | { readonly kind: 'update' }
  | { readonly kind: 'about' };

/** Roles of Electron’s own that are used: the system knows how they are called and what they do. */
export type Role =
  | 'close'
  | 'copy'
  | 'cut'
  | 'hide'
  | 'hideOthers'
  | 'minimize'
  | 'paste'
  | 'quit'
  | 'reload'
  | 'resetZoom'
  | 'selectAll'
  | 'services'
  | 'toggleDevTools'
  | 'togglefullscreen'
  | 'undo'
  | 'redo'
  | 'unhide'
  | 'zoomIn'
  | 'zoomOut';

export type MenuEntry =
  | { readonly type: 'separator' }
  | { readonly role: Role }
  | { readonly label: string; readonly accelerator?: string; readonly act: MenuAct }
  /** Says something, and cannot be chosen. */
  | { readonly label: string; readonly enabled: false }
  | { readonly label: string; readonly submenu: readonly MenuEntry[] };

/** What the menu depends on. */
export interface MenuFacts {
  readonly platform: NodeJS.Platform;
  readonly recent: readonly string[];
  /** How the gateway stands that this app runs, in words; null: it runs none. */
  readonly gateway: string | null;
  /** What is offered about new versions. */
  readonly update: string;
}

const LINE: MenuEntry = { type: 'separator' };

/** Longest path shown; of a longer one the end is of more use than the beginning. */
const PATH_LENGTH = 60;

export function menuModel(facts: MenuFacts): MenuEntry[] {
  const mac = facts.platform === 'darwin';
  return [
    ...(mac ? [appMenu(facts)] : []),
    { label: MENU.file, submenu: fileEntries(facts, mac) },
    { label: MENU.edit, submenu: EDIT },
    { label: MENU.view, submenu: VIEW },
    { label: MENU.go, submenu: GO },
    { label: MENU.gateway, submenu: gatewayEntries(facts.gateway) },
    ...(mac ? [{ label: MENU.window, submenu: [{ role: 'minimize' }, { role: 'close' }] } as const] : []),
    ...(mac ? [] : [{ label: MENU.help, submenu: aboutEntries(facts) }]),
  ];
}

function appMenu(facts: MenuFacts): MenuEntry {
  return {
    label: MENU.app,
    submenu: [
      ...aboutEntries(facts),
      LINE,
      { role: 'services' },
      LINE,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      LINE,
      { role: 'quit' },
    ],
  };
}

function aboutEntries({ update }: MenuFacts): MenuEntry[] {
  return [
    { label: MENU.about, act: { kind: 'about' } },
    { label: visibleLine(update, PATH_LENGTH), act: { kind: 'update' } },
  ];
}

function fileEntries({ recent }: MenuFacts, mac: boolean): MenuEntry[] {
  const opened: MenuEntry[] = recent.map((path) => ({
    label: nameOf(path),
    act: { kind: 'open-recent', path },
  }));
  const none: MenuEntry[] = [{ label: MENU.noRecent, enabled: false }];
  const clear: MenuEntry[] = [LINE, { label: MENU.clearRecent, act: { kind: 'clear-recent' } }];
  return [
    { label: MENU.open, accelerator: 'CmdOrCtrl+O', act: { kind: 'open', what: 'file' } },
    { label: MENU.openFolder, accelerator: 'CmdOrCtrl+Shift+O', act: { kind: 'open', what: 'folder' } },
    { label: MENU.recent, submenu: recent.length === 0 ? none : [...opened, ...clear] },
    ...(mac ? [] : ([LINE, { role: 'quit' }] as const)),
  ];
}

/** The name, and where it lies; an ampersand would underline the letter behind it. */
function nameOf(path: string): string {
  const shown = path.length > PATH_LENGTH ? `…${path.slice(-PATH_LENGTH)}` : path;
  return visibleLine(`${basename(path)} — ${shown}`, 2 * PATH_LENGTH).replaceAll('&', '&&');
}

const EDIT: readonly MenuEntry[] = [
  { role: 'undo' },
  { role: 'redo' },
  LINE,
  { role: 'cut' },
  { role: 'copy' },
  { role: 'paste' },
  { role: 'selectAll' },
];

const VIEW: readonly MenuEntry[] = [
  { role: 'reload' },
  LINE,
  { role: 'resetZoom' },
  { role: 'zoomIn' },
  { role: 'zoomOut' },
  LINE,
  { role: 'togglefullscreen' },
  { role: 'toggleDevTools' },
];

/** The places of the rail, in its order. */
const GO: readonly MenuEntry[] = [
  { label: MENU.sessions, accelerator: 'CmdOrCtrl+1', act: { kind: 'go', address: '/sessions' } },
  { label: MENU.statements, accelerator: 'CmdOrCtrl+2', act: { kind: 'go', address: '/statements' } },
  { label: MENU.approvals, accelerator: 'CmdOrCtrl+3', act: { kind: 'go', address: '/approvals' } },
  { label: MENU.findings, accelerator: 'CmdOrCtrl+4', act: { kind: 'go', address: '/findings' } },
];

function gatewayEntries(gateway: string | null): MenuEntry[] {
  if (gateway === null) return [{ label: MENU.startGateway, act: { kind: 'start-gateway' } }];
  return [
    { label: visibleLine(gateway, 2 * PATH_LENGTH), enabled: false },
    { label: MENU.stopGateway, act: { kind: 'stop-gateway' } },
  ];
}
