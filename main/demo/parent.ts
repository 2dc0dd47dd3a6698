/** Whether the npm that runs the demo is still there. */
import { statOf } from './processes.ts';

/** How often to look, ms. */
const POLL = 500;

/**
 * Resolves when the npm that started this process is gone; never when it was not npm. npm's scripts get no signal when npm
 * is killed, and whoever started the demo by npm would not know what to end. Without npm, a demo may well outlive the
 * shell it was started from.
 */
export function npmGone(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (process.env['npm_lifecycle_event'] === undefined) return;
    const before = ancestry();
    const watch = setInterval(() => {
      if (ancestry() !== before) resolve();
    }, POLL);
    watch.unref();
    signal.addEventListener('abort', () => clearInterval(watch));
  });
}

/**
 * The processes from here up to npm, in words to compare. npm runs a script through a shell, which some shells leave out
 * by exec and others, dash among them, stay in; where there is no /proc (macOS), sh is one of those that leave.
 */
function ancestry(): string {
  const parent = process.ppid;
  const stat = statOf(parent);
  return stat === null || /^(npm|node)/.test(stat.name) ? String(parent) : `${parent} ${stat.parent}`;
}
