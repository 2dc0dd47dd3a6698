/**
 * The workers of a gateway. One is run in the gateway's own process; of several each is a process of its own that shares
 * the port with the others, and one that dies is started again while the others go on.
 */
import type { Logger } from 'pino';
import { forkWorker, type ForkedWorker } from './forked-worker.ts';
import { say } from './log.ts';
import type { CancelWish } from './postgres/cancel-request.ts';
import type { SpoolError } from './recorder/spool-file.ts';
import { startWorker, type Worker, type WorkerSurroundings, type WorkerTask } from './worker.ts';

export interface Crew {
  /** Where agents come in. */
  readonly port: number;
  /** By number; null while one is not running. */
  readonly workers: readonly (Worker | null)[];
  /** By number: why it is not running, or did not run last. */
  readonly losses: readonly (string | null)[];
  /**
   * Resolves when the only worker can record no more and has ended as far as it can: the process must end, and with it
   * what it knows of the spool. Never with several, whose processes are started again.
   */
  readonly failed: Promise<SpoolError>;
  /** Ends all workers in order. */
  close(): Promise<void>;
}

/** The workers that run now. */
export function running({ workers }: Pick<Crew, 'workers'>): readonly Worker[] {
  return workers.filter((worker) => worker !== null);
}

export interface CrewOptions {
  readonly workers: number;
  readonly log: Logger;
  /** What a worker is started with, now and when it is started again. */
  readonly taskOf: (worker: number, port: number) => WorkerTask;
  readonly tellRequest: WorkerSurroundings['tellRequest'];
  /** Told when a worker's process is gone, and with it all that it held. */
  readonly lost: (worker: number) => void;
}

/** After a worker died it is started again this much later, ms; each time in a row twice as late, up to the last. */
const BACK_OFF = { first: 250, last: 30_000 };

/** A worker that lived this long, ms, did not die of how it was started. */
const STEADY_MS = 60_000;

/** Starts all workers; rejects when one does not start, with the error of the part that could not. */
export async function startCrew(options: CrewOptions): Promise<Crew> {
  return options.workers === 1 ? inProcess(options) : ForkedCrew.start(options);
}

async function inProcess({ log, taskOf, tellRequest }: CrewOptions): Promise<Crew> {
  const worker = await startWorker(taskOf(0, taskOf(0, 0).config.gateway.listen.port), {
    log,
    passCancel: async () => false, // there is nobody else
    tellRequest,
  });
  const { port, failed } = worker;
  return { port, workers: [worker], losses: [null], failed, close: () => worker.close() };
}

class ForkedCrew implements Crew {
  readonly workers: (ForkedWorker | null)[];
  readonly losses: (string | null)[];
  readonly failed = new Promise<never>(() => {});
  readonly #options: CrewOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #restarts = new Set<Promise<void>>();
  #port = 0;
  #closing = false;

  private constructor(options: CrewOptions) {
    this.#options = options;
    this.workers = Array.from({ length: options.workers }, () => null);
    this.losses = this.workers.map(() => null);
  }

  /** The first worker finds the port where any is asked for; the others share it. */
  static async start(options: CrewOptions): Promise<ForkedCrew> {
    const crew = new ForkedCrew(options);
    try {
      crew.#port = options.taskOf(0, 0).config.gateway.listen.port;
      crew.#port = (await crew.#start(0)).port;
      const others = Array.from({ length: options.workers - 1 }, (_, index) => crew.#start(index + 1));
      // All have answered before any failure ends those that did start.
      for (const started of await Promise.allSettled(others))
        if (started.status === 'rejected') throw started.reason;
      return crew;
    } catch (error) {
      await crew.close();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#restarts);
    await Promise.all(
      this.workers.map(async (worker) => {
        await worker?.close().catch(() => {}); // it died meanwhile: its spool is taken up at the next start
        await worker?.gone;
      }),
    );
  }

  async #start(number: number, delay: number = BACK_OFF.first): Promise<ForkedWorker> {
    const { log, taskOf, tellRequest } = this.#options;
    const start = { task: taskOf(number, this.#port), level: log.level };
    const passCancel = (wish: CancelWish) => this.#cancel(number, wish);
    const worker = await forkWorker(start, { passCancel, tellRequest });
    this.workers[number] = worker;
    void this.#watch(number, worker, delay);
    return worker;
  }

  /** Asks every worker but the one the CancelRequest came to; all, so that what it means is not told by how long it takes. */
  async #cancel(from: number, wish: CancelWish): Promise<boolean> {
    const others = running({ workers: this.workers.filter((_, number) => number !== from) });
    const answers = await Promise.all(others.map((worker) => worker.cancel(wish).catch(() => false)));
    return answers.includes(true);
  }

  async #watch(number: number, worker: ForkedWorker, delay: number): Promise<void> {
    const since = performance.now();
    const how = await worker.gone;
    this.workers[number] = null;
    this.losses[number] = how;
    this.#options.lost(number);
    if (this.#closing) return;
    const message = `worker ${number} died and is started again`;
    say(this.#options.log, 'error', 'worker.died', message, { worker: number, how });
    this.#later(number, performance.now() - since >= STEADY_MS ? BACK_OFF.first : delay);
  }

  #later(number: number, delay: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const restart = this.#restart(number, Math.min(delay * 2, BACK_OFF.last));
      this.#restarts.add(restart);
      void restart.finally(() => this.#restarts.delete(restart));
    }, delay);
    this.#timers.add(timer);
  }

  async #restart(number: number, delay: number): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#start(number, delay);
      say(log, 'info', 'worker.restarted', `worker ${number} runs again`, { worker: number });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.losses[number] = why;
      say(log, 'error', 'worker.failed', `worker ${number} does not start: ${why}`, { worker: number });
      if (!this.#closing) this.#later(number, delay);
    }
  }
}
