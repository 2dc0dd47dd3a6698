/** The gateway's side of a worker in a process of its own (worker-process.ts). */
import { fork } from 'node:child_process';
import type { CancelWish } from './postgres/cancel-request.ts';
import { entryModule } from './entry-module.ts';
import { GatewayError } from './gateway-error.ts';
import { remoteWorker, WorkerCalls } from './worker-calls.ts';
import type { WorkerStart } from './worker-process.ts';
import type { Worker, WorkerSurroundings } from './worker.ts';

/** What of the gateway a worker may call. */
export type ForkSurroundings = Pick<WorkerSurroundings, 'passCancel' | 'tellRequest'>;

/** The arguments of `tellRequest`, as they cross the channel. */
interface RequestTold {
  readonly request: Parameters<ForkSurroundings['tellRequest']>[0];
  readonly what: Parameters<ForkSurroundings['tellRequest']>[1];
}

/** What the gateway was told of memory (main/lean.ts) goes for its workers too; other flags are its own. */
const MEMORY_FLAGS = /^--(?:max-semi-space-size|v8-pool-size)=/;

export interface ForkedWorker extends Worker {
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process is gone, to how it ended: why it gave up, an exit status or a signal. */
  readonly gone: Promise<string>;
}

/** Starts the process and the worker in it; rejects with the error of the part that could not start. */
export async function forkWorker(start: WorkerStart, around: ForkSurroundings): Promise<ForkedWorker> {
  const child = fork(entryModule(import.meta.url, 'worker-process'), {
    execArgv: process.execArgv.filter((flag) => MEMORY_FLAGS.test(flag)),
    serialization: 'advanced', // keys and ids are bytes
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let reason: string | null = null;
  const failed = async (why: string) => void (reason = why);
  const passCancel = (wish: CancelWish) => around.passCancel(wish);
  const tellRequest = async ({ request, what }: RequestTold) => around.tellRequest(request, what);
  const calls = new WorkerCalls(child, { passCancel, failed, tellRequest });
  const gone = new Promise<string>((resolve) => {
    const ended = (how: string) => {
      const why = reason ?? how;
      resolve(why); // first, so that whoever sees a call fail finds the reason known
      calls.break(new GatewayError('WORKER_FAILED', `worker ${start.task.place.worker} ended: ${why}`));
    };
    child.once('exit', (code, signal) => ended(signal ?? `status ${code}`));
    child.once('error', (error) => ended(error.message));
  });
  try {
    const port = await calls.call<number>('start', start);
    return { ...remoteWorker(calls), port, pid: child.pid ?? 0, gone };
  } catch (error) {
    child.kill('SIGKILL'); // it has nothing to finish: its own clean-up ran before it answered
    await gone;
    throw error;
  }
}
