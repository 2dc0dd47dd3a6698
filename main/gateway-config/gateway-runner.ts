/** A gateway beside this host: started when somebody asks, started again when it ends by itself, ended in order with the host. */

/** Pauses before it is started again, ms: a port may be taken for a moment, a database for a while. */
const BACK_OFF = [1_000, 2_000, 5_000, 15_000, 30_000] as const;

/** One that ran for so long, ms, is started again as if for the first time. */
const SETTLED_MS = 60_000;

/** Lines of its log that are kept for people to read. */
const KEPT_LINES = 500;

/** A gateway's process, or whatever runs it. */
export interface GatewayChild {
  /** Ends it in order; `exited` tells when. */
  stop(): void;
  /** Why it ended, in words. */
  readonly exited: Promise<string>;
}

/** What it tells while it runs. */
export interface ChildEvents {
  readonly ready: () => void;
  /** A line of its log. */
  readonly line: (line: string) => void;
}

export interface RunnerOptions {
  readonly launch: (config: string, events: ChildEvents) => GatewayChild;
  readonly now: () => number;
  /** Runs something once, so many ms later; what it returns prevents it. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** Told whenever the state is another. */
  readonly changed?: () => void;
}

export interface RunnerState {
  readonly state: 'stopped' | 'starting' | 'running' | 'waiting' | 'stopping';
  /** Why it ended last; null: it has not. */
  readonly problem: string | null;
  readonly starts: number;
  /** When it is started again, ms since 1970; null: not by itself. */
  readonly again: number | null;
}

const STOPPED: RunnerState = { state: 'stopped', problem: null, starts: 0, again: null };

export class GatewayRunner {
  readonly #options: RunnerOptions;
  #state: RunnerState = STOPPED;
  #child: GatewayChild | null = null;
  #cancel: () => void = () => {};
  #failures = 0;
  #lines: string[] = [];
  /** The configuration it is run with; null: nobody wants it to run. */
  #wanted: string | null = null;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  get state(): RunnerState {
    return this.#state;
  }

  /** What it logged last, oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Whether it runs, or is to. */
  get active(): boolean {
    return this.#wanted !== null || this.#child !== null;
  }

  start(config: string): void {
    if (this.active) return;
    this.#wanted = config;
    this.#failures = 0;
    this.#lines = [];
    this.#set({ ...STOPPED });
    this.#launch(config);
  }

  /** Resolves once it has ended. */
  async stop(): Promise<void> {
    this.#wanted = null;
    this.#cancel();
    const child = this.#child;
    if (child === null) return this.#set({ ...STOPPED });
    this.#set({ ...this.#state, state: 'stopping' });
    child.stop();
    await child.exited;
  }

  #launch(config: string): void {
    const { launch, now } = this.#options;
    const since = now();
    this.#set({
      state: 'starting',
      problem: this.#state.problem,
      starts: this.#state.starts + 1,
      again: null,
    });
    const child = launch(config, {
      ready: () => this.#set({ ...this.#state, state: 'running', problem: null }),
      line: (line) => this.#keep(line),
    });
    this.#child = child;
    void child.exited.then((why) => this.#ended(why, now() - since));
  }

  #ended(why: string, ran: number): void {
    this.#child = null;
    const { now, after } = this.#options;
    const config = this.#wanted;
    if (config === null) return this.#set({ ...STOPPED });
    if (ran >= SETTLED_MS) this.#failures = 0;
    const pause = BACK_OFF[Math.min(this.#failures, BACK_OFF.length - 1)] ?? BACK_OFF[0];
    this.#failures++;
    this.#set({ ...this.#state, state: 'waiting', problem: why, again: now() + pause });
    this.#cancel = after(pause, () => this.#launch(config));
  }

  #keep(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.splice(0, this.#lines.length - KEPT_LINES);
  }

  #set(state: RunnerState): void {
    this.#state = state;
    this.#options.changed?.();
  }
}
