/**
 * How a worker ends whose recorder failed for good. Its spool is never written to again (fsyncgate: the kernel may have
 * dropped what a sync could not write), so the process must end; the next one verifies what is on disk and goes on.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Listener } from './listener.ts';
import type { Recording } from './recording.ts';
import type { SpoolError } from './recorder/spool-file.ts';

/** How long sessions may take to tell their agents, and to cancel what their databases do, ms. */
const GOODBYE_MS = 2_000;

/** How long the log's last events and what is shipped may take in all, ms; a disk that hangs takes for ever. */
const CLOSING_MS = 15_000;

/** How long a process may take to end once nothing is left to do, ms. */
const LEAVING_MS = 5_000;

/** Exit status of a worker's process whose recorder failed: as main/failure.ts has it for the family `recorder`. */
export const RECORDER_FAILED_STATUS = 9;

/**
 * Resolves, to the reason, once the recorder has failed and all that can still be done was: sessions told, the log's last
 * events written, what is on disk shipped. Whoever comes meanwhile is refused, or, where the port is `shared`, reaches
 * another worker.
 */
export async function recorderFailed(
  recording: Recording,
  listener: Listener,
  shared: boolean,
): Promise<SpoolError> {
  const failure = await recording.failed;
  if (shared) listener.close();
  await Promise.race([listener.served(), pause(GOODBYE_MS, undefined, { ref: false })]);
  await Promise.race([recording.close(), pause(CLOSING_MS, undefined, { ref: false })]);
  return failure;
}

/**
 * Ends this process soon, whatever it waits for: a system call that does not return, as on a disk that hangs, keeps Node
 * from exiting by itself and by `process.exit`, which waits for its threads too.
 */
export function leaveSoon(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LEAVING_MS).unref();
}
