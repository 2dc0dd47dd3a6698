/** What this window keeps of what it showed goes once something was taken out of the record. */
import { useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { queries } from '../api.ts';

/** How often that happened here. */
let times = 0;
const listeners = new Set<() => void>();

/** Forgets answers of the host, and has open sessions opened anew. */
export function forgetShown(): void {
  times++;
  // At once: what is asked for anew must not be asked of what stood there before.
  flushSync(() => {
    for (const listener of listeners) listener();
  });
  void queries.resetQueries();
}

/** Another number after each redaction: what keeps evidence beside the queries is made anew by it. */
export function useRedactions(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => times,
  );
}
