/** Electron's objects as far as the desktop app touches them, without Electron: what is done to them is kept, what happens is told. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { MenuTemplate } from '../menu-template.ts';
import type {
  Contents,
  DesktopNotification,
  DesktopShell,
  DesktopWindow,
  MessageBox,
  Preventable,
  UtilityProcess,
  WindowOptions,
} from '../shell.ts';

/** An event of Electron's, and whether its default was kept from happening. */
export function happening(): Preventable & { prevented: boolean } {
  return {
    prevented: false,
    preventDefault() {
      this.prevented = true;
    },
  };
}

export class StandInWindow extends EventEmitter implements DesktopWindow {
  readonly options: WindowOptions;
  /** What was loaded, in order. */
  readonly loaded: string[] = [];
  readonly webContents: Contents & EventEmitter;
  openHandler: (details: { readonly url: string }) => { action: 'deny' } = () => ({ action: 'deny' });
  reloads = 0;
  focused = 0;
  destroyed = false;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    this.webContents = Object.assign(new EventEmitter(), {
      getURL: () => this.loaded.at(-1) ?? '',
      setWindowOpenHandler: (handler: StandInWindow['openHandler']) => {
        this.openHandler = handler;
      },
    });
  }

  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    this.emit('ready-to-show');
  }
  reload(): void {
    this.reloads++;
  }
  focus(): void {
    this.focused++;
  }
  /** As a person closes it. */
  close(): void {
    this.emit('close', happening());
    this.destroyed = true;
    this.emit('closed');
  }
  show(): void {}
  restore(): void {}
  maximize(): void {}
  flashFrame(): void {}
  isMinimized(): boolean {
    return false;
  }
  isMaximized(): boolean {
    return true;
  }
  isFocused(): boolean {
    return false;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  getNormalBounds() {
    return { x: 10, y: 20, width: 1000, height: 700 };
  }
}

/** A forked Node that takes itself for a utility process. */
export class StandInUtility extends EventEmitter implements UtilityProcess {
  readonly child: ChildProcess;

  constructor(path: string, args: string[], env: NodeJS.ProcessEnv) {
    super();
    this.child = fork(path, args, {
      serialization: 'advanced',
      env,
      execArgv: ['--import', join(import.meta.dirname, 'parent-port.ts')],
    });
    this.child.on('message', (message) => this.emit('message', message));
    this.child.on('exit', (status) => this.emit('exit', status ?? 1));
  }
  get pid(): number | undefined {
    return this.child.pid;
  }
  postMessage(message: unknown): void {
    this.child.send(message as object);
  }
  kill(): boolean {
    return this.child.kill();
  }
}

/** What a keychain does, without one. */
export interface Keychain {
  available: boolean;
  backend: string;
}

export class StandIn implements DesktopShell {
  readonly windows: StandInWindow[] = [];
  readonly utilities: StandInUtility[] = [];
  /** What was told and asked, in order. */
  readonly boxes: string[] = [];
  readonly opened: string[] = [];
  readonly badges: (number | undefined)[] = [];
  readonly keychain: Keychain = { available: true, backend: 'gnome_libsecret' };
  menu: MenuTemplate[] = [];
  /** The button that a person presses next; the first one when empty. */
  readonly answers: number[] = [];
  /** Files that a person chooses next; they choose none when empty. */
  readonly choices: string[] = [];
  exited: number | null = null;
  first = true;
  handed: unknown = null;
  requests: (request: Request) => Promise<Response> = async () => new Response(null, { status: 404 });
  permission: (permission: string) => boolean = () => true;
  requestCancelled: (url: string) => boolean = () => false;

  readonly app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    whenReady: async () => undefined,
    requestSingleInstanceLock: (data?: Record<string, unknown>) => {
      this.handed = data;
      return this.first;
    },
    setAsDefaultProtocolClient: () => true,
    setBadgeCount: (count?: number) => {
      this.badges.push(count);
      return true;
    },
    addRecentDocument: () => undefined,
    clearRecentDocuments: () => undefined,
    quit: () => void this.app.emit('before-quit', happening()),
    exit: (status = 0) => {
      this.exited = status;
      this.app.emit('exited');
    },
  });
  readonly BrowserWindow = standInWindowOf(this);
  readonly protocol = {
    registerSchemesAsPrivileged: () => undefined,
    handle: (_scheme: string, handler: StandIn['requests']) => {
      this.requests = handler;
    },
  };
  readonly session = {
    defaultSession: Object.assign(new EventEmitter(), {
      setPermissionRequestHandler: () => undefined,
      setPermissionCheckHandler: (handler: (contents: unknown, permission: string) => boolean) => {
        this.permission = (permission) => handler(null, permission);
      },
      setDevicePermissionHandler: () => undefined,
      webRequest: {
        onBeforeRequest: (
          listener: (details: { readonly url: string }, answer: (how: { cancel?: boolean }) => void) => void,
        ) => {
          this.requestCancelled = (url) => {
            let cancelled = false;
            listener({ url }, ({ cancel = false }) => {
              cancelled = cancel;
            });
            return cancelled;
          };
        },
      },
    }),
  };
  readonly shell = { openExternal: async (url: string) => void this.opened.push(url) };
  readonly clipboard = { writeText: (text: string) => void this.boxes.push(`copied ${text}`) };
  readonly dialog = {
    showErrorBox: (title: string, content: string) => void this.boxes.push(`${title}: ${content}`),
    showMessageBox: async (box: MessageBox) => {
      this.boxes.push(box.message);
      return { response: this.answers.shift() ?? 0 };
    },
    showOpenDialog: async () => {
      const path = this.choices.shift();
      return { canceled: path === undefined, filePaths: path === undefined ? [] : [path] };
    },
  };
  readonly Menu = {
    buildFromTemplate: (template: MenuTemplate[]) => template,
    setApplicationMenu: (menu: unknown) => {
      this.menu = menu as MenuTemplate[];
    },
  };
  /** Titles of notifications that were shown. */
  readonly notified: string[] = [];
  readonly Notification = standInNotificationOf(this);
  readonly safeStorage = {
    isAsyncEncryptionAvailable: async () => this.keychain.available,
    getSelectedStorageBackend: () => this.keychain.backend,
    encryptStringAsync: async (text: string) => Buffer.from(Buffer.from(text).map((byte) => byte ^ 0x5a)),
    decryptStringAsync: async (locked: Buffer) => {
      if (!this.keychain.available) throw new Error('the keychain is locked');
      return { result: Buffer.from(locked.map((byte) => byte ^ 0x5a)).toString('utf8') };
    },
  };
  readonly screen = {
    getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
  };
  readonly powerMonitor = new EventEmitter();
  readonly utilityProcess = {
    fork: (path: string, args: string[] = [], options: { env?: NodeJS.ProcessEnv } = {}) => {
      const utility = new StandInUtility(path, args, options.env ?? process.env);
      this.utilities.push(utility);
      return utility;
    },
  };

  /** The only window, or the last. */
  get window(): StandInWindow {
    const window = this.windows.at(-1);
    if (window === undefined) throw new Error('there is no window');
    return window;
  }

  /** Chooses an entry of the menu, by the words that lead to it. */
  choose(...path: readonly string[]): void {
    let entries: readonly MenuTemplate[] = this.menu;
    let found: MenuTemplate | undefined;
    for (const label of path) {
      found = entries.find((entry) => entry.label?.startsWith(label) === true);
      entries = found?.submenu ?? [];
    }
    if (found?.click === undefined) throw new Error(`the menu has no ${path.join(' > ')}`);
    found.click();
  }
}

function standInWindowOf(standIn: StandIn): new (options: WindowOptions) => StandInWindow {
  return class extends StandInWindow {
    constructor(options: WindowOptions) {
      super(options);
      standIn.windows.push(this);
      standIn.app.emit('web-contents-created', happening(), this.webContents);
    }
  };
}

function standInNotificationOf(standIn: StandIn): DesktopShell['Notification'] {
  return class StandInNotification implements DesktopNotification {
    static isSupported(): boolean {
      return true;
    }
    readonly #title: string;
    constructor({ title }: { readonly title: string }) {
      this.#title = title;
    }
    on(): void {}
    show(): void {
      standIn.notified.push(this.#title);
    }
  };
}
