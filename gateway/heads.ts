/** Binds the logs of a gateway's workers to each other: in one of them it is written how far all of them are on disk. */
import type { Logger } from 'pino';
import { say } from './log.ts';
import type { LogHead } from './recording.ts';
import type { Worker } from './worker.ts';

/** How often, ms (DESIGN §5): what an attacker could cut off the end of a log without being found out by another. */
const EVERY_MS = 10_000;

/** What of a worker is needed for it. */
type Headed = Pick<Worker, 'head' | 'recordHeads'>;

/** Starts to bind; the function it returns ends it. Workers that do not run keep the head they had. */
export function bindHeads(
  workers: () => readonly (Headed | null)[],
  log: Logger,
  every = EVERY_MS,
): () => void {
  const known = new Map<number, LogHead>();
  const bind = async (): Promise<void> => {
    const all = workers();
    await Promise.allSettled(
      all.map(async (worker, number) => {
        if (worker !== null) known.set(number, await worker.head());
      }),
    );
    const heads = [...known.entries()].toSorted(([a], [b]) => a - b).map(([, head]) => head);
    const writer = all.find((worker) => worker !== null);
    if (heads.length > 0) await writer?.recordHeads(heads);
  };
  const timer = setInterval(() => {
    void bind().catch((error: unknown) => {
      say(log, 'error', 'heads.failed', `the heads of the logs were not recorded: ${String(error)}`);
    });
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
