/** Walking from one statement that touches a table to the next. */

/** The one after a place in the session, or before it with -1; null where none is. */
export function nextTouch(sequences: readonly number[], at: number, direction: 1 | -1): number | null {
  const next =
    direction === 1
      ? sequences.find((sequence) => sequence > at)
      : sequences.findLast((sequence) => sequence < at);
  return next ?? null;
}
