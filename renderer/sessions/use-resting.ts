/** Whether something has stood still for a while: what costs much is asked for only then. */
import { useEffect, useState } from 'react';

/** How long, ms: a filter that is changed on and on is not counted in between. */
const REST_MS = 120;

/** Whether `key` has been the same since it was `ready`; never true before it is. */
export function useResting(key: string, ready: boolean): boolean {
  const [rested, setRested] = useState<string | null>(null);
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => setRested(key), REST_MS);
    return () => clearTimeout(timer);
  }, [key, ready]);
  return rested === key;
}
