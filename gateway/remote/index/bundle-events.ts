/** The events of a session as they lie in the bundles of a store: the index says where, each segment is fetched alone and checked. */
import { createHash } from 'node:crypto';
import type { SegmentRow, SessionId, Step } from '../../../shared/api/session.ts';
import type { Page } from '../../../shared/api/page.ts';
import { packSegment, type StoredEvent } from '../../../shared/recording/record.ts';
import { MOST_STEPS, writeOutline } from '../../../shared/replay/outline.ts';
import { newTimelineState, pointOf, stepOf, type Point } from '../../../shared/replay/timeline.ts';
import { nothingTold } from '../../../shared/replay/told.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { readCursor, writeCursor } from '../../archive/cursor.ts';
import { NO_KEYS, type KeySource } from '../keys/key-source.ts';
import type { ObjectStore } from '../object-store.ts';
import { openSegment, readOpened, type OpenSegment } from '../open-bundle.ts';
import type { SegmentCache, SegmentFrames } from '../segment-cache.ts';
import { rowsOf, type Engine } from './engine.ts';
import { StoreEvidence } from '../store-evidence.ts';
import type { EventSource } from './index-reader.ts';
import { ownOf, type SegmentIndexRow } from './rows.ts';
import { sealedIn } from './segment-place.ts';

/** Bytes of unpacked segments kept at hand: what a replay goes back and forth in. */
const KEPT_BYTES = 64 << 20;

/** Segments that are fetched ahead of the one that is asked for. */
const SEGMENTS_AHEAD = 3;

/** Segments told before and behind an event. */
const AROUND = 20;

export interface BundleOptions {
  /** What opens values that are sealed; absent: nothing. */
  readonly keys?: KeySource;
  /** Where segments are kept on this machine; absent: nowhere. */
  readonly cache?: SegmentCache | null;
}

/** What bundles tell beside the index. Closing it closes the store's client. */
export function bundleEvents(
  engine: Engine,
  store: ObjectStore,
  name: string,
  { keys = NO_KEYS, cache = null }: BundleOptions = {},
): EventSource {
  const bundles = new Bundles(engine, store, keys, cache);
  const evidence = new StoreEvidence(store, keys);
  return {
    info: () =>
      Promise.resolve({
        path: name,
        volumes: 0,
        sessions: 0,
        statements: 0,
        events: 0,
        first: null,
        last: null,
        behind: 0,
        foreign: null,
      }),
    segments: async (id) => (await bundles.places(id)).map(rowOf),
    segmentsAround: async (id, sequence) => {
      const places = await bundles.places(id);
      const at = places.findIndex(({ last_sequence }) => last_sequence >= sequence);
      const middle = at === -1 ? places.length - 1 : at;
      const first = Math.max(0, middle - AROUND);
      return { first, items: places.slice(first, middle + AROUND + 1).map(rowOf) };
    },
    segment: (id, number) => bundles.packed(id, number),
    steps: (id, request) => stepsOf(bundles, id, request),
    outline: (id, from, steps) => outlineOf(bundles, id, from, steps),
    recordingKey: async (id) => {
      const digest = createHash('sha256');
      for (const { sha256 } of await bundles.places(id)) digest.update(sha256);
      return digest.digest('hex');
    },
    logs: () => evidence.logs(),
    logSegments: async (log) =>
      (await bundles.places(ownOf(log))).map(({ first_sequence }) => ({
        first: first_sequence,
        number: first_sequence,
      })),
    logSegment: (log, { number }) => bundles.packed(ownOf(log), number),
    subtrees: (log, subtrees) => evidence.subtrees(log, subtrees),
    cosigned: (log, index) => evidence.cosigned(log, index),
    redactions: () => evidence.redactions(),
    close: () => {
      store[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** Numbers of segments are their first events: they ascend, and never change. */
function rowOf({ first_sequence, last_sequence, bytes }: SegmentIndexRow): SegmentRow {
  return { number: first_sequence, firstSequence: first_sequence, lastSequence: last_sequence, bytes };
}

class Bundles {
  readonly #engine: Engine;
  readonly #store: ObjectStore;
  readonly #keySource: KeySource;
  readonly #cache: SegmentCache | null;
  /** By hash, those used last at the end. */
  readonly #kept = new Map<string, OpenSegment>();
  #keptBytes = 0;

  constructor(engine: Engine, store: ObjectStore, keySource: KeySource, cache: SegmentCache | null) {
    this.#engine = engine;
    this.#store = store;
    this.#keySource = keySource;
    this.#cache = cache;
  }

  /** Where the events of a session lie, in order. */
  places(session: string): Promise<SegmentIndexRow[]> {
    return rowsOf<SegmentIndexRow>(
      this.#engine,
      'SELECT * FROM segment WHERE session = {session:String} ORDER BY first_sequence LIMIT 1 BY first_sequence',
      { session },
    );
  }

  /** One of them; null when there is none of that number. */
  async packed(session: string, number: number): Promise<Uint8Array | null> {
    const places = await this.places(session);
    const at = places.findIndex(({ first_sequence }) => first_sequence === number);
    const place = places[at];
    if (place === undefined) return null;
    this.#ahead(places, at + 1);
    const { events, payloads } = await this.unpacked(place);
    return packSegment(events, payloads);
  }

  async unpacked(place: SegmentIndexRow): Promise<OpenSegment> {
    const { sha256, bundle, from, to } = place;
    const kept = this.#kept.get(sha256);
    if (kept !== undefined) return kept;
    const frames = await this.#frames({ key: bundle, from, to, sha256 });
    const { segment, ...sealed } = sealedIn(place);
    const name = this.#store.named(bundle);
    const opened = await openSegment(frames, segment, { ...sealed, name }, this.#keySource);
    // Keys may be given later, and destroyed at any time: what is sealed is opened anew each time.
    if (segment.key === undefined) this.#keep(sha256, opened);
    return opened;
  }

  async *events(session: SessionId): AsyncGenerator<StoredEvent> {
    const places = await this.places(session);
    for (const [at, place] of places.entries()) {
      this.#ahead(places, at + 1);
      yield* readOpened(await this.unpacked(place), this.#store.named(place.bundle));
    }
  }

  /** A cursor goes on where it stands: what comes next is on its way before it is asked for. */
  #ahead(places: readonly SegmentIndexRow[], from: number): void {
    const next = places.slice(from, from + SEGMENTS_AHEAD).filter(({ sha256 }) => !this.#kept.has(sha256));
    const wanted = next.map(({ bundle, from: start, to, sha256 }) => ({
      key: bundle,
      from: start,
      to,
      sha256,
    }));
    void this.#cache?.ahead(wanted);
  }

  async #frames(wanted: SegmentFrames): Promise<Uint8Array> {
    if (this.#cache !== null) return this.#cache.frames(wanted);
    const { key, from, to, sha256 } = wanted;
    const frames = await this.#store.range(key, from, to);
    if (createHash('sha256').update(frames).digest('base64') !== sha256)
      throw new ArchiveError(
        'DAMAGED',
        `${this.#store.named(key)} holds other bytes from ${from} to ${to} than were indexed; keep it as evidence`,
      );
    return frames;
  }

  #keep(sha256: string, unpacked: OpenSegment): void {
    this.#kept.set(sha256, unpacked);
    this.#keptBytes += sizeOf(unpacked);
    for (const [oldest, segment] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES || oldest === sha256) return;
      this.#kept.delete(oldest);
      this.#keptBytes -= sizeOf(segment);
    }
  }
}

function sizeOf({ events, payloads }: OpenSegment): number {
  return events.length + payloads.length;
}

/** What a step needs of events before it lies anywhere before: they are gone through from the first on. */
async function stepsOf(
  bundles: Bundles,
  id: SessionId,
  request: {
    readonly after?: string | undefined;
    readonly from?: number | undefined;
    readonly limit: number;
  },
): Promise<Page<Step>> {
  const read = readCursor('steps', ['number'], request.after);
  const from = read === null ? (request.from ?? 0) : Number(read[0]);
  const texts = new Map<number, Uint8Array>();
  const state = newTimelineState((sequence) => texts.get(sequence) ?? null);
  const items: Step[] = [];
  for await (const stored of bundles.events(id)) {
    const { sequence } = stored.event;
    const text = stored.payloads['text'];
    if (text) texts.set(sequence, text);
    if (items.length === request.limit) return { items, next: writeCursor('steps', [sequence]), total: null };
    const step = stepOf(stored, state);
    if (step !== null && sequence >= from) items.push(step);
  }
  return { items, next: null, total: null };
}

async function outlineOf(bundles: Bundles, id: SessionId, from: number, steps: number): Promise<Uint8Array> {
  const limit = Math.min(steps, MOST_STEPS);
  const told = nothingTold();
  const points: Point[] = [];
  let next = from;
  for await (const { event } of bundles.events(id)) {
    if (points.length === limit) return writeOutline({ from, next, last: false, points });
    const point = pointOf(event, told);
    if (event.sequence < next) continue;
    if (point !== null) points.push(point);
    next = event.sequence + 1;
  }
  return writeOutline({ from, next, last: true, points });
}
