/**
 * Threads that parse long texts, each under a budget of time and memory, so that nobody's text holds up another session. A
 * thread that overruns is ended and replaced.
 */
import { Worker } from 'node:worker_threads';
import { entryModule } from '../../entry-module.ts';
import type { ParseAnswer, ParseJob } from './parse-job.ts';

/** Enough to keep one long text from holding up the next; more would take processors from the data path. */
const THREADS = 2;

/** Of JavaScript; trees of the longest texts that are parsed take a tenth. */
const MAX_HEAP_MB = 256;

/** Texts that wait: each session has at most one, but a text may wait behind as many bombs. */
const MAX_WAITING = 256;

export type LongAnswer = Exclude<ParseAnswer, 'ready'>;

interface Waiting {
  readonly job: ParseJob;
  readonly answer: (answer: LongAnswer) => void;
}

interface Thread {
  readonly worker: Worker;
  ready: boolean;
  job: Waiting | null;
  timer: NodeJS.Timeout | null;
}

/** Parses texts in threads that it starts when they are needed first. */
export class ParsePool {
  readonly #budget: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Waiting[] = [];
  #closed = false;

  /** `budget`: how long a text may take, ms. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Resolves to what the text is, or why nobody knows; never rejects. */
  parse(sql: string): Promise<LongAnswer> {
    if (this.#closed) return Promise.resolve({ unparsed: 'the gateway is closing' });
    if (this.#waiting.length >= MAX_WAITING)
      return Promise.resolve({ unparsed: 'too many long texts wait to be parsed' });
    return new Promise((answer) => {
      this.#waiting.push({ job: { sql }, answer });
      this.#next();
    });
  }

  /** Ends the threads; who waits is told. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { answer } of this.#waiting.splice(0)) answer({ unparsed: 'the gateway is closing' });
    await Promise.all([...this.#threads].map((thread) => this.#end(thread, 'the gateway is closing')));
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const idle = [...this.#threads].find(({ ready, job }) => ready && job === null);
    if (idle !== undefined) this.#give(idle);
    else if (this.#threads.size < THREADS && ![...this.#threads].some(({ ready }) => !ready)) this.#start();
  }

  #give(thread: Thread): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    thread.job = waiting;
    thread.timer = setTimeout(() => {
      void this.#end(thread, `it took longer than ${this.#budget} ms to parse`);
    }, this.#budget);
    thread.worker.postMessage(waiting.job);
  }

  #start(): void {
    const worker = new Worker(entryModule(import.meta.url, 'parse-worker'), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    const thread: Thread = { worker, ready: false, job: null, timer: null };
    this.#threads.add(thread);
    worker.unref();
    worker.on('message', (answer: ParseAnswer) => this.#take(thread, answer));
    worker.on('error', () => void this.#end(thread, 'the parser ran out of memory'));
    worker.on('exit', () => void this.#end(thread, 'the parser ended'));
  }

  #take(thread: Thread, answer: ParseAnswer): void {
    if (answer === 'ready') thread.ready = true;
    else this.#finish(thread, answer);
    this.#next();
  }

  #finish(thread: Thread, answer: LongAnswer): void {
    if (thread.timer !== null) clearTimeout(thread.timer);
    const { job } = thread;
    thread.job = null;
    thread.timer = null;
    job?.answer(answer);
  }

  /** Ends a thread; one that never got ready fails who waits, since another would not do better. */
  async #end(thread: Thread, reason: string): Promise<void> {
    if (!this.#threads.delete(thread)) return;
    this.#finish(thread, { unparsed: reason });
    if (!thread.ready) for (const { answer } of this.#waiting.splice(0)) answer({ unparsed: reason });
    await thread.worker.terminate();
    if (!this.#closed) this.#next();
  }
}
