/** When a command that runs until it is told has been told. */
import { setTimeout as wait } from 'node:timers/promises';

/** One Ctrl-C can reach a process twice, by the terminal and by its parent: what follows sooner is the same telling. */
const SAME_TELLING_MS = 1_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Telling {
  /** The signals that mean it; SIGHUP is left out by what has another use for it. */
  readonly signals?: readonly NodeJS.Signals[];
  /** What a second signal does; a third one then ends this process at once, as a second does without this. */
  readonly again?: () => void;
}

/**
 * Resolves once this process is told to end: by a signal, or because the parent that forked it is gone. A second signal
 * ends it at once, unless {@link Telling.again} says otherwise.
 */
export async function toldToEnd({ signals = SIGNALS, again }: Telling = {}): Promise<'signal' | 'orphaned'> {
  const how = await new Promise<'signal' | 'orphaned'>((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve('signal'));
    process.once('disconnect', () => resolve('orphaned'));
    // The channel alone keeps nothing running; and it may have ended before anybody listened.
    process.channel?.unref();
    if (Object.hasOwn(process, 'connected') && !process.connected) resolve('orphaned');
  });
  void impatience(signals, again);
  return how;
}

async function impatience(signals: readonly NodeJS.Signals[], again?: () => void): Promise<void> {
  const ends = again === undefined ? [] : [again];
  let settled = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (settled) (ends.shift() ?? endNow)();
    });
  }
  await wait(SAME_TELLING_MS, undefined, { ref: false });
  settled = true;
}

function endNow(): never {
  process.exit(130);
}
