/**
 * What proves the events of a store, made of its manifests and bundles alone: of a log the checkpoint of its last manifest, and any
 * hash of its tree. A subtree is complete with some event; the manifest that names it says the tree before, and what it names makes the
 * rest. So a proof reads some dozen manifests and what they name, however long the log is. Nothing is believed here: whoever is shown
 * the proof holds it against the signature.
 */
import { fromBase64 } from '../../shared/recording/base64.ts';
import { parseNote } from '../../shared/recording/note.ts';
import { Frontier, HASH_BYTES, leafHash, type Subtree, subtreesOf } from '../../shared/recording/tree.ts';
import { shippedKey, type ReadShipped } from '../../shared/remote/manifest.ts';
import { ArchiveError } from '../archive/archive.ts';
import { sha256 } from '../archive/ed25519.ts';
import type { EvidenceReader, LogEvidence } from '../archive/evidence.ts';
import { eventsOf, fetchBundle, shippedLogs } from './bundles.ts';
import { lastManifest, manifestWith, reading } from './find-manifest.ts';
import { NO_KEYS, type KeySource } from './keys/key-source.ts';
import type { ObjectStore } from './object-store.ts';

/** How many manifests behind the one with a rotation are looked at for a checkpoint that both keys signed. */
const COSIGNED_WITHIN = 8;

/** All of an {@link EvidenceReader} but events of the log itself, which an index or a directory leads to. */
export class StoreEvidence implements Pick<EvidenceReader, 'logs' | 'subtrees' | 'cosigned' | 'redactions'> {
  readonly #store: ObjectStore;
  readonly #keySource: KeySource;
  /** The last manifest of each log as far as it was seen. */
  readonly #last = new Map<string, number>();

  constructor(store: ObjectStore, keySource: KeySource = NO_KEYS) {
    this.#store = store;
    this.#keySource = keySource;
  }

  /** Each log as one volume: what its manifests name together. */
  async logs(): Promise<LogEvidence[]> {
    const logs: LogEvidence[] = [];
    for (const log of await shippedLogs(this.#store)) {
      const last = await this.#lastOf(log);
      if (last === null) continue;
      const { next, checkpoint } = await reading(this.#store, log)(last);
      logs.push({ log, volumes: [{ file: shippedKey(log, last), first: 0, next, checkpoint, seal: null }] });
    }
    return logs;
  }

  async subtrees(log: string, subtrees: readonly Subtree[]): Promise<(Uint8Array | null)[]> {
    const last = await this.#lastOf(log);
    if (last === null) return subtrees.map(() => null);
    const read = reading(this.#store, log);
    const open = new Map(subtrees.map((subtree) => [nameOf(subtree), endOf(subtree)]));
    const found = new Map<string, Uint8Array>();
    const take = (subtree: Subtree, hash: Uint8Array): void => {
      const name = nameOf(subtree);
      if (open.delete(name)) found.set(name, hash);
    };
    // From the right: what a manifest says of the tree before it spares those that completed it.
    while (open.size > 0) {
      const end = Math.max(...open.values());
      const number = await manifestWith(read, last, end - 1);
      const manifest = await read(number ?? last);
      tellFrontier(manifest.next, manifest.frontier, take);
      tellFrontier(manifest.first, manifest.opening, take);
      const within = [...open.values()].filter((at) => at > manifest.first && at <= manifest.next);
      if (within.length > 0) await this.#grow(manifest, Math.max(...within), take);
      for (const [name, at] of open) if (at > manifest.first) open.delete(name);
    }
    return subtrees.map((subtree) => found.get(nameOf(subtree)) ?? null);
  }

  /** A checkpoint that two keys signed, where the manifest with the event or one of the next has it. */
  async cosigned(log: string, index: number): Promise<string | null> {
    const last = await this.#lastOf(log);
    if (last === null) return null;
    const read = reading(this.#store, log);
    const from = await manifestWith(read, last, index);
    if (from === null) return null;
    for (let number = from; number <= Math.min(last, from + COSIGNED_WITHIN); number++) {
      const { checkpoint } = await read(number);
      if ((parseNote(checkpoint)?.signatures.length ?? 0) > 1) return checkpoint;
    }
    return null;
  }

  /** Bundles are never written anew: nothing is taken out of them. */
  redactions(): Promise<[]> {
    return Promise.resolve([]);
  }

  /** Tells the subtrees of the tree at a manifest's beginning, and those that its events complete up to, without, `end`. */
  async #grow(
    { first, opening, bundles }: ReadShipped,
    end: number,
    grown: (subtree: Subtree, hash: Uint8Array) => void,
  ): Promise<void> {
    const tree = new Frontier(sha256, first, fromBase64(opening) ?? new Uint8Array());
    for (const bundle of bundles) {
      if (bundle.first >= end) return;
      const bytes = await fetchBundle(this.#store, bundle);
      const name = this.#store.named(bundle.key);
      for (const { event, bytes: recorded } of await eventsOf(bytes, name, this.#keySource)) {
        if (event.index !== tree.size)
          throw new ArchiveError(
            'DAMAGED',
            `${name} holds event ${event.index} in the place of ${tree.size}`,
          );
        tree.add(leafHash(sha256, recorded), grown);
      }
    }
  }

  async #lastOf(log: string): Promise<number | null> {
    const last = await lastManifest(this.#store, log, this.#last.get(log));
    if (last !== null) this.#last.set(log, last);
    return last;
  }
}

/** The perfect subtrees of the tree of `size` leaves, largest first. */
function tellFrontier(
  size: number,
  frontier: string,
  take: (subtree: Subtree, hash: Uint8Array) => void,
): void {
  const hashes = fromBase64(frontier) ?? new Uint8Array();
  for (const [i, subtree] of subtreesOf(0, size).entries())
    take(subtree, hashes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

function nameOf({ height, number }: Subtree): string {
  return `${height} ${number}`;
}

/** The event behind a subtree's last. */
function endOf({ height, number }: Subtree): number {
  return (number + 1) * 2 ** height;
}
