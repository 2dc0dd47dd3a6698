/**
 * The manifests of one log from the newest back, as far as they were needed: the newest is signed by a trusted key, each before it is
 * what the one behind it names. They are kept on this machine, and held against that chain whenever they are read.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  parseShipped,
  shippedKey,
  type ReadShipped,
  type ShippedBundle,
} from '../../../shared/remote/manifest.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { digestOf } from '../bundles.ts';
import { keysUpTo, lastManifest, reading, signedBy } from '../find-manifest.ts';
import type { ObjectStore } from '../object-store.ts';

/** Manifests that are asked for at once: each is some kilobytes, and a round trip. */
const AT_ONCE = 8;

export interface ShelfOptions {
  readonly store: ObjectStore;
  /** Hex. */
  readonly log: string;
  /** Trusted keys, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** Where they are kept. */
  readonly folder: string;
}

/** What of a manifest is kept in mind. */
interface Kept {
  readonly previous: string | null;
  readonly digest: string;
  readonly bundles: readonly ShippedBundle[];
}

export class ManifestShelf {
  readonly #options: ShelfOptions;
  readonly #kept = new Map<number, Kept>();
  #trusted: readonly Uint8Array[] | null = null;
  #newest = -1;
  #oldest = 0;
  gateway = '';

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  get log(): string {
    return this.#options.log;
  }

  /** How many manifests there are, and how many of the oldest were not read. */
  get count(): number {
    return this.#newest + 1;
  }
  get unread(): number {
    return this.#newest < 0 ? 0 : this.#oldest;
  }

  /** The newest one: its number, and the SHA-256 of its note, base64; null before any was read. */
  get newest(): { readonly number: number; readonly digest: string } | null {
    const kept = this.#kept.get(this.#newest);
    return kept === undefined ? null : { number: this.#newest, digest: kept.digest };
  }

  /** Index behind the last event that is shipped. */
  get next(): number {
    return this.#kept.get(this.#newest)?.bundles.at(-1)?.next ?? 0;
  }

  /** The bundles of all that were read, oldest first. */
  *bundles(): Generator<ShippedBundle> {
    for (let number = this.#oldest; number <= this.#newest; number++)
      yield* this.#kept.get(number)?.bundles ?? [];
  }

  /** The same, newest first. */
  *backwards(): Generator<ShippedBundle> {
    for (let number = this.#newest; number >= this.#oldest; number--)
      yield* (this.#kept.get(number)?.bundles ?? []).toReversed();
  }

  /** Reads those that were put since; from the newest alone where none was read. Rejects with ArchiveError. */
  async refresh(): Promise<void> {
    const { store, log, keys } = this.#options;
    // The newest one is looked for too: what was there and is gone is no store without news.
    const last = await lastManifest(store, log, Math.max(-1, this.#newest - 1));
    if (this.#newest >= 0 && (last ?? -1) < this.#newest)
      throw this.#damaged(this.#newest, 'was read here, and is gone');
    if (last === null || last === this.#newest) return;
    const read = reading(store, log);
    this.#trusted ??= keys;
    if (this.#newest < 0) this.#oldest = last;
    // What came since is trusted where it goes on with what was read; the first is, where a trusted key signed it.
    const from = this.#newest < 0 ? last : this.#newest + 1;
    this.#trusted = await keysUpTo(store, log, { read, last, trusted: this.#trusted });
    for (let number = from; number <= last; number++) {
      const manifest = await read(number);
      const before = this.#kept.get(number - 1);
      if (!signedBy(log, manifest, this.#trusted))
        throw this.#damaged(number, 'is signed with no key that is trusted here');
      if (before !== undefined && manifest.previous !== before.digest)
        throw this.#damaged(number, 'names another manifest as the one before it than was there');
      await this.#keep(number, manifest);
      this.#newest = number;
    }
  }

  /** What was kept of it, up to the manifest of that number, where the store cannot be asked; false where that is nothing. */
  async recall(newest: number): Promise<boolean> {
    const { log, keys } = this.#options;
    const manifest = await this.#onDisk(newest);
    if (manifest === null || this.#newest >= 0) return false;
    if (!signedBy(log, manifest, [...keys, ...(this.#trusted ?? [])])) return false;
    this.#take(newest, manifest);
    [this.#newest, this.#oldest] = [newest, newest];
    return true;
  }

  /** Takes what is kept here down to the bundle of an event, as far as that goes. */
  async recallBackTo(index: number): Promise<void> {
    for (let number = this.#oldest - 1; number >= 0; number--) {
      const manifest = await this.#onDisk(number);
      const behind = this.#kept.get(number + 1);
      if (manifest === null || digestOf(manifest.text) !== behind?.previous) return;
      this.#take(number, manifest);
      this.#oldest = number;
      if (manifest.first <= index) return;
    }
  }

  /** Reads so many more from the oldest back; returns how many there were. Rejects with ArchiveError. */
  async further(most: number): Promise<number> {
    const to = this.#oldest;
    const from = Math.max(0, to - most);
    for (let end = to; end > from; end -= AT_ONCE) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, end - from) }, (_, i) => end - 1 - i);
      const read = await Promise.all(numbers.map((number) => this.#read(number)));
      for (const [i, number] of numbers.entries()) await this.#before(number, read[i] ?? null);
    }
    return to - this.#oldest;
  }

  /** Takes the one before the oldest: what that names, or it is not taken. */
  async #before(number: number, found: ReadShipped | null): Promise<void> {
    const named = this.#kept.get(number + 1)?.previous;
    let manifest = found;
    // What lay here may have been changed by somebody; the store is asked then.
    if (manifest === null || digestOf(manifest.text) !== named) manifest = await this.#fetch(number);
    if (digestOf(manifest.text) !== named)
      throw this.#damaged(number, 'is not the manifest that the one behind it names');
    await this.#keep(number, manifest);
    this.#oldest = number;
  }

  async #read(number: number): Promise<ReadShipped | null> {
    return (await this.#onDisk(number)) ?? (await this.#fetch(number));
  }

  async #fetch(number: number): Promise<ReadShipped> {
    const { store, log } = this.#options;
    return reading(store, log)(number);
  }

  async #onDisk(number: number): Promise<ReadShipped | null> {
    const text = await readFile(this.#path(number), 'utf8').catch(() => null);
    const read = text === null ? null : parseShipped(Buffer.from(this.log, 'hex'), text);
    return read?.number === number ? read : null;
  }

  async #keep(number: number, manifest: ReadShipped): Promise<void> {
    this.#take(number, manifest);
    const path = this.#path(number);
    await mkdir(join(this.#options.folder, this.log), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, manifest.text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  #take(number: number, { previous, text, bundles, gateway }: ReadShipped): void {
    this.#kept.set(number, { previous, digest: digestOf(text), bundles });
    this.gateway = gateway;
  }

  #path(number: number): string {
    return join(this.#options.folder, this.log, String(number));
  }

  #damaged(number: number, what: string): ArchiveError {
    const { store } = this.#options;
    return new ArchiveError(
      'DAMAGED',
      `${store.named(shippedKey(this.log, number))} ${what}; keep it as evidence: auditorium verify tells all`,
    );
  }
}
