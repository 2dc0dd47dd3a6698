/** How long a request has, in words that do not move more than they must. */

/** Below this, ms, it is soon. */
export const SOON_MS = 60_000;

/** `14:05`, `59 s`, `2 h 03 min`; `over` once the deadline has passed. */
export function timeLeft(ms: number): string {
  if (ms <= 0) return 'over';
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`;
  return `${Math.floor(seconds / 3600)} h ${pad(Math.floor((seconds % 3600) / 60))} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
