/** How quantities are written. Times are µs since 1970 and shown in UTC, as the filter language reads them. */

const MICROS = 1_000;
const SECOND = 1_000_000;

const thousands = new Intl.NumberFormat('en-US');
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** 48,112 */
export function formatCount(count: number): string {
  return thousands.format(count);
}

/** 48.1K: where there is no room for more. */
export function formatCompact(count: number): string {
  return count < 10_000 ? formatCount(count) : compact.format(count);
}

/** 1 row, 2 rows */
export function formatNumberOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** 2026-11-21 09:14:02 */
export function formatDateTime(time: number): string {
  return iso(time).slice(0, 19).replace('T', ' ');
}

/** 11-21 09:14:02 */
export function formatShortTime(time: number): string {
  return formatDateTime(time).slice(5);
}

/** 09:14:21.482 */
export function formatClock(time: number): string {
  return iso(time).slice(11, 23);
}

/** 2026-11-21T09:14:21.482017Z: every digit that was recorded. */
export function formatExact(time: number): string {
  const micros = String(Math.trunc(time % MICROS)).padStart(3, '0');
  return `${iso(time).slice(0, 23)}${micros}Z`;
}

/** A time as the filter language takes it. */
export function formatFilterTime(time: number): string {
  return `${iso(time).slice(0, 19)}Z`;
}

/** 340 µs, 12.4 ms, 1.82 s, 4 min 02 s, 3 h 07 min */
export function formatDuration(duration: number): string {
  if (duration < 1_000) return `${Math.round(duration)} µs`;
  if (duration < 999_500) return `${threeDigits(duration / 1_000)} ms`;
  if (duration < 60 * SECOND) return `${threeDigits(duration / SECOND)} s`;
  const seconds = Math.round(duration / SECOND);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
  return `${Math.floor(minutes / 1440)} d ${pad(Math.floor((minutes % 1440) / 60))} h`;
}

/** 512 B, 4.2 KiB, 1.3 MiB */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : threeDigits(value)} ${units[unit] ?? 'B'}`;
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function iso(time: number): string {
  return new Date(Math.floor(time / MICROS)).toISOString();
}
