/**
 * Looks at the events of one segment and at their payloads: what a verifier can say of them without the rest of the log. What
 * comes out is the segment's part of the log, a {@link Run}.
 */
import { hash } from 'node:crypto';
import { decodeEvent, payloadsOf } from '../../../../shared/recording/codec.ts';
import {
  COMMITMENT_DOMAIN,
  COMMITMENT_PREFIX_BYTES,
  COMMITMENT_SALT_AT,
  SALT_BYTES,
  writeCommitmentLength,
} from '../../../../shared/recording/commitment.ts';
import { EVENTS, type Event, type EventKind } from '../../../../shared/recording/event.ts';
import { PAYLOAD_HEAD_BYTES, REDACTED } from '../../../../shared/recording/record.ts';
import { EventWalk } from './event-walk.ts';

/** Kinds whose fields a verifier reads; of all others the header is enough. */
const READ_KINDS = [
  'logOpened',
  'logHeads',
  'signingKey',
  'volumeRolled',
  'volumeExpired',
  'redacted',
  'imported',
] as const satisfies readonly EventKind[];
const readCodes = new Set<number>(READ_KINDS.map((kind) => EVENTS[kind].code));

/** The events of a segment that could be read, in its order; lists of one length. */
export interface Run {
  /** The session's 16 bytes as Latin-1, null for events of the log itself. */
  readonly session: string | null;
  readonly indexes: number[];
  /** Leaf hashes, 32 bytes as Latin-1: how digests come cheapest. */
  readonly leaves: string[];
  readonly sequences: number[];
  readonly codes: number[];
  /** µs since 1970. */
  readonly times: number[];
  /** ns. */
  readonly monotonics: number[];
  /** Events whose fields count, by index. */
  readonly read: Map<number, Event>;
}

/** The row of a segment, or what it would be. */
export interface SegmentClaims {
  readonly first_index: number;
  readonly last_index: number;
}

/** What is told of a segment while it is walked. */
export interface SegmentTold {
  /** Something of an event's payloads does not fit. */
  readonly onPayload: (index: number, what: string) => void;
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
  /** What is hashed for a commitment: domain, salt, length, value. */
  #scratch = Buffer.alloc(1 << 17);

  constructor(log: Uint8Array, told: SegmentTold) {
    this.#walk = new EventWalk(log);
    this.#told = told;
    this.#scratch.set(COMMITMENT_DOMAIN);
  }

  /** `events` is written on while it is hashed; `payloads` is not. */
  run(events: Buffer, payloads: Buffer, claims: SegmentClaims): Run {
    const walk = this.#walk;
    const run = emptyRun();
    let session: string | null | undefined;
    /** Where the next payload lies; -1 once nobody can tell. */
    let payloadAt = 0;
    let last = claims.first_index - 1;
    for (let at = 0; at < events.length;) {
      const from = at + 4;
      const to = from > events.length ? Number.POSITIVE_INFINITY : from + events.readUInt32BE(at);
      if (to > events.length) {
        this.#told.onUnreadable(at, 'is cut short');
        return run;
      }
      const walked = walk.read(events, from, to);
      const problem = walked === 'malformed' ? 'cannot be read' : this.#misplaced(last, claims);
      const own = walk.sessionAt < 0 ? null : events.toString('latin1', walk.sessionAt, walk.sessionAt + 16);
      session ??= own;
      if (problem !== null || own !== session) {
        this.#told.onUnreadable(at, problem ?? 'is of another session');
        payloadAt = -1;
      } else {
        last = walk.index;
        this.#push(run, events, from, to);
        if (walked === 'version') {
          this.#told.onVersion(walk.index);
          payloadAt = -1;
        } else payloadAt = this.#payloads(events, from, to, payloads, payloadAt);
      }
      at = to;
    }
    if (payloadAt >= 0 && payloadAt !== payloads.length)
      this.#told.onUnreadable(events.length, 'is followed by payloads of no event');
    return session === undefined || session === null ? run : { ...run, session };
  }

  #misplaced(last: number, { last_index }: SegmentClaims): string | null {
    const { index } = this.#walk;
    if (index > last && index <= last_index) return null;
    return `has index ${index}, where its segment goes on from ${last + 1} to ${last_index}`;
  }

  #push(run: Run, events: Buffer, from: number, to: number): void {
    const { index, sequence, code, time, monotonic } = this.#walk;
    if (readCodes.has(code)) this.#read(run, events.subarray(from, to));
    // A leaf is hashed with a 0 before it, for which the last byte of its length makes room.
    events[from - 1] = 0;
    run.indexes.push(index);
    run.leaves.push(hash('sha256', events.subarray(from - 1, to), 'binary'));
    run.sequences.push(sequence);
    run.codes.push(code);
    run.times.push(time);
    run.monotonics.push(monotonic);
  }

  #read(run: Run, bytes: Buffer): void {
    try {
      run.read.set(this.#walk.index, decodeEvent(Uint8Array.from(bytes)));
    } catch {
      // Another version of the event: the walk has told so.
    }
  }

  /** Checks the payloads of the event just walked; returns where those of the next lie. */
  #payloads(events: Buffer, from: number, to: number, payloads: Buffer, start: number): number {
    const walk = this.#walk;
    let at = start;
    for (let i = 0; i < walk.payloads; i++) {
      if (at < 0 || at + 4 > payloads.length) {
        this.#told.onPayload(walk.index, 'a payload of the event is not there');
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
        this.#told.onPayload(walk.index, 'a payload of the event is cut short');
        return -1;
      }
      if (stored !== length || !this.#committed(payloads, at, end, events, walk.commitments[i] as number))
        this.#told.onPayload(walk.index, 'a payload is not what the event commits to');
      at = end;
    }
    return at;
  }

  /** Whether the stored payload from `at` to `end` has the commitment that lies at `commitment` of the events. */
  #committed(payloads: Buffer, at: number, end: number, events: Buffer, commitment: number): boolean {
    const value = at + PAYLOAD_HEAD_BYTES;
    const length = end - value;
    const whole = COMMITMENT_PREFIX_BYTES + length;
    if (whole > this.#scratch.length) {
      const larger = Buffer.alloc(2 * whole);
      larger.set(COMMITMENT_DOMAIN);
      this.#scratch = larger;
    }
    const scratch = this.#scratch;
    payloads.copy(scratch, COMMITMENT_SALT_AT, value - SALT_BYTES, value);
    writeCommitmentLength(scratch, 0, length);
    payloads.copy(scratch, COMMITMENT_PREFIX_BYTES, value, end);
    return (
      hash('sha256', scratch.subarray(0, whole), 'binary') ===
      events.toString('latin1', commitment, commitment + 32)
    );
  }
}

function emptyRun(): Run {
  return {
    session: null,
    indexes: [],
    leaves: [],
    sequences: [],
    codes: [],
    times: [],
    monotonics: [],
    read: new Map(),
  };
}
