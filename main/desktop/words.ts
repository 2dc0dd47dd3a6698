/** What the desktop app says outside its window: menus, dialogs, notifications. */
import { visibleLine } from '../../shared/replay/visible.ts';

export const MENU = {
  app: 'Auditorium',
  file: '&File',
  edit: '&Edit',
  view: '&View',
  go: '&Go',
  gateway: 'Gate&way',
  window: 'Window',
  open: 'Open archive or bundle…',
  openFolder: 'Open folder of archives…',
  recent: 'Open recent',
  noRecent: 'Nothing was opened yet',
  clearRecent: 'Clear this list',
  sessions: 'Sessions',
  statements: 'Statements',
  approvals: 'Approvals',
  findings: 'Findings',
  help: '&Help',
  about: 'About Auditorium',
  startGateway: 'Start a gateway…',
  stopGateway: 'Stop the gateway',
} as const;

/** Longest text of others shown in a dialog. */
const LENGTH = 300;

export const DIALOG = {
  cannotStart: 'Auditorium cannot start',
  cannotOpen: 'This archive cannot be opened',
  cannotRun: 'The gateway cannot be started',
  cannotShow: 'This cannot be shown',
  failure: (message: string, code: string) => `${visibleLine(message, LENGTH)}\n(${code})`,
  chooseArchive: 'Choose an archive: an .audit file, a bundle, or a folder of them',
  chooseConfig: 'Choose the gateway’s configuration',
  archives: 'Archives and bundles',
  configurations: 'Configurations',
  allFiles: 'All files',
  replace: (path: string) => `Show ${visibleLine(path, LENGTH)}?`,
  replaces:
    'It takes the place of the archive that is open. What somebody sent is verified, and opened as a private copy.',
  link: (host: string) => `Open a page of ${visibleLine(host, LENGTH)} in your browser?`,
  unlisted: (host: string) =>
    `${visibleLine(host, LENGTH)} is not among the sites that are opened from here.`,
  unlistedDetail: (url: string, file: string) =>
    `${visibleLine(url, LENGTH)}\n\nTo have its pages opened, add the host to "linkHosts" in ${file}.`,
  open: 'Open',
  copy: 'Copy address',
  cancel: 'Cancel',
  close: 'Close',
  quit: 'Quit',
  reload: 'Reload',
  crashed: 'The window has stopped working again and again.',
  crashedDetail: 'The archive is not touched by that. What was being written may be lost.',
  endGateway: 'The gateway runs within this app: agents that are connected through it lose their connection.',
  endGatewayDetail: 'Their sessions are ended in order and recorded.',
  endAnyway: 'Stop the gateway and quit',
} as const;

/** How the gateway stands that this app runs. */
export const GATEWAY = {
  starting: 'The gateway is starting',
  running: 'The gateway runs, and records',
  waiting: (seconds: number, reason: string) =>
    `The gateway has ended and is started again in ${Math.ceil(seconds)} s: ${visibleLine(reason, LENGTH)}`,
  stopping: 'The gateway is ending its sessions',
  keyInFile: (why: string) => `its signing key stays in a file that only you can read: ${why}`,
  workers:
    'a gateway within the desktop app has one worker; set gateway.workers to 1, or run it with: auditorium gateway --config FILE',
} as const;

/** Why the signing key is in no keychain. */
export const KEYCHAIN = {
  none: 'this system offers no keychain',
  basicText:
    'this system’s keychain keeps secrets as good as in plain text ("basic_text"); GNOME Keyring or KWallet keep them better',
  closed: (path: string, why: string) =>
    `the gateway’s key in ${path} was locked with this system’s keychain, which does not open it: ${visibleLine(why, LENGTH)}. Unlock the keychain and start the gateway again`,
  secretsClosed: (path: string, why: string) =>
    `the secrets in ${path} were locked with this system’s keychain, which does not open them: ${visibleLine(why, LENGTH)}. Unlock the keychain, or enter the passwords anew`,
  secretsDamaged: (path: string) =>
    `${path} cannot be read: remove it, and enter the passwords of its connections anew`,
} as const;

/** New versions. */
export const UPDATE = {
  check: 'Check for updates…',
  offer: (version: string) => `Auditorium ${version} is available…`,
  offerBody: 'Nothing is fetched or installed before you say so.',
  install: (version: string) => `Install Auditorium ${version}…`,
  newest: (version: string) => `Auditorium ${version} is the newest version.`,
  fetch: (version: string) => `Fetch Auditorium ${version}?`,
  fetchDetail: (version: string) =>
    `This is ${version}. What is fetched is checked against a signed list, and installed only when you say so.`,
  fetchButton: 'Fetch',
  restart: (version: string) => `Install Auditorium ${version} now?`,
  restartDetail: 'Auditorium is restarted. What was being written in its window may be lost.',
  restartButton: 'Install and restart',
  later: 'Not now',
  failed: 'There is no update to be had',
  differs: 'What would be fetched is not what the signed list names; nothing was fetched.',
  off: (why: string) => `Updates are off: ${why}`,
  offDetail: 'docs/desktop.md, “Updates”, says who decides that.',
  modes: {
    'on-request': 'Updates are looked for when you ask for them.',
    daily: 'Updates are looked for once a day, and installed only when you say so.',
  },
  fromSources: 'this is no installed package.',
  noFeed: 'this build names no signed list of versions that it could trust.',
  bySystem: 'this package is updated by the system that installed it.',
  managed: 'whoever manages this computer updates it.',
  byEnvironment: 'AUDITORIUM_UPDATES says so.',
  unknownWish: (wish: string) =>
    `AUDITORIUM_UPDATES is ${visibleLine(wish, LENGTH)}, and not off, on-request or daily.`,
  byPerson: 'desktop.json says so.',
} as const;

export const ABOUT = {
  title: (version: string) => `Auditorium ${version}`,
  detail: (updates: string, platform: string) =>
    `Replay what AI agents and CI jobs did to a database.\n\n${updates}\n\n${platform}`,
} as const;

export const NOTIFICATION = {
  title: (id: string) => `Request ${visibleLine(id, LENGTH)} waits for approval`,
  body: (asker: string, what: string, connection: string) =>
    visibleLine(`${asker}: ${what} (${connection})`, LENGTH),
  statement: 'a statement',
} as const;
