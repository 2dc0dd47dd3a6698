/**
 * The events of a session, fetched segment by segment where they are needed. Few segments are kept, those used last, so
 * that a session of any length costs the window the same memory. Where they lie is known around what was looked at first
 * ({@link Segments.around}), and of all of the session later ({@link Segments.ready}).
 */
import type { SegmentRow } from '../../shared/api/session.ts';
import { readPackedSegment, type StoredEvent } from '../../shared/recording/record.ts';
import type { Keyframe } from '../../shared/replay/keyframe.ts';
import { SegmentPlaces } from './segment-places.ts';

/** Decoded segments kept: the cursor's, its neighbours, and those of a result being scrolled. 256 KiB raw at most. */
const KEPT = 32;

/** Raw bytes kept: a statement may have 64 MiB, and so has the segment that holds it. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Segments that {@link Segments.before} goes back at most: so many are fetched at once. */
const MOST_BEFORE = 24;

/** The number of every session's first segment. */
const FIRST = 0;

/** What the host has of a recorded terminal at an event. */
export interface HostScreen {
  /** The last screen at or before it; null: it has none. */
  readonly keyframe: Keyframe | null;
  /** How far it plays towards that event, and the size told last there where that is known; null: it does not. */
  readonly playing: { readonly played: number; readonly size: Size | null } | null;
}

/** In columns and rows. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const NO_SCREEN: HostScreen = { keyframe: null, playing: null };

/** Where a session's segments come from. */
export interface SegmentHost {
  readonly list: () => Promise<readonly SegmentRow[]>;
  /** Those around an event, and how many stand before the first of them; without it, all are listed. */
  readonly around?: (sequence: number) => Promise<{ first: number; items: readonly SegmentRow[] }>;
  /** A packed segment by its number. */
  readonly segment: (number: number) => Promise<Uint8Array>;
  /** Of a recorded terminal, its screen as the host played it; waits so many ms at most while that is being played. */
  readonly keyframe?: (sequence: number, patience: number, signal: AbortSignal) => Promise<HostScreen>;
}

interface Kept {
  readonly events: Promise<StoredEvent[]>;
  /** 0 until they are here. */
  bytes: number;
}

export class Segments {
  /** Of the session. */
  readonly id: string;
  readonly #host: SegmentHost;
  readonly #places = new SegmentPlaces();
  #listed: Promise<void> | null = null;
  #asked: { readonly sequence: number; readonly told: Promise<void> } | null = null;
  /** By number, least recently used first. */
  readonly #kept = new Map<number, Kept>();

  constructor(id: string, host: SegmentHost) {
    this.id = id;
    this.#host = host;
  }

  /** Resolves once it is known where all events lie; asks again after a failure. */
  ready(): Promise<void> {
    this.#listed ??= this.refresh();
    return this.#listed;
  }

  /** Resolves once it is known where the events around `sequence` lie. */
  around(sequence: number): Promise<void> {
    const ask = this.#host.around;
    if (ask === undefined || (this.#places.complete && sequence > this.lastSequence)) return this.ready();
    if (this.#places.complete || this.#places.isAround(sequence, MOST_BEFORE)) return Promise.resolve();
    if (this.#asked?.sequence === sequence) return this.#asked.told;
    const told = ask(sequence).then(({ first, items }) => this.#places.put(first, items));
    this.#asked = { sequence, told };
    told.catch(() => {
      if (this.#asked?.told === told) this.#asked = null;
    });
    return told;
  }

  /** Asks anew where the events lie; segments that grew or were merged since are fetched again when needed. */
  async refresh(): Promise<void> {
    const listed = this.#list();
    this.#listed = listed;
    try {
      await listed;
    } catch (error) {
      this.#listed = null;
      throw error;
    }
  }

  /** Where all events lie, in order; none before {@link ready}. */
  get rows(): readonly SegmentRow[] {
    return this.#places.all;
  }

  /** Position among all of the segment that holds `sequence`, or of the last one before it that is known; -1 when there is none. */
  indexOf(sequence: number): number {
    return this.#places.positionOf(sequence);
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
      gathered += this.#places.at(first)?.bytes ?? 0;
    }
    return first;
  }

  /** Raw bytes of the segment at `index` that stand before `sequence`, about. */
  bytesInto(index: number, sequence: number): number {
    const row = this.#places.at(index);
    if (row === undefined) return 0;
    const events = row.lastSequence - row.firstSequence + 1;
    return row.bytes * Math.min(1, Math.max(0, (sequence - row.firstSequence) / events));
  }

  /** The events of the segment at a position among all, in order; none beyond them. */
  async at(index: number): Promise<readonly StoredEvent[]> {
    if (this.#places.at(index) === undefined && !this.#places.complete) await this.ready();
    const row = this.#places.at(index);
    if (row === undefined) return [];
    const events = await this.#events(row.number);
    if (isWhole(events, row)) return events;
    // It was read before it was known how far it goes, and went on since.
    this.#kept.delete(row.number);
    return this.#events(row.number);
  }

  /** The events that the session begins with: those of its first segment, which is known before its place is. */
  async first(): Promise<readonly StoredEvent[]> {
    if (this.#places.at(0) !== undefined) return this.at(0);
    try {
      return await this.#events(FIRST);
    } catch {
      await this.around(0);
      return this.at(0);
    }
  }

  /** The last event that is known of; -1 without any. */
  get lastSequence(): number {
    return this.#places.lastSequence;
  }

  /** Raw bytes of the events behind one up to another, about; infinite where it is not known what lies between them. */
  bytesBetween(from: number, to: number): number {
    let bytes = 0;
    const first = this.#places.isKnown(from + 1) ? this.indexOf(from + 1) : 0;
    for (let index = Math.max(0, first); index <= this.indexOf(to); index++) {
      const row = this.#places.at(index);
      if (row === undefined) return Infinity;
      const begin = Math.max(row.firstSequence, from + 1);
      const end = Math.min(row.lastSequence, to);
      bytes += (row.bytes * Math.max(0, end - begin + 1)) / (row.lastSequence - row.firstSequence + 1);
    }
    return bytes;
  }

  /** The host's screen of a recorded terminal to play on from; none where it cannot be asked. */
  async keyframe(sequence: number, patience: number, signal: AbortSignal): Promise<HostScreen> {
    try {
      return (await this.#host.keyframe?.(sequence, patience, signal)) ?? NO_SCREEN;
    } catch {
      return NO_SCREEN;
    }
  }

  /** One event; null when the archive does not hold it. */
  async event(sequence: number): Promise<StoredEvent | null> {
    if (sequence < 0) return null;
    await this.around(sequence);
    const events = await this.at(this.indexOf(sequence));
    return events.find(({ event }) => event.sequence === sequence) ?? null;
  }

  async #list(): Promise<void> {
    for (const number of this.#places.replace(await this.#host.list())) this.#kept.delete(number);
  }

  #events(number: number): Promise<StoredEvent[]> {
    const kept = this.#kept.get(number) ?? this.#read(number);
    this.#kept.delete(number);
    this.#kept.set(number, kept);
    this.#letGo();
    return kept.events;
  }

  #read(number: number): Kept {
    const read = async (): Promise<StoredEvent[]> => {
      const packed = await this.#host.segment(number);
      kept.bytes = packed.length;
      this.#letGo();
      return [...readPackedSegment(packed)];
    };
    const kept: Kept = { events: read(), bytes: 0 };
    kept.events.catch(() => {
      if (this.#kept.get(number) === kept) this.#kept.delete(number);
    });
    return kept;
  }

  /** Lets go of those used longest ago, but for the last one. */
  #letGo(): void {
    let bytes = 0;
    for (const kept of this.#kept.values()) bytes += kept.bytes;
    for (const [number, kept] of this.#kept) {
      if ((this.#kept.size <= KEPT && bytes <= KEPT_BYTES) || this.#kept.size === 1) break;
      this.#kept.delete(number);
      bytes -= kept.bytes;
    }
  }
}

function isWhole(events: readonly StoredEvent[], { lastSequence }: SegmentRow): boolean {
  return (events.at(-1)?.event.sequence ?? -1) >= lastSequence;
}
