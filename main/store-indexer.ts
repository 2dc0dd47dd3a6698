/**
 * What gateways ship is indexed by `auditorium index run` as a child of this host, so that unpacking and parsing take nothing from those
 * who look; it is started again where it ended by itself.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { StoreConfig } from '../gateway/config.ts';
import { storeEnvironment } from './remote-index.ts';

/** The command line, beside this file in a checkout and once built. */
const CLI = new URL(import.meta.url.endsWith('.ts') ? './cli.ts' : './cli.js', import.meta.url);

/** Pauses before it is started again, ms. */
const BACK_OFF = [1_000, 5_000, 30_000] as const;

/** One that ran for so long, ms, had begun well. */
const WELL_MS = 60_000;

/** Indexes a store until it is closed; `say` is told why it does not. */
export class StoreIndexer {
  readonly #store: StoreConfig;
  readonly #say: (line: string) => void;
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;

  constructor(store: StoreConfig, say: (line: string) => void) {
    this.#store = store;
    this.#say = say;
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    for (let failures = 0; !signal.aborted;) {
      const began = Date.now();
      const reason = await this.#once(signal);
      if (signal.aborted) return;
      this.#say(`the index of ${this.#store.name} stands still: ${reason}`);
      failures = Date.now() - began > WELL_MS ? 0 : failures + 1;
      const wait = BACK_OFF[Math.min(failures, BACK_OFF.length) - 1] ?? BACK_OFF[0];
      await pause(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until it ends; why. */
  async #once(signal: AbortSignal): Promise<string> {
    const { store, index, keys } = this.#store;
    const trusted = (keys ?? []).flatMap((file) => ['--key', file]);
    const child = fork(CLI, ['index', 'run', store, '--index', index, '--json', ...trusted], {
      env: { ...process.env, ...storeEnvironment(this.#store) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const end = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', end, { once: true });
    const reason = await lastWord(child);
    signal.removeEventListener('abort', end);
    return reason;
  }
}

function lastWord(child: ChildProcess): Promise<string> {
  let said: string | null = null;
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (/^[A-Z_]+: /.test(line)) said = line;
    });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) =>
      resolve(said ?? `auditorium index run ended with ${signal ?? `status ${status ?? '?'}`}`),
    );
  });
}
