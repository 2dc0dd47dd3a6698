/**
 * The events of one segment, found by their sequence and decoded one by one: a page of a list needs two or three of the thousand
 * that a segment holds.
 */
import {
  readSegment,
  PAYLOAD_HEAD_BYTES,
  REDACTED,
  type StoredEvent,
} from '../../../shared/recording/record.ts';
import { EventWalk } from './verify/event-walk.ts';

export class SegmentEvents {
  readonly #events: Buffer;
  readonly #payloads: Buffer;
  /** Where each event's length and its payloads start, and where the last ones end. */
  readonly #eventAt: number[] = [];
  readonly #payloadAt: number[] = [];
  readonly #places = new Map<number, number>();
  #last = -1;

  /** Both parts raw, of a log whose 16 bytes are given. Throws {@link EventError} where they do not fit. */
  constructor(events: Buffer, payloads: Buffer, log: Uint8Array) {
    this.#events = events;
    this.#payloads = payloads;
    const walk = new EventWalk(log);
    let payloadAt = 0;
    let at = 0;
    while (at < events.length) {
      const end = at + 4 + events.readUInt32BE(at);
      // What does not fit is told by the reader of whole segments.
      if (end > events.length || walk.read(events, at + 4, end) !== 'whole') break;
      this.#places.set(walk.sequence, this.#eventAt.length);
      this.#last = walk.sequence;
      this.#eventAt.push(at);
      this.#payloadAt.push(payloadAt);
      for (let i = 0; i < walk.payloads; i++) payloadAt += storedBytes(payloads, payloadAt);
      at = end;
    }
    if (at !== events.length || payloadAt !== payloads.length) Array.from(readSegment(events, payloads));
    this.#eventAt.push(at);
    this.#payloadAt.push(payloadAt);
  }

  /** Of the last event that is here. */
  get last(): number {
    return this.#last;
  }

  /** The events from a sequence on, in order. */
  *from(sequence: number): Generator<StoredEvent> {
    for (const known of this.#places.keys()) {
      const stored = known < sequence ? null : this.at(known);
      if (stored !== null) yield stored;
    }
  }

  /** The event of a sequence; null when it is not here. */
  at(sequence: number): StoredEvent | null {
    const place = this.#places.get(sequence);
    if (place === undefined) return null;
    const events = this.#events.subarray(this.#eventAt[place], this.#eventAt[place + 1]);
    const payloads = this.#payloads.subarray(this.#payloadAt[place], this.#payloadAt[place + 1]);
    const [stored] = readSegment(events, payloads);
    return stored ?? null;
  }
}

function storedBytes(payloads: Buffer, at: number): number {
  if (at + 4 > payloads.length) return Infinity;
  const length = payloads.readUInt32BE(at);
  return length === REDACTED ? 4 : PAYLOAD_HEAD_BYTES + length;
}
