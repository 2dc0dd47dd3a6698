/** Which part of the session the time line shows; it goes along where the cursor goes. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { pannedRange, rangeScale, xOf, type Range } from './time-scale.ts';
import type { Gaps } from './gaps.ts';

export interface ShownRange {
  /** Null: all of it. */
  readonly range: Range | null;
  readonly setRange: (range: Range | null) => void;
}

/** `given` is what the address says. */
export function useRange(given: Range | null): ShownRange {
  const [range, setRange] = useState(given);
  const [known, setKnown] = useState(given);
  if (!isSame(known, given)) {
    setKnown(given);
    setRange(given);
  }
  return useMemo(() => ({ range, setRange }), [range]);
}

/** Keeps the cursor in sight: when it leaves what is shown, that moves along, and stays as wide. */
export function useCursorInRange(
  { range, setRange }: ShownRange,
  gaps: Gaps,
  time: number,
  fold: boolean,
): void {
  const before = useRef(time);
  useEffect(() => {
    if (before.current === time) return;
    before.current = time;
    if (range === null || (time >= range.from && time <= range.to)) return;
    // Any width serves: only shares of it count.
    const scale = rangeScale(gaps, WIDTH, fold, range);
    setRange(pannedRange(scale, xOf(scale, time) - WIDTH / 4));
  }, [range, setRange, gaps, time, fold]);
}

const WIDTH = 1000;

function isSame(a: Range | null, b: Range | null): boolean {
  return a?.from === b?.from && a?.to === b?.to;
}
