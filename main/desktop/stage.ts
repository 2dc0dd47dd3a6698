/** The one window and the archive in it: what opens, where the window goes, what the desktop tells of it. */
import { existsSync } from 'node:fs';
import { readSettings } from '../../gateway/config.ts';
import { gatewayNamedIn } from '../gateway-desk.ts';
import { caseNamedIn } from '../open-case.ts';
import { noteRecent } from '../recent-archives.ts';
import type { Turn } from '../start-desk.ts';
import { makeWindow, raise } from './desktop-window.ts';
import { chooseArchive, confirmReplace, followLink, tellFailure } from './dialogs.ts';
import { isSignIn } from './external-link.ts';
import { notificationOf, watchInbox } from './inbox-watch.ts';
import type { OwnGateway } from './own-gateway.ts';
import { ORIGIN } from './policy.ts';
import { Served, type Showing } from './served.ts';
import type { DesktopWindow } from './shell.ts';
import type { Surroundings } from './surroundings.ts';
import { DIALOG } from './words.ts';

export class Stage {
  readonly #around: Surroundings;
  readonly #gateway: Pick<OwnGateway, 'config'>;
  readonly #served: Served;
  /** Told when another archive is shown. */
  readonly #changed: () => void;
  #window: DesktopWindow | null = null;
  #unwatch: () => void = () => undefined;
  /** One archive is opened at a time. */
  #opening: Promise<void> = Promise.resolve();

  constructor(around: Surroundings, gateway: OwnGateway, changed: () => void) {
    this.#around = around;
    this.#gateway = gateway;
    this.#changed = changed;
    this.#served = new Served({
      here: around.here,
      say: around.say,
      openUrl: (url) => {
        if (isSignIn(url)) void around.shell.shell.openExternal(url);
      },
      gateway,
      turn: (turn) => this.#turn(turn),
      desktop: { chooseArchive: () => this.choose('file') },
    });
  }

  /** Whether the window has something to show, an archive or where one can begin. */
  get open(): boolean {
    return this.#served.showing !== null;
  }

  answer(request: Request): Promise<Response> {
    return this.#served.answer(request);
  }

  /** How an archive is shown that was named with further words, or none. */
  showing(archive: string | null, words: readonly string[]): Showing {
    const named = gatewayNamedIn(words);
    const none = named.config === null && named.control === null;
    const before = this.#served.showing?.gateway ?? named;
    const own = this.#gateway.config === null ? before : { config: this.#gateway.config, control: null };
    return { archive, gateway: none ? own : named, case: caseNamedIn(words) };
  }

  /** Opens an archive; rejects when it cannot be, and what was open stays. */
  async show(next: Showing): Promise<void> {
    const before = this.#opening;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#opening = promise;
    await before;
    try {
      const { file, shell } = this.#around;
      await this.#served.show(next);
      this.#watch();
      if (next.archive !== null) {
        shell.app.addRecentDocument(next.archive);
        noteRecent(file.folder, next.archive, Date.now());
        file.keep({ last: { archive: next.archive, address: '/' } });
      }
      this.#changed();
    } finally {
      resolve();
    }
  }

  /** The same; the person is told why it cannot be, and the answer is false then. */
  async tryShow(next: Showing): Promise<boolean> {
    try {
      await this.show(next);
      return true;
    } catch (error) {
      tellFailure(this.#around.shell, DIALOG.cannotOpen, error);
      return false;
    }
  }

  /** Another archive in the window. */
  async replace(next: Showing): Promise<boolean> {
    const opened = await this.tryShow(next);
    if (opened) await this.showWindow('/');
    return opened;
  }

  /** The gateway of a configuration, and its archive where none is open. */
  async replaceGateway(config: string): Promise<boolean> {
    return this.replace(await this.#showingGateway(config));
  }

  /** Asks for another archive; false when none was chosen, or it could not be opened. */
  async choose(what: 'file' | 'folder'): Promise<boolean> {
    const path = await chooseArchive(this.#around.shell, what);
    return path !== null && this.replace(this.showing(path, []));
  }

  /** A file was dropped onto the window. */
  async drop(path: string): Promise<void> {
    if (await confirmReplace(this.#around.shell, path)) await this.replace(this.showing(path, []));
  }

  /** A link was followed in the window. */
  follow(url: string): Promise<void> {
    const { shell, file } = this.#around;
    return followLink(shell, url, { linkHosts: file.now.linkHosts, file: file.path });
  }

  /** At an address; null: wherever it is. Makes the window where there is none. */
  async showWindow(address: string | null): Promise<void> {
    const window = this.#window;
    if (window !== null) {
      if (address !== null) await window.loadURL(ORIGIN + address);
      raise(window);
    } else if (this.open) {
      await makeWindow(this.#around, address ?? '/', (made) => {
        this.#window = made;
        made.on('closed', () => {
          this.#window = null;
        });
      });
    }
  }

  /** Within the window, which keeps what is being written there; where none listens it is loaded. */
  async go(address: string): Promise<void> {
    if (this.#window === null || !this.#served.go(address)) await this.showWindow(address);
    else raise(this.#window);
  }

  async close(): Promise<void> {
    this.#unwatch();
    await this.#served.close();
  }

  /** What a person chose in the window. */
  async #turn({ archive, config }: Turn): Promise<void> {
    const next = config === undefined ? this.showing(null, []) : await this.#showingGateway(config);
    await this.show({ ...next, archive: archive ?? next.archive });
  }

  async #showingGateway(config: string): Promise<Showing> {
    const { archive } = await readSettings(config);
    const open = this.#served.showing?.archive ?? (existsSync(archive) ? archive : null);
    return { archive: open, gateway: { config, control: null }, case: null };
  }

  /** The badge, and what opens while no window is looked at. */
  #watch(): void {
    this.#unwatch();
    const { app, Notification } = this.#around.shell;
    const inbox = this.#served.followInbox();
    if (inbox === null) return;
    this.#unwatch = watchInbox(inbox, {
      setBadge: (count) => void app.setBadgeCount(count),
      opened: (request) => {
        if (this.#window !== null) {
          // It tells of the request itself, if the person wants that.
          if (!this.#window.isFocused()) this.#window.flashFrame(true);
        } else if (Notification.isSupported()) {
          const told = new Notification(notificationOf(request));
          told.on('click', () => void this.go(`/approvals?request=${encodeURIComponent(request.id)}`));
          told.show();
        }
      },
    });
  }
}
