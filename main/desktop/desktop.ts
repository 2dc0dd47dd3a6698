/**
 * The desktop app, whatever Electron's objects are made of: one window on one archive, held to policy.ts; what asks for another
 * archive or place comes by menu, link, double click or a second start, and is read by asked.ts.
 */
import { startChildrenWith } from '../../gateway/archive/child.ts';
import { addressOf, LINK_SCHEME, readLink, readPath, readWords, type Asked } from './asked.ts';
import { readRecent, forgetRecent } from '../recent-archives.ts';
import { chooseConfig, confirmEndGateway, tellAbout, tellFailure } from './dialogs.ts';
import { guard } from './guard.ts';
import { menuModel, type MenuAct } from './menu.ts';
import { menuTemplate } from './menu-template.ts';
import { OwnGateway } from './own-gateway.ts';
import { SCHEME } from './policy.ts';
import { Stage } from './stage.ts';
import type { Surroundings } from './surroundings.ts';
import { updatesOf } from './updates/updates-of.ts';
import type { Updates } from './updates/updates.ts';
import { utilityChildren } from './utility-child.ts';
import { DIALOG } from './words.ts';

/** What a second start hands to the first. */
interface Handed {
  readonly words: readonly string[];
  readonly folder: string;
}

export class Desktop {
  readonly #around: Surroundings;
  readonly #stage: Stage;
  readonly #gateway: OwnGateway;
  readonly #updates: Updates;
  /** What was asked before anything was open: links and files come early on macOS. */
  #early: Asked | null = null;
  #leaving: Promise<void> | null = null;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#gateway = new OwnGateway({
      ...around,
      safeStorage: around.shell.safeStorage,
      changed: () => this.#gatewayChanged(),
    });
    this.#updates = updatesOf(around, {
      leave: () => this.#leaveIfAgreed(),
      changed: () => this.#makeMenu(),
    });
    this.#stage = new Stage(around, this.#gateway, () => this.#makeMenu());
  }

  /** Resolves when the window shows something, or another instance does. Rejects where what was named cannot be opened. */
  async start(): Promise<void> {
    const { shell, words, folder, file } = this.#around;
    const { app, protocol, powerMonitor, utilityProcess } = shell;
    // Must be said before Electron is ready. The last two are off by default, and fetch and streams need them.
    protocol.registerSchemesAsPrivileged([
      { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
    ]);
    if (!app.requestSingleInstanceLock({ words, folder } satisfies Handed)) {
      app.quit();
      return;
    }
    this.#listen();
    await app.whenReady();
    if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
    startChildrenWith(utilityChildren(utilityProcess));
    guard(shell, {
      onFile: (path) => void this.#stage.drop(path),
      onLink: (url) => void this.#stage.follow(url),
    });
    protocol.handle(SCHEME, (request) => this.#stage.answer(request));
    powerMonitor.on('shutdown', () => app.quit());
    this.#makeMenu();
    if (file.now.gateway !== null) this.#gateway.runner.start(file.now.gateway);
    await this.#first();
    this.#updates.begin();
  }

  /** Ends all that was opened; once, however often it is called. */
  leave(): Promise<void> {
    this.#updates.close();
    this.#leaving ??= Promise.allSettled([this.#stage.close(), this.#gateway.runner.stop()]).then(
      () => undefined,
    );
    return this.#leaving;
  }

  #listen(): void {
    const { shell, folder, platform } = this.#around;
    const { app } = shell;
    app.on('second-instance', (_event, _argv, _folder, data) => {
      const handed = handedIn(data);
      this.#ask(readWords(handed.words, handed.folder), handed.words);
    });
    app.on('open-url', (event, url) => {
      event.preventDefault();
      this.#ask(readLink(url), []);
    });
    app.on('open-file', (event, path) => {
      event.preventDefault();
      this.#ask(readPath(path, folder), []);
    });
    app.on('activate', () => void this.#stage.showWindow(null));
    app.on('window-all-closed', () => {
      if (platform !== 'darwin') app.quit();
    });
    app.on('before-quit', (event) => {
      event.preventDefault();
      void this.#quit();
    });
  }

  /** The archive of the command line, else what was shown last, else where one can begin. */
  async #first(): Promise<void> {
    const { words, folder, file } = this.#around;
    const asked = readWords(words, folder) ?? this.#early;
    this.#early = null;
    if (asked?.kind === 'archive') {
      await this.#stage.show(this.#stage.showing(asked.path, words));
      await this.#stage.showWindow('/');
      return;
    }
    const { last } = file.now;
    const back = last !== null && (await this.#stage.tryShow(this.#stage.showing(last.archive, words)));
    if (!back) await this.#stage.show(this.#stage.showing(null, words));
    await this.#stage.showWindow(back ? last.address : '/');
    this.#ask(asked, words);
  }

  /** Carries out what was asked from outside. */
  #ask(asked: Asked | null, words: readonly string[]): void {
    if (!this.#stage.open) {
      this.#early = asked;
      return;
    }
    if (asked?.kind === 'archive') void this.#stage.replace(this.#stage.showing(asked.path, words));
    else if (asked?.kind === 'session') void this.#stage.go(addressOf(asked));
    else void this.#stage.showWindow(null);
    if (asked?.kind === 'refused') this.#around.shell.dialog.showErrorBox(DIALOG.cannotShow, asked.why);
  }

  #makeMenu(): void {
    const { shell, platform, file } = this.#around;
    const recent = readRecent(file.folder).map(({ path }) => path);
    const model = menuModel({ platform, recent, gateway: this.#gateway.words, update: this.#updates.label });
    const template = menuTemplate(model, (act) => void this.#act(act));
    shell.Menu.setApplicationMenu(shell.Menu.buildFromTemplate(template));
  }

  async #act(act: MenuAct): Promise<void> {
    const { shell, file } = this.#around;
    switch (act.kind) {
      case 'open':
        await this.#stage.choose(act.what);
        return;
      case 'open-recent':
        await this.#stage.replace(this.#stage.showing(act.path, []));
        return;
      case 'clear-recent':
        forgetRecent(file.folder);
        shell.app.clearRecentDocuments();
        this.#makeMenu();
        return;
      case 'go':
        await this.#stage.go(act.address);
        return;
      case 'start-gateway': {
        const config = await chooseConfig(shell);
        if (config !== null) await this.#startGateway(config);
        return;
      }
      case 'stop-gateway':
        await this.#gateway.runner.stop();
        return;
      case 'update':
        await this.#updates.ask();
        return;
      case 'about':
        await tellAbout(shell, this.#around, this.#updates.words);
    }
  }

  /** Shows it, and its archive where none is open; the person is told why that cannot be. */
  async #startGateway(config: string): Promise<void> {
    try {
      await this.#gateway.runner.stop();
      if (await this.#stage.replaceGateway(config)) this.#gateway.runner.start(config);
    } catch (error) {
      tellFailure(this.#around.shell, DIALOG.cannotRun, error);
    }
  }

  /** What runs is started with the app the next time too, until somebody stops it. */
  #gatewayChanged(): void {
    if (this.#leaving !== null) return;
    this.#around.file.keep({ gateway: this.#gateway.config });
    this.#makeMenu();
  }

  /** Agents lose their connections with the gateway: that is asked first. */
  async #quit(): Promise<void> {
    if (await this.#leaveIfAgreed()) this.#around.shell.app.exit(0);
  }

  async #leaveIfAgreed(): Promise<boolean> {
    const { shell } = this.#around;
    const asks = this.#gateway.config !== null && this.#leaving === null;
    if (asks && !(await confirmEndGateway(shell))) return false;
    await this.leave();
    return true;
  }
}

/** Whatever the other instance said: words and a folder, or nothing. */
function handedIn(data: unknown): Handed {
  if (typeof data !== 'object' || data === null || !('words' in data) || !('folder' in data))
    return { words: [], folder: '' };
  const { words, folder } = data;
  const texts = Array.isArray(words) ? words.filter((word) => typeof word === 'string') : [];
  return { words: texts, folder: typeof folder === 'string' ? folder : '' };
}
