/** Functions that stay the same: what takes them need not be drawn again because they were made anew. */
import { useCallback, useLayoutEffect, useRef } from 'react';

/** One function for as long as the component is there, which does what the latest `run` does. For events, not for drawing. */
export function useSteady<A extends readonly unknown[], R>(run: (...given: A) => R): (...given: A) => R {
  const latest = useRef(run);
  useLayoutEffect(() => {
    latest.current = run;
  });
  return useCallback((...given: A) => latest.current(...given), []);
}
