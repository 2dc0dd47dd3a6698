/** Tells of a cell that was opened and looked at: one that is only passed on the way to another is not. */
import { useEffect, useRef } from 'react';
import type { CellAt } from './cell-grid-column.ts';

/** How long a cell is chosen before it was looked at, ms: longer than a key that is held takes to repeat. */
const LOOK_MS = 800;

/** `shown`: the chosen cell, where opening it shows more than its place in the grid does; else null. */
export function useReveal(shown: CellAt | null, onReveal: ((at: CellAt) => void) | undefined): void {
  const latest = useRef(onReveal);
  useEffect(() => {
    latest.current = onReveal;
  });
  const [row, column] = [shown?.row ?? -1, shown?.column ?? -1];
  useEffect(() => {
    if (row < 0) return;
    const timer = setTimeout(() => latest.current?.({ row, column }), LOOK_MS);
    return () => clearTimeout(timer);
  }, [row, column]);
}
