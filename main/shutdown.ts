/** When a command that runs until it is told has been told. */
import { setTimeout as wait } from 'node:timers/promises';

/** One Ctrl-C can reach a process twice, by the terminal and by its parent: what follows sooner is the same telling. */
const SAME_TELLING_MS = 1_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves once this process is told to end: by a signal, or because the parent that forked it is gone. A second signal
 * ends it at once.
 */
export async function toldToEnd(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve());
    process.once('disconnect', () => resolve());
    // The channel alone keeps nothing running; and it may have ended before anybody listened.
    process.channel?.unref();
    if (Object.hasOwn(process, 'connected') && !process.connected) resolve();
  });
  void impatience();
}

async function impatience(): Promise<void> {
  for (const signal of SIGNALS) process.on(signal, () => undefined);
  await wait(SAME_TELLING_MS, undefined, { ref: false });
  for (const signal of SIGNALS) process.once(signal, () => process.exit(130));
}
