/** How far opening an archive is that somebody sent, on a terminal's last line. */
import type { OpeningProgress } from '../gateway/archive/foreign/opened.ts';

/** Moves to the start of the line and clears it (ECMA-48 EL). */
const CLEAR_LINE = '\r\u001b[K';
const MB = 1e6;

/** What is done in less time is not told, ms. */
const PATIENCE_MS = 300;
const REFRESH_MS = 100;

export class OpeningProgressLine {
  #next = performance.now() + PATIENCE_MS;
  #shown = false;

  show(progress: OpeningProgress): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now < this.#next) return;
    this.#next = now + REFRESH_MS;
    process.stderr.write(CLEAR_LINE + words(progress));
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) process.stderr.write(CLEAR_LINE);
    this.#shown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}

function words({ stage, done, of }: OpeningProgress): string {
  const count = (number: number) =>
    stage === 'listing' ? `${number.toLocaleString('en')} events` : `${(number / MB).toFixed(0)} MB`;
  return `${stage} ${count(done)}${of === null ? '' : ` of ${count(of)}`}`;
}
