/** The time of day, as coarse as ages are written. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 30_000;
const listeners = new Set<() => void>();
let now = Date.now() * 1000;
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  now = Date.now() * 1000;
  timer ??= setInterval(() => {
    now = Date.now() * 1000;
    for (const told of listeners) told();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** In µs; renders again twice a minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
