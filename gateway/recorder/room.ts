/** How much room a spool has, and from where on it runs short: by its limit and by what is left of the disk. */
import { ballastBytes } from './ballast.ts';

/** New sessions are refused when less than this many times the ballast is left. */
const SESSIONS_NEED = 2;

/** Agents are held back when less than the ballast is left, and go on when this many times as much is. */
const AGENTS_NEED = 1.5;

/** Shares of the limit at which the operator is told, most first. */
const MARKS = [0.5, 0.1];

export class Room {
  readonly #limit: number;
  readonly #ballast: number;
  #oldest = 0;
  #diskEnd = Infinity;
  #marked = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#ballast = ballastBytes(limit);
  }

  /** Takes note of the oldest position kept and, when known, of the bytes free on the disk at position `written`. */
  update(oldest: number, written: number, free: number | null): void {
    this.#oldest = oldest;
    if (free !== null) this.#diskEnd = written + free;
  }

  /** Bytes that may still be written after `written`. */
  left(written: number): number {
    return Math.min(this.#oldest + this.#limit, this.#diskEnd) - written;
  }

  takesSessions(written: number): boolean {
    return this.left(written) >= SESSIONS_NEED * this.#ballast;
  }

  /** Whether agents must be held back. */
  isShort(written: number): boolean {
    return this.left(written) < this.#ballast;
  }

  /** Whether agents that were held back may go on. */
  isAmple(written: number): boolean {
    return this.left(written) >= AGENTS_NEED * this.#ballast;
  }

  /** The share of the limit that less than is left of, once each time it comes to that; else null. */
  crossed(written: number): number | null {
    const left = this.left(written) / this.#limit;
    const marks = MARKS.filter((mark) => left < mark).length;
    const worse = marks > this.#marked;
    this.#marked = marks;
    return worse ? (MARKS[marks - 1] ?? null) : null;
  }
}
