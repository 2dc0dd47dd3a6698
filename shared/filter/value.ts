/** Values of the filter language that are numbers: counts, durations in µs, times in µs since 1970. */

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

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** An ISO 8601 date or date and time, UTC where no zone is given, in µs since 1970; null when it is none. */
export function parseTime(value: string): number | null {
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
  return (date.getTime() - offset * 60_000) * 1000 + micros;
}

function zoneMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
