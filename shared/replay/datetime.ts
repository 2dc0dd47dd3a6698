/** Binary dates, times and intervals as PostgreSQL prints them with DateStyle ISO (src/backend/utils/adt/datetime.c). */

/** Days from 0000-03-01 (where the civil calendar's arithmetic starts) to PostgreSQL's epoch, 2000-01-01. */
const EPOCH_FROM_MARCH_0000 = 730_425;
const DAYS_IN_400_YEARS = 146_097;
const MICROS_IN_DAY = 86_400_000_000n;
const MAX_INT32 = 2_147_483_647;
const MIN_INT32 = -2_147_483_648;
const MAX_INT64 = 9_223_372_036_854_775_807n;
const MIN_INT64 = -9_223_372_036_854_775_808n;

/** `date`: days since 2000-01-01. */
export function dateText(days: number): string {
  if (days === MAX_INT32) return 'infinity';
  if (days === MIN_INT32) return '-infinity';
  const { date, era } = civil(days);
  return date + era;
}

/** `timestamp`: µs since 2000-01-01; `zone` follows the time (`+00` for timestamptz, which is sent in UTC). */
export function timestampText(micros: bigint, zone: string): string {
  if (micros === MAX_INT64) return 'infinity';
  if (micros === MIN_INT64) return '-infinity';
  let days = micros / MICROS_IN_DAY;
  let rest = micros % MICROS_IN_DAY;
  if (rest < 0n) {
    rest += MICROS_IN_DAY;
    days -= 1n;
  }
  const { date, era } = civil(Number(days));
  return `${date} ${timeText(rest)}${zone}${era}`;
}

/** `time`: µs since midnight. */
export function timeText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  const fraction = fractionText(micros % 1_000_000n);
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction}`;
}

/** The zone of `timetz`: seconds west of Greenwich. */
export function zoneText(west: number): string {
  const seconds = Math.abs(west);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  return (west > 0 ? '-' : '+') + parts.map(two).join(':');
}

/** `interval` in style `postgres`: `1 year 2 mons -3 days 04:05:06.7`. */
export function intervalText(micros: bigint, days: number, months: number): string {
  if (micros === MAX_INT64 && days === MAX_INT32 && months === MAX_INT32) return 'infinity';
  if (micros === MIN_INT64 && days === MIN_INT32 && months === MIN_INT32) return '-infinity';
  const years = Math.trunc(months / 12);
  const parts: string[] = [];
  let afterNegative = false;
  for (const [count, unit] of [
    [years, 'year'],
    [months - years * 12, 'mon'],
    [days, 'day'],
  ] as const) {
    if (count === 0) continue;
    parts.push(`${afterNegative && count > 0 ? '+' : ''}${count} ${unit}${count === 1 ? '' : 's'}`);
    afterNegative = count < 0;
  }
  if (micros !== 0n || parts.length === 0) {
    const sign = micros < 0n ? '-' : afterNegative ? '+' : '';
    parts.push(sign + timeText(micros < 0n ? -micros : micros));
  }
  return parts.join(' ');
}

/** Days since 2000-01-01 as year-month-day, proleptic Gregorian (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function civil(sinceEpoch: number): { readonly date: string; readonly era: string } {
  const days = sinceEpoch + EPOCH_FROM_MARCH_0000;
  const cycle = Math.floor(days / DAYS_IN_400_YEARS);
  const ofCycle = days - cycle * DAYS_IN_400_YEARS;
  const yearOfCycle = Math.floor(
    (ofCycle - Math.floor(ofCycle / 1460) + Math.floor(ofCycle / 36_524) - Math.floor(ofCycle / 146_096)) /
      365,
  );
  const ofYear = ofCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const monthFromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0);
  const shown = year > 0 ? year : 1 - year; // there is no year 0: 1 BC comes before 1 AD
  return { date: `${String(shown).padStart(4, '0')}-${two(month)}-${two(day)}`, era: year > 0 ? '' : ' BC' };
}

function two(value: number | bigint): string {
  return String(value).padStart(2, '0');
}

function fractionText(micros: bigint): string {
  return micros === 0n ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`;
}
