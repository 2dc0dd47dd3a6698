/** How far a verification is, on a terminal's last line. */
import type { Progress } from '../gateway/archive/sqlite/verify/verify.ts';

/** Moves to the start of the line and clears it (ECMA-48 EL). */
const CLEAR_LINE = '\r\u001b[K';
const MB = 1e6;

export class VerifyProgress {
  readonly #started = performance.now();
  #shown = false;

  show({ bytes, events = 0, volumes, volumesDone }: Progress): void {
    if (!process.stderr.isTTY) return;
    const seconds = (performance.now() - this.#started) / 1_000;
    const lists = events === 0 ? '' : `, lists made anew of ${events.toLocaleString('en')} events`;
    const speed = events === 0 ? `, ${(bytes / MB / seconds).toFixed(0)} MB/s` : '';
    const volume = volumes === 1 ? '' : `, volume ${Math.min(volumesDone + 1, volumes)} of ${volumes}`;
    process.stderr.write(`${CLEAR_LINE}verified ${(bytes / MB).toFixed(0)} MB${volume}${lists}${speed}`);
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
