/** A worker in a process of its own: started, called and ended by the gateway that forked it (forked-worker.ts). */
import { openLog } from './log.ts';
import { WorkerCalls } from './worker-calls.ts';
import { type StartedWorker, startWorker, type WorkerTask } from './worker.ts';

/** What the gateway sends first. */
export interface WorkerStart {
  readonly task: WorkerTask;
  /** Level of its log. */
  readonly level: string;
}

/** Sessions that are busy when the gateway itself dies get this long, ms: nobody is left to wait for more. */
const ORPHAN_GRACE_MS = 2_000;

let worker: StartedWorker | null = null;

const methods = {
  async start({ task, level }: WorkerStart): Promise<number> {
    const log = openLog(level).child({ worker: task.place.worker });
    worker = await startWorker(task, { log, passCancel: (wish) => calls.call('passCancel', wish) });
    Object.assign(methods, worker, { close });
    return worker.port;
  },
};
const calls = new WorkerCalls(process, methods);

async function close(): Promise<void> {
  await worker?.close();
  // The answer leaves first; then nothing keeps this process.
  setImmediate(() => process.disconnect());
}

// A Ctrl-C or a stop of the service reaches every process of the group: the gateway tells its workers what it means.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.once('disconnect', () => {
  void (async () => {
    await worker?.drain(ORPHAN_GRACE_MS).catch(() => {});
    await worker?.close().catch(() => {});
    process.exit();
  })();
});
