/**
 * Brings the events of many segments into the order of their log. Segments come by their first index; those that overlap are
 * held and merged, so that memory grows with the sessions that lived at once, not with the volume.
 */
/** Events that come together, by ascending index. */
interface Indexed {
  readonly indexes: ArrayLike<number>;
}

/** A run with how far it was told. */
interface Held<R> {
  readonly run: R;
  at: number;
  /** Index of the event at that place; infinite behind the last. */
  next: number;
}

/** What is told, in order. */
export interface LogOrderTold<R> {
  /** The events of the run from place `from` up to, without, `to` are the next ones; their indexes follow each other. */
  readonly onEvents: (run: R, from: number, to: number) => void;
  /** No event has the indexes from `from` up to, without, `to`. */
  readonly onMissing: (from: number, to: number) => void;
  /** Another event has this index already. */
  readonly onTwice: (index: number) => void;
}

export class LogOrder<R extends Indexed> {
  readonly #told: LogOrderTold<R>;
  /** A heap: the run whose next event has the least index is first. */
  readonly #heap: Held<R>[] = [];
  #next: number;

  constructor(first: number, told: LogOrderTold<R>) {
    this.#next = first;
    this.#told = told;
  }

  /** The next index that is awaited. */
  get next(): number {
    return this.#next;
  }

  /** Takes the next segment by first index; everything below that index has come. */
  add(run: R, firstIndex: number): void {
    this.#drain(firstIndex);
    if (run.indexes.length === 0) return;
    this.#heap.push({ run, at: 0, next: run.indexes[0] as number });
    this.#rise(this.#heap.length - 1);
  }

  /** Nothing more comes; `end` is the index behind the last one there should be. */
  finish(end: number): void {
    this.#drain(Number.POSITIVE_INFINITY);
    if (this.#next < end) this.#miss(end);
  }

  /** Tells events as long as they lie below `until`. */
  #drain(until: number): void {
    for (let held = this.#heap[0]; held !== undefined && held.next < until; held = this.#heap[0]) {
      const { indexes } = held.run;
      // As long as no other run has a lower one, events of this run follow each other.
      const bound = Math.min(until, this.#second());
      do {
        held.at = this.#tell(held.run, held.at, bound);
        held.next = held.at < indexes.length ? (indexes[held.at] as number) : Number.POSITIVE_INFINITY;
      } while (held.next < bound);
      if (held.at === indexes.length) this.#removeFirst();
      else this.#sink(0);
    }
  }

  /** Tells the run's events from `from` on that follow each other below `bound`; returns where they end. */
  #tell(run: R, from: number, bound: number): number {
    const { indexes } = run;
    const first = indexes[from] as number;
    if (first < this.#next) {
      this.#told.onTwice(first);
      return from + 1;
    }
    if (first > this.#next) this.#miss(first);
    let to = from + 1;
    while (to < indexes.length && indexes[to] === first + (to - from) && first + (to - from) < bound) to++;
    this.#next = first + (to - from);
    this.#told.onEvents(run, from, to);
    return to;
  }

  #miss(to: number): void {
    const from = this.#next;
    this.#next = to;
    this.#told.onMissing(from, to);
  }

  /** The least next index of all runs but the first. */
  #second(): number {
    return Math.min(this.#key(1), this.#key(2));
  }

  #key(place: number): number {
    return this.#heap[place]?.next ?? Number.POSITIVE_INFINITY;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let place = from; place > 0;) {
      const above = (place - 1) >> 1;
      if (this.#key(above) <= this.#key(place)) return;
      this.#swap(above, place);
      place = above;
    }
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const sinking = heap[from] as Held<R>;
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const least = this.#key(left) <= this.#key(left + 1) ? left : left + 1;
      if (sinking.next <= this.#key(least)) break;
      heap[place] = heap[least] as Held<R>;
      place = least;
    }
    heap[place] = sinking;
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b] as Held<R>, this.#heap[a] as Held<R>];
  }
}
