/**
 * A gateway stays below 250 MB whatever streams through it. Half of what it would otherwise take is young garbage and
 * memory that the allocator keeps apart for each thread, and both are settled before the first line of a program runs.
 */

/**
 * Young generations of 1 MiB a thread instead of 16: next to nothing of a statement outlives it, so a larger one is only
 * more garbage at a time, and less of it in the processor's caches. One helper thread for V8: more only add arenas.
 */
export const LEAN_FLAGS = ['--max-semi-space-size=1', '--v8-pool-size=1'] as const;

/** glibc keeps up to eight arenas a processor; the data path and the shipper need one each. */
export const LEAN_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' } as const;

/**
 * Starts this program anew in its own place (same process, same pid, execve(2)) with {@link LEAN_FLAGS}, where that can be
 * and has not been done. A process with a channel to its parent would lose it and goes on as it is: its parent sets these.
 */
export function becomeLean(): void {
  const able = process.platform !== 'win32' && process.execve !== undefined;
  if (!able || process.connected || process.versions['electron'] !== undefined) return;
  if (LEAN_FLAGS.every((flag) => process.execArgv.includes(flag))) return;
  process.execve?.(
    process.execPath,
    [process.execPath, ...LEAN_FLAGS, ...process.execArgv, ...process.argv.slice(1)],
    { ...process.env, ...LEAN_ENVIRONMENT },
  );
}
