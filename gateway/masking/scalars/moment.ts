/** Dates and times (manual §8.5). Texts are read in ISO style; what is written is ISO, which every DateStyle takes. */
import { codeOf } from '../pseudonym.ts';
import type { Format } from '../type-shape.ts';
import { fromBytes } from './integer.ts';
import { type Scalar, type Spelled, spelled } from './scalar.ts';

/** 2000-01-01, from which PostgreSQL counts, in ms since 1970. */
const EPOCH = Date.UTC(2000, 0, 1);
const DAY = 86_400_000;

/** Hashes of dates are from 1900 to 2099. */
const FIRST_DAY = (Date.UTC(1900, 0, 1) - EPOCH) / DAY;
const DAYS = (Date.UTC(2100, 0, 1) - EPOCH) / DAY - FIRST_DAY;

const DATE = /^(\d{4,6})-(\d\d)-(\d\d)/;
const CLOCK = /(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-]\d\d(?::\d\d)*)?(?: BC)?$/;

/** date, timestamp, timestamptz: redact → 2000-01-01, partial → the year, hash → a day, or a second of one, of 1900 to 2099. */
export function moment(kind: 'date' | 'timestamp' | 'timestamptz'): Scalar {
  const write = (ms: number): Spelled => {
    const iso = new Date(ms).toISOString();
    if (kind === 'date') {
      const days = Buffer.alloc(4);
      days.writeInt32BE(Math.floor((ms - EPOCH) / DAY));
      return spelled(iso.slice(0, 10), days);
    }
    const micros = Buffer.alloc(8);
    micros.writeBigInt64BE(BigInt(ms - EPOCH) * 1000n);
    return spelled(`${iso.slice(0, 10)} ${iso.slice(11, 19)}${zoneOf(kind)}`, micros);
  };
  return {
    redacted: write(EPOCH),
    partial(value, format) {
      const ms = yearOf(value, format, kind);
      return ms === null ? write(EPOCH) : write(ms);
    },
    hash(value, format, key) {
      const code = codeOf(key, canonical(value, format, kind));
      const day = EPOCH + ((code.readUInt32BE() % DAYS) + FIRST_DAY) * DAY;
      return write(kind === 'date' ? day : day + (code.readUInt32BE(4) % 86_400) * 1000);
    },
  };
}

function zoneOf(kind: 'timestamp' | 'timestamptz'): string {
  return kind === 'timestamptz' ? '+00' : '';
}

/** The start of the value's year, ms since 1970; null of what has none between 1 and 9999. */
function yearOf(value: Buffer, format: Format, kind: string): number | null {
  const text = value.toString('latin1');
  const year =
    format === 0 ? (text.endsWith('BC') ? 0 : Number(DATE.exec(text)?.[1])) : binaryYear(value, kind);
  if (!(year >= 1 && year <= 9999)) return null;
  return new Date(0).setUTCFullYear(year);
}

function binaryYear(value: Buffer, kind: string): number {
  const count = Number(fromBytes(value));
  return new Date(EPOCH + (kind === 'date' ? count * DAY : Math.floor(count / 1000))).getUTCFullYear();
}

/** What stands for infinity: the largest and the least number. */
const ENDLESS = new Map([
  ['infinity', 'max'],
  ['-infinity', 'min'],
]);

/** One spelling for text and binary: the count that binary has; a text that is not ISO as it is. */
function canonical(value: Buffer, format: Format, kind: string): string {
  if (format === 1) {
    const count = fromBytes(value);
    const most = (1n << BigInt(value.length * 8 - 1)) - 1n;
    return count === most ? 'max' : count === -most - 1n ? 'min' : String(count);
  }
  const text = value.toString('latin1');
  const [, year, month, day] = DATE.exec(text) ?? [];
  // The year before 1 is 1 BC.
  const counted = text.endsWith(' BC') ? 1 - Number(year) : Number(year);
  const start = new Date(0).setUTCFullYear(counted, Number(month) - 1, Number(day));
  if (Number.isNaN(start)) return ENDLESS.get(text) ?? text;
  if (kind === 'date') return String((start - EPOCH) / DAY);
  const clock = clockOf(text);
  return clock === null
    ? text
    : String(BigInt(start - EPOCH) * 1000n + clock.micros - clock.zone * 1_000_000n);
}

/** µs of the day, and the seconds that its zone is ahead. */
function clockOf(text: string): { readonly micros: bigint; readonly zone: bigint } | null {
  const parts = CLOCK.exec(text);
  if (parts === null) return null;
  const [, hours, minutes, seconds, fraction = '', zone = '+00'] = parts;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const [ahead = 0, minutesAhead = 0, secondsAhead = 0] = zone.slice(1).split(':').map(Number);
  const offset = ahead * 3600 + minutesAhead * 60 + secondsAhead;
  return {
    micros: BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0')),
    zone: BigInt(zone.startsWith('-') ? -offset : offset),
  };
}

/** time and timetz: redact → midnight, partial → the hour, hash → a second of the day; the zone becomes UTC. */
export function timeOfDay(zoned: boolean): Scalar {
  const write = (seconds: number): Spelled => {
    const bytes = Buffer.alloc(zoned ? 12 : 8);
    bytes.writeBigInt64BE(BigInt(seconds) * 1_000_000n);
    const clock = new Date(seconds * 1000).toISOString().slice(11, 19);
    return spelled(zoned ? `${clock}+00` : clock, bytes);
  };
  const read = (value: Buffer, format: Format): bigint | null => {
    if (format === 0) return clockOf(value.toString('latin1'))?.micros ?? null;
    return value.length === (zoned ? 12 : 8) ? value.readBigInt64BE() : null;
  };
  return {
    redacted: write(0),
    partial(value, format) {
      const micros = read(value, format);
      // 24:00:00 is a time of day as well.
      return micros === null ? null : write(Number((micros / 3_600_000_000n) % 24n) * 3600);
    },
    hash(value, format, key) {
      const micros = read(value, format);
      return micros === null ? null : write(codeOf(key, String(micros)).readUInt32BE() % 86_400);
    },
  };
}

/** interval: µs, days, months; in any IntervalStyle. */
export const INTERVAL: Scalar = { redacted: spelled('00:00:00', Buffer.alloc(16)) };
