/** New versions: looked for as {@link updateMode} lets, fetched and installed only when the person says so, each time. */
import { isDeepStrictEqual } from 'node:util';
import type { DesktopShell } from '../shell.ts';
import { DIALOG, UPDATE } from '../words.ts';
import { Announced, feedName, fetchFeed, isNewer, UpdateError, type UpdateFeed } from './update-feed.ts';
import type { UpdateMode } from './update-mode.ts';

/** What fetches and installs: electron-updater's, as far as it is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  setFeedURL(feed: { provider: 'generic'; url: string }): void;
  checkForUpdates(): Promise<{ readonly updateInfo: object } | null>;
  downloadUpdate(): Promise<string[]>;
  quitAndInstall(): void;
}

export interface UpdatesOptions {
  readonly mode: UpdateMode;
  readonly feed: UpdateFeed | null;
  /** Of this program. */
  readonly version: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly fetch: typeof fetch;
  readonly updater: () => Promise<Updater>;
  readonly shell: Pick<DesktopShell, 'dialog' | 'Notification'>;
  readonly later: (ms: number, then: () => void) => () => void;
  /** Ends what would be lost; false when the person would rather not. */
  readonly leave: () => Promise<boolean>;
  /** Told when the menu says otherwise. */
  readonly changed: () => void;
}

/** So long after the start it looks first, and so often from then on, ms. */
const FIRST_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

export class Updates {
  readonly #options: UpdatesOptions;
  /** What was found, and whether it is here. */
  #found: { readonly announced: Announced; readonly fetched: boolean } | null = null;
  #busy = false;
  #cancel: () => void = () => undefined;

  constructor(options: UpdatesOptions) {
    this.#options = options;
  }

  /** What the menu offers. */
  get label(): string {
    if (this.#found === null) return UPDATE.check;
    const { announced, fetched } = this.#found;
    return fetched ? UPDATE.install(announced.version) : UPDATE.offer(announced.version);
  }

  /** How it stands, for About. */
  get words(): string {
    const { mode } = this.#options;
    return mode.kind === 'off' ? UPDATE.off(mode.why) : UPDATE.modes[mode.kind];
  }

  /** Looks from time to time, where it may. */
  begin(): void {
    if (this.#options.mode.kind === 'daily') this.#again(FIRST_MS);
  }

  close(): void {
    this.#cancel();
  }

  /** The person asked: each step is told, and the next one only taken when they agree. */
  async ask(): Promise<void> {
    const { mode, version } = this.#options;
    if (mode.kind === 'off') return this.#tell(UPDATE.off(mode.why), UPDATE.offDetail);
    if (this.#busy) return;
    this.#busy = true;
    try {
      if (this.#found === null) await this.#look();
      if (this.#found === null) return await this.#tell(UPDATE.newest(version));
      if (!this.#found.fetched && !(await this.#fetch())) return;
      await this.#install();
    } catch (error) {
      const [code, message] =
        error instanceof UpdateError ? [error.code, error.message] : ['UPDATE_FAILED', String(error)];
      this.#options.shell.dialog.showErrorBox(UPDATE.failed, DIALOG.failure(message, code));
    } finally {
      this.#busy = false;
    }
  }

  #again(ms: number): void {
    this.#cancel = this.#options.later(ms, () => {
      this.#again(DAY_MS);
      // That the feed cannot be reached, or is not what it should be, is told to those who ask.
      if (!this.#busy)
        void this.#look().then(
          () => this.#notify(),
          () => undefined,
        );
    });
  }

  /** Looks for a release that is newer than this one. Rejects with {@link UpdateError}. */
  async #look(): Promise<void> {
    const { feed, version, platform, arch, fetch: fetched, changed } = this.#options;
    if (feed === null) return;
    const announced = await fetchFeed(feed, feedName(platform, arch), fetched);
    if (!isNewer(announced.version, version)) return;
    this.#found = { announced, fetched: false };
    changed();
  }

  #notify(): void {
    const { Notification } = this.#options.shell;
    if (this.#found === null || this.#found.fetched || !Notification.isSupported()) return;
    const { version } = this.#found.announced;
    const told = new Notification({ title: UPDATE.offer(version), body: UPDATE.offerBody });
    told.on('click', () => void this.ask());
    told.show();
  }

  /** Fetches what was signed, and nothing else; false when the person would rather not. */
  async #fetch(): Promise<boolean> {
    const { feed, updater, version, changed } = this.#options;
    const found = this.#found;
    if (found === null || feed === null) return false;
    const { announced } = found;
    if (
      !(await this.#agree(UPDATE.fetch(announced.version), UPDATE.fetchDetail(version), UPDATE.fetchButton))
    )
      return false;
    const own = await updater();
    own.autoDownload = false;
    own.autoInstallOnAppQuit = false;
    own.setFeedURL({ provider: 'generic', url: feed.url });
    const checked = await own.checkForUpdates();
    const { data } = Announced.safeParse(checked?.updateInfo);
    if (!isDeepStrictEqual(data, announced)) {
      this.#found = null;
      changed();
      throw new UpdateError('FEED_DIFFERS', UPDATE.differs);
    }
    await own.downloadUpdate();
    this.#found = { announced, fetched: true };
    changed();
    return true;
  }

  async #install(): Promise<void> {
    const { updater, leave } = this.#options;
    const version = this.#found?.announced.version ?? '';
    if (!(await this.#agree(UPDATE.restart(version), UPDATE.restartDetail, UPDATE.restartButton))) return;
    if (await leave()) (await updater()).quitAndInstall();
  }

  async #agree(message: string, detail: string, button: string): Promise<boolean> {
    const { response } = await this.#options.shell.dialog.showMessageBox({
      type: 'question',
      message,
      detail,
      buttons: [button, UPDATE.later],
      defaultId: 0,
      cancelId: 1,
    });
    return response === 0;
  }

  async #tell(message: string, detail = ''): Promise<void> {
    await this.#options.shell.dialog.showMessageBox({
      type: 'info',
      message,
      detail,
      buttons: [DIALOG.close],
    });
  }
}
