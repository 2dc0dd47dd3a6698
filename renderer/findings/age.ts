/** How long ago something was, in the two letters that a card has room for. */

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `now` and `time` in µs: 0 min, 12 min, 5 h, 3 d. What a clock elsewhere puts into the future is now. */
export function ageOf(time: number, now: number): string {
  const age = Math.max(0, now - time);
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  if (age < 2 * DAY) return `${Math.floor(age / HOUR)} h`;
  return `${Math.floor(age / DAY)} d`;
}
