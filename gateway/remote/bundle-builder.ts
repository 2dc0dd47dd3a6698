/** Gathers a log's events into bundles: segments of one session each, packed as they fill up, and the tree over all of them. */
import { eventPartOf } from '../../shared/recording/record.ts';
import type { BundleSegment } from '../../shared/remote/bundle.ts';
import type { ShippedBundle } from '../../shared/remote/manifest.ts';
import { ArchiveError, type FactsOf } from '../archive/archive.ts';
import { Gathered, SpareBuffers } from '../archive/sqlite/gathered.ts';
import { GrowingTree } from '../archive/sqlite/growing-tree.ts';
import { oneFrame } from '../archive/sqlite/one-frame.ts';
import { EventWalk } from '../archive/sqlite/verify/event-walk.ts';
import { Occurring } from './occurring.ts';

/** Raw bytes of a full segment: as in a volume. */
const SEGMENT_BYTES = 256 * 1024;

/** What is known of a log before its first event here: a tree of so many leaves. */
export interface Opening {
  readonly size: number;
  readonly frontier: Uint8Array;
}

/** A segment that is packed, and not sealed yet. */
export interface PackedSegment {
  readonly about: Omit<BundleSegment, 'eventsPacked' | 'payloadsPacked' | 'sha256' | 'key'>;
  readonly events: Uint8Array;
  /** Empty where there are none. */
  readonly payloads: Uint8Array;
}

/** A bundle as far as nothing of it need be sealed. */
export interface PackedBundle {
  /** Hex. */
  readonly log: string;
  /** What its manifest says of its events. */
  readonly about: Omit<ShippedBundle, 'key' | 'bytes' | 'sha256' | 'head' | 'lock'>;
  readonly segments: readonly PackedSegment[];
  /** Of all frames. */
  readonly bytes: number;
  /** The log's tree when it ends. */
  readonly frontier: Uint8Array;
}

/** A session's events that are not packed yet. */
interface Pending {
  readonly session: string | null;
  readonly events: Gathered;
  readonly payloads: Gathered;
  count: number;
  firstSequence: number;
  firstIndex: number;
  lastSequence: number;
  lastIndex: number;
}

const SESSION_BYTES = 16;

/** Key of the log's own events among those of sessions. */
const OWN = '';

export class BundleBuilder {
  readonly #log: string;
  readonly #walk: EventWalk;
  readonly #tree: GrowingTree;
  readonly #occurring: Occurring;
  readonly #buffers = new SpareBuffers();
  #pending = new Map<string, Pending>();
  /** Sessions of the bundle in hex, by their bytes as UTF-16. */
  #names = new Map<string, string>();
  #segments: PackedSegment[] = [];
  #first: number;
  #from = Infinity;
  #to = 0;
  /** Raw bytes of what gathered since the last bundle. */
  bytes = 0;

  /** `log`: 16 bytes. */
  constructor(log: Uint8Array, { size, frontier }: Opening, factsOf: FactsOf) {
    this.#log = Buffer.from(log).toString('hex');
    this.#walk = new EventWalk(log);
    this.#tree = new GrowingTree(size, frontier, () => {});
    this.#occurring = new Occurring(factsOf);
    this.#first = size;
  }

  /** Index of the event that is expected next. */
  get next(): number {
    return this.#tree.size;
  }

  /** Index of the event that {@link add} was last given. */
  get at(): number {
    return this.#walk.index;
  }

  /**
   * Adds the body of the next record; what is kept of it is copied. An event that is `known` already is passed over, one behind a `gap`
   * is not taken. Throws ArchiveError DAMAGED where it is no event of the log.
   */
  add(body: Uint8Array): 'added' | 'known' | 'gap' {
    const end = eventPartOf(body);
    const walk = this.#walk;
    if (walk.read(body, 4, end) !== 'whole')
      throw new ArchiveError(
        'DAMAGED',
        `the spool holds no event of its log where event ${this.next} should be`,
      );
    if (walk.index !== this.next) return walk.index < this.next ? 'known' : 'gap';
    this.#tree.add(body, 4, end);
    this.bytes += body.length;
    this.#from = Math.min(this.#from, walk.time);
    this.#to = Math.max(this.#to, walk.time);
    const session = walk.sessionAt < 0 ? OWN : this.#sessionAt(body, walk.sessionAt);
    if (session !== OWN) this.#occurring.note(body, walk.code, session);
    this.#gather(session, body, end);
    return 'added';
  }

  /** Packs what gathered; null where nothing did. */
  pack(): PackedBundle | null {
    const first = this.#first;
    const next = this.#tree.size;
    if (next === first) return null;
    for (const pending of this.#pending.values()) this.#packSegment(pending);
    const about = {
      first,
      next,
      root: Buffer.from(this.#tree.root()).toString('base64'),
      from: this.#from,
      to: this.#to,
      ...this.#occurring.take(),
    };
    const segments = this.#segments;
    const bytes = segments.reduce((sum, { events, payloads }) => sum + events.length + payloads.length, 0);
    this.#begin(next);
    return { log: this.#log, about, segments, bytes, frontier: this.#tree.frontier() };
  }

  #begin(first: number): void {
    this.#first = first;
    this.#pending = new Map();
    this.#names = new Map();
    this.#segments = [];
    this.#from = Infinity;
    this.#to = 0;
    this.bytes = 0;
  }

  /** The session whose 16 bytes begin there, hex, which takes longer to make than to look up. */
  #sessionAt(body: Uint8Array, at: number): string {
    const pair = (i: number) => ((body[at + i] ?? 0) << 8) | (body[at + i + 1] ?? 0);
    const key = String.fromCharCode(
      pair(0),
      pair(2),
      pair(4),
      pair(6),
      pair(8),
      pair(10),
      pair(12),
      pair(14),
    );
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const session = Buffer.from(body.buffer, body.byteOffset + at, SESSION_BYTES).toString('hex');
    this.#names.set(key, session);
    return session;
  }

  #gather(session: string, body: Uint8Array, end: number): void {
    const { index, sequence } = this.#walk;
    let pending = this.#pending.get(session);
    if (pending === undefined) {
      pending = {
        session: session === OWN ? null : session,
        events: new Gathered(this.#buffers),
        payloads: new Gathered(this.#buffers),
        count: 0,
        firstSequence: sequence,
        firstIndex: index,
        lastSequence: sequence,
        lastIndex: index,
      };
      this.#pending.set(session, pending);
    }
    pending.events.add(body, 0, end);
    if (end < body.length) pending.payloads.add(body, end, body.length);
    pending.count++;
    pending.lastSequence = sequence;
    pending.lastIndex = index;
    if (pending.events.length + pending.payloads.length < SEGMENT_BYTES) return;
    this.#packSegment(pending);
    this.#pending.delete(session);
  }

  #packSegment({ session, events, payloads, ...span }: Pending): void {
    const [eventsFrame, payloadsFrame] = [events, payloads].map((part) =>
      part.length === 0 ? NOTHING : oneFrame(part.bytes, span.count),
    );
    this.#segments.push({
      about: { session, ...span, eventsBytes: events.length, payloadsBytes: payloads.length },
      events: eventsFrame ?? NOTHING,
      payloads: payloadsFrame ?? NOTHING,
    });
    events.empty();
    payloads.empty();
  }
}

const NOTHING = Buffer.alloc(0);
