/** How long to wait before what ended by itself is started again. */

/** Pauses, ms: what ends at once again and again must not take the machine. */
const PAUSES = [500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** What ran so long, ms, had started well: its end is a first one. */
const STEADY_MS = 60_000;

export interface Restart {
  /** Ends in a row. */
  readonly failures: number;
  /** ms. */
  readonly pause: number;
}

/** After it ended: `failures` in a row before this one, `ran` for so many ms. */
export function restartAfter(failures: number, ran: number): Restart {
  const before = ran >= STEADY_MS ? 0 : failures;
  return { failures: before + 1, pause: PAUSES[Math.min(before, PAUSES.length - 1)] ?? 30_000 };
}

/** A window that fails so often in a row is not reloaded by itself any more. */
const RELOADS = 3;

/** Whether a window that crashed is reloaded without asking. */
export function reloads({ failures }: Restart): boolean {
  return failures <= RELOADS;
}
