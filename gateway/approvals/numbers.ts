/** The numbers of requests: short, because people type them, and never given twice, whatever becomes of the gateway. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** So many numbers are put down as given at once, so that a request costs no write to the disk; a crash loses the rest. */
const BLOCK = 100;

export class RequestNumbers {
  readonly #file: string;
  readonly #worker: number;
  /** Every number below was given before this process began, or given up. */
  readonly #first: number;
  #next: number;
  #reserved: number;

  /** `file` keeps the next number from start to start; throws when it is damaged. */
  constructor(file: string, worker: number) {
    this.#file = file;
    this.#worker = worker;
    this.#first = this.#next = this.#reserved = existsSync(file) ? read(file) : 1;
  }

  /** A number nobody had: `12`, of another worker than the first `12w1`. Throws when it cannot be put down. */
  take(): string {
    if (this.#next === this.#reserved) this.#reserve(this.#next + BLOCK);
    const number = this.#next++;
    return this.#worker === 0 ? String(number) : `${number}w${this.#worker}`;
  }

  /** Whether this worker gave the id: never, since it was started, or before. */
  given(id: string): 'never' | 'now' | 'before' {
    const number = Number.parseInt(id, 10);
    if (workerOf(id) !== this.#worker || number >= this.#next) return 'never';
    return number < this.#first ? 'before' : 'now';
  }

  /** Gives back what is left of the block, if the disk lets it: else those numbers are left out. */
  close(): void {
    if (this.#next === this.#reserved) return;
    try {
      this.#reserve(this.#next);
    } catch {
      return;
    }
  }

  #reserve(upTo: number): void {
    const draft = `${this.#file}.next`;
    writeFileSync(draft, `${upTo}\n`, { mode: 0o600, flush: true });
    renameSync(draft, this.#file);
    this.#reserved = upTo;
  }
}

/** The worker that a request's id names; null when it is no id. */
export function workerOf(id: string): number | null {
  const match = /^[1-9]\d{0,9}(?:w([1-9]\d?))?$/.exec(id);
  return match === null ? null : Number(match[1] ?? 0);
}

/** A damaged file must not read as a new one. */
function read(file: string): number {
  const text = readFileSync(file, 'utf8');
  if (/^[1-9]\d{0,9}\n$/.test(text)) return Number(text);
  throw new Error(`the number of the next request in ${file} cannot be read; mend or remove it`);
}
