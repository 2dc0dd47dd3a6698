/**
 * What of Electron the desktop app touches, as types of our own: tests run it on a stand-in, and hosts/electron.ts compiles only
 * while Electron is still what stands here.
 */
import type { Bounds } from './window-state.ts';
import type { MenuTemplate } from './menu-template.ts';

/** An event whose default can be kept from happening. */
export interface Preventable {
  preventDefault(): void;
}

export interface DesktopApp {
  readonly isPackaged: boolean;
  whenReady(): Promise<void>;
  /** `data` reaches the first instance. */
  requestSingleInstanceLock(data?: Record<string, unknown>): boolean;
  setAsDefaultProtocolClient(protocol: string, path?: string, args?: string[]): boolean;
  setBadgeCount(count?: number): boolean;
  addRecentDocument(path: string): void;
  clearRecentDocuments(): void;
  quit(): void;
  exit(status?: number): void;
  on(event: 'window-all-closed', listener: () => void): unknown;
  on(event: 'activate' | 'before-quit', listener: (event: Preventable) => void): unknown;
  on(event: 'open-file' | 'open-url', listener: (event: Preventable, what: string) => void): unknown;
  on(
    event: 'second-instance',
    listener: (event: Preventable, argv: string[], folder: string, data: unknown) => void,
  ): unknown;
  on(event: 'web-contents-created', listener: (event: Preventable, contents: Contents) => void): unknown;
  on(
    event: 'certificate-error',
    listener: (
      event: Preventable,
      contents: Contents,
      url: string,
      error: string,
      certificate: object,
      trust: (trusted: boolean) => void,
    ) => void,
  ): unknown;
  on(
    event: 'select-client-certificate',
    listener: (
      event: Preventable,
      contents: Contents | null,
      url: string,
      list: object[],
      choose: () => void,
    ) => void,
  ): unknown;
  on(event: 'login', listener: (event: Preventable) => void): unknown;
}

/** What a window shows. */
export interface Contents {
  getURL(): string;
  on(
    event: 'will-navigate' | 'will-redirect' | 'did-navigate-in-page',
    listener: (event: Preventable, url: string) => void,
  ): unknown;
  on(
    event: 'will-frame-navigate',
    listener: (event: Preventable & { readonly url: string; readonly isMainFrame: boolean }) => void,
  ): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  on(
    event: 'render-process-gone',
    listener: (event: Preventable, gone: { readonly reason: string }) => void,
  ): unknown;
  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void;
}

export interface DesktopWindow {
  readonly webContents: Contents;
  loadURL(url: string): Promise<void>;
  reload(): void;
  show(): void;
  focus(): void;
  restore(): void;
  maximize(): void;
  isMinimized(): boolean;
  isMaximized(): boolean;
  isFocused(): boolean;
  isDestroyed(): boolean;
  getNormalBounds(): Bounds;
  flashFrame(flash: boolean): void;
  on(event: 'resize' | 'move' | 'maximize' | 'unmaximize' | 'closed', listener: () => void): unknown;
  on(event: 'close', listener: (event: Preventable) => void): unknown;
  once(event: 'ready-to-show', listener: () => void): unknown;
}

/** Of a window at its making. */
export interface WindowOptions {
  x?: number;
  y?: number;
  width: number;
  height: number;
  minWidth: number;
  minHeight: number;
  show: boolean;
  title: string;
  webPreferences: {
    sandbox: true;
    contextIsolation: true;
    nodeIntegration: false;
    webviewTag: false;
    webSecurity: true;
    navigateOnDragDrop: true;
    spellcheck: false;
  };
}

export interface DesktopSession {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: (contents: unknown, permission: string) => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  on(event: 'will-download', listener: (event: Preventable, item: { getURL(): string }) => void): unknown;
  readonly webRequest: {
    onBeforeRequest(
      listener: (details: { readonly url: string }, answer: (how: { cancel?: boolean }) => void) => void,
    ): void;
  };
}

export interface MessageBox {
  type?: 'info' | 'question' | 'warning' | 'error';
  message: string;
  detail?: string;
  buttons: string[];
  defaultId?: number;
  cancelId?: number;
}

export interface DesktopDialog {
  showErrorBox(title: string, content: string): void;
  showMessageBox(box: MessageBox): Promise<{ response: number }>;
  showOpenDialog(options: {
    title?: string;
    properties?: ('openFile' | 'openDirectory')[];
    filters?: { name: string; extensions: string[] }[];
  }): Promise<{ canceled: boolean; filePaths: string[] }>;
}

export interface SafeStorage {
  isAsyncEncryptionAvailable(): Promise<boolean>;
  getSelectedStorageBackend(): string;
  encryptStringAsync(text: string): Promise<Buffer>;
  decryptStringAsync(locked: Buffer): Promise<{ result: string }>;
}

export interface UtilityProcess {
  readonly pid: number | undefined;
  postMessage(message: unknown): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (status: number) => void): unknown;
}

export interface UtilityStarter {
  fork(
    path: string,
    args?: string[],
    options?: {
      env?: Record<string, string | undefined>;
      execArgv?: string[];
      stdio?: 'inherit' | 'ignore';
      serviceName?: string;
    },
  ): UtilityProcess;
}

export interface DesktopNotification {
  on(event: 'click', listener: () => void): unknown;
  show(): void;
}

/** All of it. */
export interface DesktopShell {
  readonly app: DesktopApp;
  readonly BrowserWindow: new (options: WindowOptions) => DesktopWindow;
  readonly protocol: {
    registerSchemesAsPrivileged(
      schemes: {
        scheme: string;
        privileges: { standard: boolean; secure: boolean; supportFetchAPI: boolean; stream: boolean };
      }[],
    ): void;
    handle(scheme: string, handler: (request: Request) => Promise<Response>): void;
  };
  readonly session: { readonly defaultSession: DesktopSession };
  readonly shell: { openExternal(url: string): Promise<void> };
  readonly clipboard: { writeText(text: string): void };
  readonly dialog: DesktopDialog;
  readonly Menu: {
    buildFromTemplate(template: MenuTemplate[]): unknown;
    setApplicationMenu(menu: unknown): void;
  };
  readonly Notification: {
    new (options: { title: string; body: string }): DesktopNotification;
    isSupported(): boolean;
  };
  readonly safeStorage: SafeStorage;
  readonly screen: { getAllDisplays(): { readonly workArea: Bounds }[] };
  readonly utilityProcess: UtilityStarter;
  readonly powerMonitor: { on(event: 'shutdown', listener: () => void): unknown };
}
