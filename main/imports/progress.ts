/** How far an import is, on one line of a terminal that is written again and again; nothing where there is no terminal. */
import { grouped } from '../../shared/recording/describe.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import type { Tally } from './tally.ts';

/** Pause between two lines, ms. */
const EVERY_MS = 200;

const MEGABYTE = 1_000_000;

export class Progress {
  readonly #name: string;
  readonly #bytes: number;
  readonly #out: NodeJS.WriteStream;
  readonly #began = performance.now();
  #shown = performance.now();
  #written = false;

  constructor(name: string, bytes: number, out: NodeJS.WriteStream) {
    this.#name = visibleLine(name, 40);
    this.#bytes = bytes;
    this.#out = out;
  }

  /** To be called often; `bytes` were read so far. */
  show(bytes: number, { entries }: Tally): void {
    const now = performance.now();
    if (!this.#out.isTTY || now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    this.#written = true;
    const share = this.#bytes === 0 ? 100 : Math.floor((100 * bytes) / this.#bytes);
    const speed = bytes / MEGABYTE / ((now - this.#began) / 1000);
    const line = `${this.#name}: ${share} % of ${(this.#bytes / MEGABYTE).toFixed(1)} MB, ${grouped(entries)} entries, ${speed.toFixed(1)} MB/s`;
    this.#out.write(`\r${line}\x1b[K`);
  }

  /** Leaves an empty line. */
  clear(): void {
    if (this.#written) this.#out.write('\r\x1b[K');
  }
}
