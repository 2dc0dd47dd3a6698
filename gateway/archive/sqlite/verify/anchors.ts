/** Checkpoints of a log that are known from elsewhere: whoever keeps one can tell a log that was cut or written anew (docs/format.md §6). */
import type { Checkpoint } from '../../../../shared/recording/checkpoint.ts';
import type { Findings } from './findings.ts';

/** A checkpoint and where it is known from, in words. */
export interface Anchor {
  readonly checkpoint: Checkpoint;
  /** Whether its log must be in the archive. */
  readonly expected: boolean;
  readonly from: string;
}

/** An anchor at whose size the tree had these roots. */
interface Met {
  readonly anchor: Anchor;
  readonly roots: readonly [string, string];
}

export class Anchors {
  readonly #findings: Findings;
  readonly #log: string;
  /** By size, those not met yet from {@link #at} on. */
  readonly #anchors: readonly Anchor[];
  #at = 0;
  #met: Met[] = [];
  /** The largest anchor that fits. */
  #best: Anchor | null = null;

  /** `anchors`: those of this log; `log` in hex. */
  constructor(anchors: readonly Anchor[], findings: Findings, log: string) {
    this.#anchors = anchors.toSorted((a, b) => a.checkpoint.size - b.checkpoint.size);
    this.#findings = findings;
    this.#log = log;
  }

  /** Size of the next anchor that is awaited. */
  get next(): number {
    return this.#anchors[this.#at]?.checkpoint.size ?? Number.POSITIVE_INFINITY;
  }

  get best(): Anchor | null {
    return this.#best;
  }

  /** Events up to `size` are not here: anchors of a lower size can be compared with nothing. */
  pass(size: number): void {
    while (this.next < size) this.#at++;
  }

  /** The tree reached `size`, where it may have these roots: Latin-1, of the events and mended. */
  meet(size: number, roots: readonly [string, string]): void {
    for (; this.next === size; this.#at++) {
      const anchor = this.#anchors[this.#at];
      if (anchor !== undefined) this.#met.push({ anchor, roots });
    }
  }

  /** A checkpoint of the log says which of the roots it is: anchors on the way are compared with that. */
  settle(which: 0 | 1): void {
    for (const { anchor, roots } of this.#met) {
      if (Buffer.from(anchor.checkpoint.root).toString('latin1') === roots[which]) this.#best = anchor;
      else
        this.#findings.add(
          'FORKED',
          `${anchor.from} says that the first ${anchor.checkpoint.size} events were others`,
          {
            log: this.#log,
          },
        );
    }
    this.#met = [];
  }

  /** The log has `size` events and no more. */
  finish(size: number): void {
    for (const { checkpoint, from } of this.#anchors.slice(this.#at))
      if (checkpoint.size > size)
        this.#findings.add('TRUNCATED', `${from} says that there were ${checkpoint.size} events`, {
          log: this.#log,
          event: size,
          lastEvent: checkpoint.size - 1,
        });
  }
}
