/** A worker in a process of its own: started, called and ended by the gateway that forked it (forked-worker.ts). */
import type { Config } from './config.ts';
import { received } from './config-sent.ts';
import { leaveSoon, RECORDER_FAILED_STATUS } from './failed-worker.ts';
import { openLog } from './log.ts';
import type { CancelWish } from './postgres/cancel-request.ts';
import { WorkerCalls } from './worker-calls.ts';
import { type StartedWorker, startWorker, type WorkerSurroundings, type WorkerTask } from './worker.ts';

/** What the gateway sends first. */
export interface WorkerStart {
  readonly task: WorkerTask;
  /** Level of its log. */
  readonly level: string;
}

/** Sessions that are busy when the gateway itself dies get this long, ms: nobody is left to wait for more. */
const ORPHAN_GRACE_MS = 2_000;

let worker: StartedWorker | null = null;
let failing = false;

const methods = {
  async start({ task, level }: WorkerStart): Promise<number> {
    const log = openLog(level).child({ worker: task.place.worker });
    const passCancel = (wish: CancelWish) => calls.call<boolean>('passCancel', wish);
    const around = { log, passCancel, tellRequest };
    const started = await startWorker({ ...task, config: received(task.config) }, around);
    worker = started;
    const configure = (config: Config) => started.configure(received(config));
    Object.assign(methods, started, { close, configure });
    void started.failed.then(fail);
    return started.port;
  },
};
const calls = new WorkerCalls(process, methods);

/** When the gateway has gone there is nobody to tell. */
const tellRequest: WorkerSurroundings['tellRequest'] = (request, what) =>
  void calls.call('tellRequest', { request, what }).catch(() => {});

async function close(): Promise<void> {
  await worker?.close();
  // The answer leaves first; then nothing keeps this process.
  setImmediate(() => {
    if (process.connected) process.disconnect();
  });
}

/** Its recorder can record no more: the gateway is told why, and starts another process. */
async function fail({ message }: Error): Promise<void> {
  failing = true;
  process.exitCode = RECORDER_FAILED_STATUS;
  leaveSoon();
  await calls.call('failed', message).catch(() => {}); // the gateway has gone: there is nobody to tell
  await close();
}

// A Ctrl-C or a stop of the service reaches every process of the group: the gateway tells its workers what it means.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.once('disconnect', () => {
  if (failing) return;
  void (async () => {
    await worker?.drain(ORPHAN_GRACE_MS).catch(() => {});
    await worker?.close().catch(() => {});
    process.exit();
  })();
});
