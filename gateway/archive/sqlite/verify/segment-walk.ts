/**
 * Looks at the events of one segment and at their payloads: what a verifier can say of them without the rest of the log. What
 * comes out is the segment's part of the log, a {@link Run}.
 */
import { decodeEvent, payloadsOf } from '../../../../shared/recording/codec.ts';
import { EVENTS, type EventKind } from '../../../../shared/recording/event.ts';
import { PAYLOAD_HEAD_BYTES, REDACTED } from '../../../../shared/recording/record.ts';
import { EventWalk } from './event-walk.ts';
import { RunBuilder, type Run } from './segment-run.ts';
import { Places, sha256Batch } from './sha256/sha256-batch.ts';

/** Kinds whose fields a verifier reads; of all others the header is enough. */
const READ_KINDS = [
  'logOpened',
  'logHeads',
  'signingKey',
  'volumeRolled',
  'volumeExpired',
  'redacted',
  'keysDestroyed',
  'imported',
] as const satisfies readonly EventKind[];
const readCodes = new Set<number>(READ_KINDS.map((kind) => EVENTS[kind].code));

const ID_BYTES = 16;

/** No event has fewer bytes: the head of its array, 17 for its log, and one for each other item of the header. */
const LEAST_EVENT_BYTES = 25;

/** What cannot be read in one segment is told up to here; nobody needs to know more of it, and a segment may be made of it. */
const MOST_UNREADABLE = 1_000;

const WRONG_PAYLOAD = 'a payload is not what the event commits to';
/** No event was read yet. */
const UNKNOWN = -2;

/** Which events a segment may hold. */
export interface Bounds {
  /** The least index that its events may have. */
  readonly from: number;
  /** The index behind the greatest. */
  readonly to: number;
}

/** What is told of a segment while it is walked. */
export interface SegmentTold {
  /** Something of an event, or of its payloads, does not fit. */
  readonly onWrong: (index: number, what: string) => void;
  /** A payload that was taken out. */
  readonly onRedacted: (redacted: { index: number; field: string; length: number }) => void;
  /** An event of another version or kind. */
  readonly onVersion: (index: number) => void;
  /** An event that cannot be read: where it lies in the segment, and why. */
  readonly onUnreadable: (at: number, what: string) => void;
}

export class SegmentWalk {
  readonly #walk: EventWalk;
  readonly #told: SegmentTold;
  /** Of the segment that is walked: where its events lie, its payloads, and the commitments to these. */
  readonly #eventPlaces = new Places();
  readonly #payloadPlaces = new Places();
  readonly #commitmentPlaces = new Places();
  /** Index of the event that each payload is of. */
  readonly #owners: number[] = [];

  constructor(log: Uint8Array, told: SegmentTold) {
    this.#walk = new EventWalk(log);
    this.#told = told;
  }

  /** `payloads` is null when they cannot be had: then nothing is said of them. */
  run(events: Buffer, payloads: Buffer | null, bounds: Bounds): Run {
    const walk = this.#walk;
    const run = new RunBuilder(countEvents(events));
    for (const places of [this.#eventPlaces, this.#payloadPlaces, this.#commitmentPlaces]) places.empty();
    this.#owners.length = 0;
    /** Where the first event names its session. */
    let sessionAt = UNKNOWN;
    /** Where the next payload lies; -1 once nobody can tell. */
    let payloadAt = payloads === null ? -1 : 0;
    let unreadable = 0;
    for (let at = 0; at < events.length;) {
      const from = at + 4;
      const to = from > events.length ? Number.POSITIVE_INFINITY : from + events.readUInt32BE(at);
      if (to > events.length || to - from < LEAST_EVENT_BYTES || unreadable > MOST_UNREADABLE) {
        this.#told.onUnreadable(at, 'is cut short');
        payloadAt = -1;
        break;
      }
      const walked = walk.read(events, from, to);
      if (sessionAt === UNKNOWN && walked !== 'malformed') sessionAt = walk.sessionAt;
      const problem = walked === 'malformed' ? 'cannot be read' : this.#misplaced(events, sessionAt, bounds);
      if (problem !== null) {
        this.#told.onUnreadable(at, problem);
        payloadAt = -1;
        unreadable++;
      } else {
        this.#push(run, events, from, to);
        if (walked === 'version') {
          this.#told.onVersion(walk.index);
          payloadAt = -1;
        } else if (payloads !== null) payloadAt = this.#payloads(events, from, to, payloads, payloadAt);
      }
      at = to;
    }
    if (payloads !== null && payloadAt >= 0 && payloadAt !== payloads.length)
      this.#told.onUnreadable(events.length, 'is followed by payloads of no event');
    if (payloads !== null) this.#checkCommitments(events, payloads);
    const session = sessionAt < 0 ? null : events.toString('latin1', sessionAt, sessionAt + ID_BYTES);
    return run.run(session, sha256Batch.leaves(events, this.#eventPlaces));
  }

  /** Why the event just walked does not belong where it lies; null when it does. */
  #misplaced(events: Buffer, sessionAt: number, { from, to }: Bounds): string | null {
    const { index, sessionAt: own } = this.#walk;
    if (!sameSession(events, sessionAt, own)) return 'is an event of another session';
    if (index >= from && index < to) return null;
    this.#told.onWrong(index, 'an event is none of those that the volume holds');
    return `is event ${index}`;
  }

  #push(run: RunBuilder, events: Buffer, from: number, to: number): void {
    const walk = this.#walk;
    if (readCodes.has(walk.code)) this.#read(run, events.subarray(from, to));
    this.#eventPlaces.add(from, to - from);
    if (!run.add(walk)) this.#told.onWrong(walk.index, 'an event is not in its place in its segment');
  }

  #read(run: RunBuilder, bytes: Buffer): void {
    try {
      run.read(decodeEvent(Uint8Array.from(bytes)));
    } catch {
      // Another version of the event: the walk has told so.
    }
  }

  /** Checks the payloads of the event just walked; returns where those of the next lie. */
  #payloads(events: Buffer, from: number, to: number, payloads: Buffer, start: number): number {
    const walk = this.#walk;
    let at = start;
    for (let i = 0; i < walk.payloads; i++) {
      if (at < 0) return at;
      if (at + 4 > payloads.length) {
        this.#told.onWrong(walk.index, 'a payload of the event is not there');
        return -1;
      }
      const stored = payloads.readUInt32BE(at);
      const length = walk.lengths[i] as number;
      if (stored === REDACTED) {
        const { index } = walk;
        const event = decodeEvent(Uint8Array.from(events.subarray(from, to)));
        this.#told.onRedacted({ index, field: payloadsOf(event)[i]?.field ?? '', length });
        at += 4;
        continue;
      }
      const end = at + PAYLOAD_HEAD_BYTES + stored;
      if (end > payloads.length) {
        this.#told.onWrong(walk.index, 'a payload of the event is cut short');
        return -1;
      }
      if (stored === length) {
        this.#payloadPlaces.add(at, length);
        this.#commitmentPlaces.add(walk.commitments[i] as number, 0);
        this.#owners.push(walk.index);
      } else this.#told.onWrong(walk.index, WRONG_PAYLOAD);
      at = end;
    }
    return at;
  }

  #checkCommitments(events: Buffer, payloads: Buffer): void {
    const { at: expected } = this.#commitmentPlaces;
    for (const number of sha256Batch.wrongCommitments(payloads, this.#payloadPlaces, events, expected))
      this.#told.onWrong(this.#owners[number] as number, WRONG_PAYLOAD);
  }
}

/** Events that are there at most, by their lengths. */
function countEvents(events: Buffer): number {
  let count = 0;
  for (let at = 0; at + 4 <= events.length; count++) {
    const bytes = events.readUInt32BE(at);
    if (bytes < LEAST_EVENT_BYTES) break;
    at += 4 + bytes;
  }
  return count;
}

/** Whether two events name the same session, by where they do; below 0 is the log itself. */
function sameSession(events: Buffer, first: number, other: number): boolean {
  if (first < 0 || other < 0) return first === other;
  for (let i = 0; i < ID_BYTES; i++) if (events[first + i] !== events[other + i]) return false;
  return true;
}
