/** The events of a segment that could be read, as a verifier needs them. */
import type { Event } from '../../../../shared/recording/event.ts';

/** In the segment's order; lists of one length. */
export interface Run {
  /** The session's 16 bytes as Latin-1, null for events of the log itself. */
  readonly session: string | null;
  readonly indexes: Float64Array;
  /** Leaf hashes, 32 bytes as Latin-1: how digests come cheapest. */
  readonly leaves: readonly string[];
  readonly sequences: Float64Array;
  readonly codes: Uint16Array;
  /** µs since 1970. */
  readonly times: Float64Array;
  /** ns. */
  readonly monotonics: Float64Array;
  /** Events whose fields count, by index. */
  readonly read: ReadonlyMap<number, Event>;
}

/** Takes the events of a segment, at most so many. */
export class RunBuilder {
  readonly #indexes: Float64Array;
  readonly #leaves: string[] = [];
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
  add(event: RunEvent, leaf: string): boolean {
    const at = this.#leaves.length;
    const rises = at === 0 || event.index > (this.#indexes[at - 1] as number);
    if (!rises) this.#sorted = false;
    this.#indexes[at] = event.index;
    this.#sequences[at] = event.sequence;
    this.#codes[at] = event.code;
    this.#times[at] = event.time;
    this.#monotonics[at] = event.monotonic;
    this.#leaves.push(leaf);
    return rises;
  }

  /** Keeps what an event says. */
  read(event: Event): void {
    this.#read.set(event.index, event);
  }

  /** All of them, by index. */
  run(session: string | null): Run {
    const count = this.#leaves.length;
    const run = {
      session,
      indexes: this.#indexes.subarray(0, count),
      leaves: this.#leaves,
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
    leaves: order.map((at) => run.leaves[at] ?? ''),
    sequences: sorted(run.sequences),
    codes: Uint16Array.from(order, (at) => run.codes[at] ?? 0),
    times: sorted(run.times),
    monotonics: sorted(run.monotonics),
  };
}
