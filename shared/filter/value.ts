/** Values of the filter language that are numbers: counts, sizes in bytes, durations in µs, times in µs since 1970. */

const UNITS_US: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 };

/** A whole number of at most 15 digits; null when it is none. */
export function parseCount(value: string): number | null {
  return /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/** `150ms`, `2s`, `1.5m`, `1h` in µs; null when it is none. */
export function parseDuration(value: string): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(us|µs|ms|s|m|h)$/.exec(value);
  return match === null ? null : Math.round(Number(match[1]) * (UNITS_US[match[2] ?? ''] ?? 0));
}

const UNITS_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** `500`, `64KiB`, `1.5MB` in bytes; null when it is none. */
export function parseSize(value: string): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)([kmg]i?b|b?)$/i.exec(value);
  return match === null
    ? null
    : Math.round(Number(match[1]) * (UNITS_BYTES[(match[2] ?? '').toLowerCase()] ?? 0));
}

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** From the start of what was written up to, without, its end; µs since 1970. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** An ISO 8601 date or date and time, UTC where no zone is given, as the day, minute, second or part of one it names. */
export function parseTime(value: string): TimeSpan | null {
  const match = TIME.exec(value);
  if (match === null) return null;
  const part = (group: number) => Number(match[group] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const offset = zoneMinutes(match[8]);
  if (offset === null) return null;
  const micros = Number((match[7] ?? '').padEnd(6, '0'));
  const from = (date.getTime() - offset * 60_000) * 1000 + micros;
  return { from, to: from + precision(match[5], match[6], match[7]) };
}

/** How long what was written lasts, µs: of a time without minutes a day, of a fraction its last digit. */
function precision(minute?: string, second?: string, fraction?: string): number {
  if (fraction !== undefined) return 10 ** (6 - fraction.length);
  if (second !== undefined) return 1e6;
  return minute === undefined ? 86_400e6 : 60e6;
}

/** The shortest text that {@link parseTime} reads as a span from `micros`, but for days. */
export function printTime(micros: number): string {
  const fraction = String(micros % 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return new Date(micros / 1000).toISOString().slice(0, 19) + (fraction === '' ? 'Z' : `.${fraction}Z`);
}

function zoneMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
