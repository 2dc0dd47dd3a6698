/**
 * Packs volumes that ended before they are sealed, in a thread of its own: one of a million statements takes seconds, and what is
 * shipped is to be seen within one.
 */
import { Worker } from 'node:worker_threads';
import { dropPacked, type Source, takePacked, toBePacked } from './archive/sqlite/pack.ts';
import type { Packing } from './archive/sqlite/seal.ts';
import { entryModule } from './entry-module.ts';

/** What the thread is started with. */
export interface PackTask {
  readonly path: string;
}

/** A thread that packs, or has. */
interface Run {
  readonly source: Source;
  readonly ended: Promise<void>;
  running: boolean;
  failure: string | null;
}

/** Packs one volume at a time. */
export class VolumePacking implements Packing {
  readonly #warn: (message: string) => void;
  #run: Run | null = null;

  /** `warn` is told why a volume stays as it is. */
  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  get isRunning(): boolean {
    return this.#run?.running === true;
  }

  packed(path: string): boolean {
    if (this.isRunning) return false;
    const run = this.#run;
    this.#run = null;
    if (run !== null) this.#take(run);
    if (run?.source.path === path) return true;
    const source = toBePacked(path);
    if (source !== null) this.#run = started(source);
    return source === null;
  }

  /** Resolves once nothing runs: what SQLite writes cannot be broken off. */
  async ended(): Promise<void> {
    await this.#run?.ended;
  }

  #take({ source, failure }: Run): void {
    const stays = (why: string) => this.#warn(`${source.path} is sealed as it is, not packed: ${why}`);
    if (failure !== null) return stays(failure);
    try {
      takePacked(source);
    } catch (error) {
      dropPacked(source.path);
      stays((error as Error).message);
    }
  }
}

function started(source: Source): Run {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const run: Run = { source, ended, running: true, failure: null };
  const workerData: PackTask = { path: source.path };
  new Worker(entryModule(import.meta.url, 'pack-worker'), { workerData })
    .on('error', (error) => (run.failure = error.message))
    .once('exit', () => {
      run.running = false;
      resolve();
    });
  return run;
}
