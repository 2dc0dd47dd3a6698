/** Keeps the gateway of the desktop app running: started, started again when it ends by itself, ended in order. */
import { startChild, type Child } from '../../gateway/archive/child.ts';
import { restartAfter } from './back-off.ts';
import type { FromGateway, GatewayAsked, ToGateway } from './gateway-protocol.ts';
import { GATEWAY } from './words.ts';

/** How a gateway stands that this app runs. */
export type KeptGateway =
  | { readonly state: 'starting' }
  | { readonly state: 'running'; readonly listen: string; readonly archive: string }
  /** It has ended by itself, and is started again in `pause` ms. */
  | { readonly state: 'waiting'; readonly pause: number; readonly reason: string }
  | { readonly state: 'stopping' };

export interface KeeperOptions {
  /** The entry of its process (gateway-process.ts). */
  readonly entry: string;
  readonly config: string;
  /** What it is to sign with, asked at each start; null: the file of its configuration. */
  readonly key: () => Promise<string | null>;
  /** Told of every change. */
  readonly changed: (now: KeptGateway) => void;
  /** ms, of a clock that only goes forward. */
  readonly now: () => number;
  /** Calls back after so many ms, unless the function it returns was called. */
  readonly later: (ms: number, then: () => void) => () => void;
}

/** How long it may take to end its sessions before it is ended by force, ms. */
const PATIENCE_MS = 20_000;

export class GatewayKeeper {
  readonly #options: KeeperOptions;
  #child: Child | null = null;
  #failures = 0;
  #state: KeptGateway = { state: 'starting' };
  #cancel: () => void = () => undefined;
  #gone: Promise<void> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.#options = options;
    void this.#start();
  }

  get state(): KeptGateway {
    return this.#state;
  }

  /** In words, for a menu and a badge. */
  get words(): string {
    return wordsOf(this.#state);
  }

  /** Ends it, its sessions in order; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#cancel();
    this.#become({ state: 'stopping' });
    const child = this.#child;
    if (child === null) return;
    this.#tell(child, { stop: true });
    const force = this.#options.later(PATIENCE_MS, () => void child.kill('SIGKILL'));
    await this.#gone;
    force();
  }

  async #start(): Promise<void> {
    this.#become({ state: 'starting' });
    const began = this.#options.now();
    let key: GatewayAsked['key'];
    try {
      key = await this.#options.key();
    } catch (error) {
      this.#wait(began, error instanceof Error ? error.message : String(error));
      return;
    }
    if (this.#state.state === 'stopping') return;
    const child = startChild(this.#options.entry, []);
    this.#child = child;
    let reason: string | null = null;
    child.on('message', (told: FromGateway) => {
      if ('failed' in told) reason = told.failed;
      else if (this.#state.state === 'starting') this.#become({ state: 'running', ...told.ready });
    });
    child.once('error', (error) => {
      reason ??= error.message;
    });
    this.#gone = new Promise((resolve) => {
      child.once('exit', (status, signal) => {
        this.#child = null;
        resolve();
        if (this.#state.state !== 'stopping')
          this.#wait(began, reason ?? signal ?? `status ${status ?? '?'}`);
      });
    });
    this.#tell(child, { start: { config: this.#options.config, key } });
  }

  #wait(began: number, reason: string): void {
    const { failures, pause } = restartAfter(this.#failures, this.#options.now() - began);
    this.#failures = failures;
    this.#become({ state: 'waiting', pause, reason });
    this.#cancel = this.#options.later(pause, () => void this.#start());
  }

  #become(state: KeptGateway): void {
    this.#state = state;
    this.#options.changed(state);
  }

  /** That it is gone is told by its exit. */
  #tell(child: Child, message: ToGateway): void {
    child.send(message, () => undefined);
  }
}

function wordsOf(kept: KeptGateway): string {
  switch (kept.state) {
    case 'starting':
      return GATEWAY.starting;
    case 'running':
      return GATEWAY.running(kept.listen);
    case 'waiting':
      return GATEWAY.waiting(Math.ceil(kept.pause / 1_000), kept.reason);
    case 'stopping':
      return GATEWAY.stopping;
  }
}
