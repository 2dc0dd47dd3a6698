/** Whether the npm that runs the demo is still there. */

/** How often to look, ms. */
const POLL = 500;

/**
 * Resolves when the npm that started this process is gone; never when it was not npm. A process of npm's gets no signal
 * when npm is killed, and whoever started the demo by npm would not know what to end. Without npm in between, a demo may
 * well outlive the shell it was started from.
 */
export function npmGone(signal: AbortSignal): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    if (process.env['npm_lifecycle_event'] === undefined) return;
    const watch = setInterval(() => {
      if (process.ppid !== parent) resolve();
    }, POLL);
    watch.unref();
    signal.addEventListener('abort', () => clearInterval(watch));
  });
}
