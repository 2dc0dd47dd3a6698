/** The events of a segment that could be read, as a verifier needs them. */
import type { Event } from '../../../../shared/recording/event.ts';

/** In the segment's order; lists of one length. */
export interface Run {
  /** The session's 16 bytes as Latin-1, null for events of the log itself. */
  readonly session: string | null;
  readonly indexes: Float64Array;
  /** Leaf hashes, 8 words of 32 bits each as they lie in memory: what is copied with the least ado. */
  readonly leaves: Int32Array;
  readonly sequences: Float64Array;
  readonly codes: Uint16Array;
  /** µs since 1970. */
  readonly times: Float64Array;
  /** ns. */
  readonly monotonics: Float64Array;
  /** Events whose fields count, by index. */
  readonly read: ReadonlyMap<number, Event>;
}

/** Words of 32 bits of a leaf hash. */
export const LEAF_WORDS = 8;

/** Takes the events of a segment, at most so many. */
export class RunBuilder {
  readonly #indexes: Float64Array;
  #count = 0;
  readonly #sequences: Float64Array;
  readonly #codes: Uint16Array;
  readonly #times: Float64Array;
  readonly #monotonics: Float64Array;
  readonly #read = new Map<number, Event>();
  #sorted = true;

  constructor(most: number) {
    this.#indexes = new Float64Array(most);
    this.#sequences = new Float64Array(most);
    this.#codes = new Uint16Array(most);
    this.#times = new Float64Array(most);
    this.#monotonics = new Float64Array(most);
  }

  /** Takes the next event; whether its index is above that of the one before it. */
  add(event: RunEvent): boolean {
    const at = this.#count++;
    const rises = at === 0 || event.index > (this.#indexes[at - 1] as number);
    if (!rises) this.#sorted = false;
    this.#indexes[at] = event.index;
    this.#sequences[at] = event.sequence;
    this.#codes[at] = event.code;
    this.#times[at] = event.time;
    this.#monotonics[at] = event.monotonic;
    return rises;
  }

  /** Keeps what an event says. */
  read(event: Event): void {
    this.#read.set(event.index, event);
  }

  /** All of them, by index; `leaves` in the order in which they came. */
  run(session: string | null, leaves: Int32Array): Run {
    const count = this.#count;
    const run = {
      session,
      indexes: this.#indexes.subarray(0, count),
      leaves,
      sequences: this.#sequences.subarray(0, count),
      codes: this.#codes.subarray(0, count),
      times: this.#times.subarray(0, count),
      monotonics: this.#monotonics.subarray(0, count),
      read: this.#read,
    };
    return this.#sorted ? run : inOrder(run);
  }
}

/** What an event's header says. */
interface RunEvent {
  readonly index: number;
  readonly sequence: number;
  readonly code: number;
  readonly time: number;
  readonly monotonic: number;
}

function inOrder(run: Run): Run {
  const order = [...run.indexes.keys()].toSorted((a, b) => (run.indexes[a] ?? 0) - (run.indexes[b] ?? 0));
  const sorted = (list: Float64Array) => Float64Array.from(order, (at) => list[at] ?? 0);
  return {
    ...run,
    indexes: sorted(run.indexes),
    leaves: Int32Array.from(
      order.flatMap((at) => [...run.leaves.subarray(LEAF_WORDS * at, LEAF_WORDS * (at + 1))]),
    ),
    sequences: sorted(run.sequences),
    codes: Uint16Array.from(order, (at) => run.codes[at] ?? 0),
    times: sorted(run.times),
    monotonics: sorted(run.monotonics),
  };
}
