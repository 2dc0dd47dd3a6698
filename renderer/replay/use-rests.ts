/** Whether something has stood still for a while: who passes by asks the host for nothing. */
import { useEffect, useState } from 'react';

/** As long as a key held down waits between two steps, in ms. */
const RESTS_MS = 60;

/** Null never stands. */
export function useRests(value: number | null): boolean {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), RESTS_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return value !== null && rested === value;
}
