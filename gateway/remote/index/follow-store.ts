/** Feeds an index from a store: of each log the bundles that manifests name, in order. */
import { hash } from 'node:crypto';
import { fromBase64 } from '../../../shared/recording/base64.ts';
import { sameHash } from '../../../shared/recording/tree.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { placesOf, type BundleSegment } from '../../../shared/remote/bundle.ts';
import type { ReadShipped, ShippedBundle } from '../../../shared/remote/manifest.ts';
import { digestOf, eventsOf, fetchBundle, shippedLogs, shippedManifests, type ReadFrom } from '../bundles.ts';
import { keysUpTo, lastManifest, manifestWith, reading } from '../find-manifest.ts';
import { NO_KEYS, type KeySource } from '../keys/key-source.ts';
import type { ObjectStore } from '../object-store.ts';
import { isRemoved } from '../retention/removals.ts';
import { openDirectory, type OpenDirectory } from '../open-bundle.ts';
import type { Indexer } from './indexer.ts';
import { ownOf, type SegmentIndexRow } from './rows.ts';
import { printEnvelope } from './segment-place.ts';

/** The logs of one indexer of several: `of` share them by a hash of each. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

/** How far a log is behind its store. */
export interface Lag {
  /** Hex. */
  readonly log: string;
  readonly gateway: string;
  /** Events that manifests name, and those that are in the index. */
  readonly shipped: number;
  readonly indexed: number;
  /** Time of the newest event that was shipped, µs. */
  readonly latest: number;
}

export interface FollowOptions {
  readonly store: ObjectStore;
  readonly indexer: Indexer;
  /** Trusted keys, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** What opens what is sealed. */
  readonly keySource?: KeySource;
  readonly share: Share;
  readonly signal?: AbortSignal;
  readonly onLag?: (lag: Lag) => void;
}

/** Where a log is gone on with: the manifest that is read next, and who may sign it. */
interface Place {
  readonly from: ReadFrom;
  readonly keys: readonly Uint8Array[];
}

export class StoreFollower {
  readonly #options: FollowOptions;
  /** The manifest that is read next, by log; manifests that are read stay read. */
  readonly #from = new Map<string, Place>();

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** Takes what was shipped since the last time. Rejects with ArchiveError; what was taken by then is in the index. */
  async follow(): Promise<void> {
    const { store, share, signal } = this.#options;
    for (const log of await shippedLogs(store)) {
      if (signal?.aborted === true) return;
      if (isIn(share, log)) await this.#followLog(log);
    }
  }

  async #followLog(log: string): Promise<void> {
    const { store, signal, keySource = NO_KEYS } = this.#options;
    const { from, keys } = this.#from.get(log) ?? (await this.#begin(log));
    const trusted = [...keys];
    for await (const manifest of shippedManifests(store, log, { keys, from, keySource })) {
      for (const bundle of manifest.bundles) {
        if (signal?.aborted === true) return;
        await this.#take(log, bundle);
      }
      await this.#tell(log, manifest);
      const named = fromBase64(manifest.key);
      if (named !== null && !trusted.some((key) => sameHash(key, named))) trusted.push(named);
      const next = { number: manifest.number + 1, previous: digestOf(manifest.text) };
      this.#from.set(log, { from: next, keys: trusted });
    }
  }

  /** What is indexed is not gone through again: the manifest that goes on from there is found, and who may sign it. */
  async #begin(log: string): Promise<Place> {
    const { store, indexer, keys } = this.#options;
    const wanted = await indexer.wants(log);
    const last = wanted === 0 ? null : await lastManifest(store, log);
    if (last === null) return { from: { number: 0, previous: null }, keys };
    const read = reading(store, log);
    const number = (await manifestWith(read, last, wanted)) ?? last;
    const trusted = await keysUpTo(store, log, { read, last: number, trusted: keys });
    const before = number === 0 ? null : digestOf((await read(number - 1)).text);
    return { from: { number, previous: before }, keys: trusted };
  }

  async #take(log: string, bundle: ShippedBundle): Promise<void> {
    const { store, indexer, keySource = NO_KEYS } = this.#options;
    if (bundle.next <= (await indexer.wants(log))) return;
    const bytes = await fetchBundle(store, bundle).catch(async (error: unknown) => {
      if (await isRemoved(store, log, bundle, error)) return null;
      throw error;
    });
    if (bytes === null) return;
    const name = store.named(bundle.key);
    const events = await eventsOf(bytes, name, keySource);
    const needed = new Set(events.filter(isNeeded).map(({ event }) => event.index));
    const segments = segmentsIn(openDirectory(bytes, name, keySource), bundle, ({ firstIndex, lastIndex }) =>
      [...needed].some((index) => firstIndex <= index && index <= lastIndex),
    );
    await indexer.take(log, events, { token: bundle.sha256, segments });
  }

  async #tell(log: string, { gateway, next, bundles }: ReadShipped): Promise<void> {
    const { indexer, onLag } = this.#options;
    const latest = Math.max(0, ...bundles.map(({ to }) => to));
    onLag?.({ log, gateway, shipped: next, indexed: await indexer.wants(log), latest });
  }
}

/** Whether a log is one of an indexer's. */
export function isIn({ part, of }: Share, log: string): boolean {
  return hash('sha256', log, 'buffer').readUInt32BE() % of === part;
}

/** Events of a log itself without which evidence of its sessions cannot be judged: the rest of them, most heartbeats, stay out of the index. */
function isNeeded({ event: { session, kind } }: StoredEvent): boolean {
  return (
    session === null &&
    (kind === 'signingKey' || kind === 'policyLoaded' || kind === 'redacted' || kind === 'keysDestroyed')
  );
}

/** Where the segments of a bundle lie, so that a reader fetches them alone; of the log's own those that `isNeeded`. */
function segmentsIn(
  directory: OpenDirectory,
  { key: bundle }: ShippedBundle,
  isOwnNeeded: (segment: BundleSegment) => boolean,
): SegmentIndexRow[] {
  return [...placesOf(directory, directory.headBytes)]
    .filter(({ segment }) => segment.session !== null || isOwnNeeded(segment))
    .map(({ segment, from, to }) => ({
      session: segment.session ?? ownOf(directory.log),
      bundle,
      from,
      to,
      events_packed: segment.eventsPacked,
      bytes: segment.eventsBytes + segment.payloadsBytes,
      // Events of the log itself are told apart by where in the log they lie.
      first_sequence: segment.session === null ? segment.firstIndex : segment.firstSequence,
      last_sequence: segment.session === null ? segment.lastIndex : segment.lastSequence,
      sha256: segment.sha256,
      first_index: segment.firstIndex,
      key: segment.key ?? '',
      envelope: printEnvelope(directory.envelope),
    }));
}
