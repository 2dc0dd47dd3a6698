/**
 * The events of a session, fetched segment by segment where they are needed. Few segments are kept, those used last, so
 * that a session of any length costs the window the same memory.
 */
import type { SegmentRow } from '../../shared/api/session.ts';
import { readPackedSegment, type StoredEvent } from '../../shared/recording/record.ts';
import type { Keyframe } from '../../shared/replay/keyframe.ts';

/** Decoded segments kept: the cursor's, its neighbours, and those of a result being scrolled. 256 KiB raw at most. */
const KEPT = 32;

/** Segments that {@link Segments.before} goes back at most: so many are fetched at once. */
const MOST_BEFORE = 24;

/** Where a session's segments come from. */
export interface SegmentHost {
  readonly list: () => Promise<readonly SegmentRow[]>;
  /** A packed segment by its number. */
  readonly segment: (number: number) => Promise<Uint8Array>;
  /** Of a recorded terminal, its screen as the host played it last at or before an event; null: it has none. */
  readonly keyframe?: (sequence: number, signal: AbortSignal) => Promise<Keyframe | null>;
}

export class Segments {
  /** Of the session. */
  readonly id: string;
  readonly #host: SegmentHost;
  #list: readonly SegmentRow[] = [];
  #listed: Promise<void> | null = null;
  /** By number, least recently used first. */
  readonly #kept = new Map<number, Promise<StoredEvent[]>>();

  constructor(id: string, host: SegmentHost) {
    this.id = id;
    this.#host = host;
  }

  /** Resolves once it is known where the events lie; asks again after a failure. */
  ready(): Promise<void> {
    this.#listed ??= this.refresh();
    return this.#listed;
  }

  /** Asks anew where the events lie; segments that grew or were merged since are fetched again when needed. */
  async refresh(): Promise<void> {
    const listed = this.#host.list().then((list) => this.#update(list));
    this.#listed = listed;
    try {
      await listed;
    } catch (error) {
      this.#listed = null;
      throw error;
    }
  }

  #update(list: readonly SegmentRow[]): void {
    const now = new Map(list.map((row) => [row.number, row]));
    for (const old of this.#list) {
      const row = now.get(old.number);
      if (row?.firstSequence !== old.firstSequence || row.lastSequence !== old.lastSequence)
        this.#kept.delete(old.number);
    }
    this.#list = list.toSorted((a, b) => a.firstSequence - b.firstSequence);
  }

  /** Where the events lie, in order. */
  get rows(): readonly SegmentRow[] {
    return this.#list;
  }

  /** Position in the list of the segment that holds `sequence`, or of the last one before it; -1 when there is none. */
  indexOf(sequence: number): number {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#list[middle]?.firstSequence ?? 0) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /**
   * Position from which on at least `bytes` raw bytes stand before the segment at `index`; 0 where the session has fewer.
   * A session that is being recorded lies in many small segments, one that is over in few large ones.
   */
  before(index: number, bytes: number): number {
    let first = index;
    let gathered = 0;
    while (first > 0 && gathered < bytes && index - first < MOST_BEFORE) {
      first--;
      gathered += this.#list[first]?.bytes ?? 0;
    }
    return first;
  }

  /** The events of the segment at a position of the list, in order; none beyond the list. */
  async at(index: number): Promise<readonly StoredEvent[]> {
    const row = this.#list[index];
    if (row === undefined) return [];
    const kept = this.#kept.get(row.number) ?? this.#read(row.number);
    this.#kept.delete(row.number);
    this.#kept.set(row.number, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return kept;
  }

  /** The last event there is; -1 without any. */
  get lastSequence(): number {
    return this.#list.at(-1)?.lastSequence ?? -1;
  }

  /** Raw bytes of the events behind one up to another, about. */
  bytesBetween(from: number, to: number): number {
    let bytes = 0;
    for (let index = Math.max(0, this.indexOf(from + 1)); index <= this.indexOf(to); index++) {
      const row = this.#list[index];
      if (row === undefined) break;
      const first = Math.max(row.firstSequence, from + 1);
      const last = Math.min(row.lastSequence, to);
      bytes += (row.bytes * Math.max(0, last - first + 1)) / (row.lastSequence - row.firstSequence + 1);
    }
    return bytes;
  }

  /** The host's screen of a recorded terminal to play on from; null where it has none, or cannot be asked. */
  async keyframe(sequence: number, signal: AbortSignal): Promise<Keyframe | null> {
    try {
      return (await this.#host.keyframe?.(sequence, signal)) ?? null;
    } catch {
      return null;
    }
  }

  /** One event; null when the archive does not hold it. */
  async event(sequence: number): Promise<StoredEvent | null> {
    await this.ready();
    const events = await this.at(this.indexOf(sequence));
    return events.find(({ event }) => event.sequence === sequence) ?? null;
  }

  async #read(number: number): Promise<StoredEvent[]> {
    try {
      return [...readPackedSegment(await this.#host.segment(number))];
    } catch (error) {
      this.#kept.delete(number);
      throw error;
    }
  }
}
