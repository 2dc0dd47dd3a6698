/** Times as PostgreSQL's logs write them: `2026-11-22 09:00:00.123 CET`, the milliseconds and the zone as they come. */
import type { ZoneOffset } from './time-zones.ts';

const SECONDS = 'YYYY-MM-DD HH:MM:SS'.length;

/** Reads times, most of which are in the second of the one before. */
export class LogTimes {
  readonly #offset: ZoneOffset;
  #second = '';
  #zone = '';
  /** Of {@link #second} in {@link #zone}, µs since 1970. */
  #micros = 0;
  #known = false;

  constructor(offset: ZoneOffset) {
    this.#offset = offset;
  }

  /** µs since 1970; null when the text is no time, or its zone is not known. */
  micros(text: string): number | null {
    const second = text.slice(0, SECONDS);
    let at = SECONDS;
    let fraction = 0;
    if (text.charCodeAt(at) === 0x2e) {
      let unit = 100_000;
      for (at++; isDigit(text.charCodeAt(at)); at++, unit /= 10)
        fraction += (text.charCodeAt(at) - 0x30) * Math.floor(unit);
    }
    const zone = text.slice(text.charCodeAt(at) === 0x20 ? at + 1 : at);
    if (second !== this.#second || zone !== this.#zone) this.#read(second, zone);
    return this.#known ? this.#micros + fraction : null;
  }

  #read(second: string, zone: string): void {
    this.#second = second;
    this.#zone = zone;
    this.#known = false;
    const parts = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)$/.exec(second);
    if (parts === null) return;
    const [year, month, day, hour, minute, seconds] = parts.slice(1).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || seconds > 60) return;
    const localMs = Date.UTC(year, month - 1, day, hour, minute, seconds);
    const offset = this.#offset(zone, localMs);
    if (offset === null) return;
    this.#micros = (localMs - offset * 60_000) * 1000;
    this.#known = this.#micros >= 0;
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
