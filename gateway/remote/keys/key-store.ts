/**
 * Where the keys of sessions lie: a place that locks nothing, one object a key, and for each log a journal of those that were destroyed
 * (docs/remote.md). What a bundle needs is there before the bundle is; what was destroyed stays told.
 */
import { randomBytes } from 'node:crypto';
import type { Signer } from '../../../shared/recording/note.ts';
import { ArchiveError } from '../../archive/archive.ts';
import type { NamedKey, ReadDestruction } from '../../../shared/remote/key-journal.ts';
import type { ErasingStore } from '../object-store.ts';
import { KeyJournal, type Destroyer } from './key-journal.ts';
import {
  KEYS,
  keyIn,
  keysFolder,
  parseKeyPlace,
  printKey,
  type KeyOwner,
  type SessionKey,
} from './key-record.ts';
import type { Unread } from './key-source.ts';
import { KEY_BYTES, keyIdOf } from './seal.ts';
import type { TenantKeys } from './tenant-keys.ts';

/** Keys kept in memory: those of the sessions that were sealed or read last. */
const KEPT_KEYS = 20_000;

/** A key that was destroyed elsewhere opens nothing here any more after this long, µs. */
const REMEMBERED_US = 60_000_000;

export interface KeyStoreOptions {
  readonly store: ErasingStore;
  /** What keys are wrapped with; null: they lie as they are. */
  readonly tenant: TenantKeys | null;
  /** µs since 1970. */
  readonly now: () => number;
}

/** A key that is there. */
export interface HeldKey extends KeyOwner {
  readonly id: string;
}

export class KeyStore implements Disposable {
  readonly #options: KeyStoreOptions;
  readonly #journal: KeyJournal;
  /** By whose they are: the key that is sealed with. */
  readonly #made = new Map<string, Promise<SessionKey>>();
  /** By where they lie: keys that were read, and when (µs). */
  #read = new Map<string, Promise<Uint8Array | Unread>>();
  #readSince = 0;

  constructor(options: KeyStoreOptions) {
    this.#options = options;
    this.#journal = new KeyJournal(options.store);
  }

  [Symbol.dispose](): void {
    this.#options.store[Symbol.dispose]();
  }

  /** Whether keys can be taken out of it again. Rejects with ArchiveError REFUSED, and how to mend it. */
  expectErasable(): Promise<void> {
    return this.#options.store.expectErasable();
  }

  /** The key to seal with: the one that is there, or a new one, which is there when this resolves. Rejects with ArchiveError. */
  keyFor(owner: KeyOwner): Promise<SessionKey> {
    return kept(this.#made, keysFolder(owner), () => this.#keyFor(owner));
  }

  /** A key by its id. Rejects with ArchiveError where the store cannot be asked. */
  find(owner: KeyOwner, id: string): Promise<Uint8Array | Unread> {
    const now = this.#options.now();
    if (now - this.#readSince > REMEMBERED_US) {
      this.#read = new Map();
      this.#readSince = now;
      this.#journal.forget();
    }
    return kept(this.#read, keysFolder(owner) + id, () => this.#find(owner, id));
  }

  /** All keys that are there, of one log (hex) or of all. Rejects with ArchiveError. */
  async held(log?: string): Promise<HeldKey[]> {
    const places = await this.#options.store.keys(log === undefined ? KEYS : `${KEYS}${log}/`);
    return places.flatMap((place) => parseKeyPlace(place) ?? []);
  }

  /** Keys of one owner that are there. Rejects with ArchiveError. */
  async heldBy(owner: KeyOwner): Promise<HeldKey[]> {
    const places = await this.#options.store.keys(keysFolder(owner));
    return places.flatMap((place) => parseKeyPlace(place) ?? []);
  }

  /** Logs (hex) of which keys were destroyed. Rejects with ArchiveError. */
  journals(): Promise<string[]> {
    return this.#journal.logs();
  }

  /** What was destroyed of a log (hex), in order; signatures are not looked at. Rejects with ArchiveError. */
  destroyed(log: string): Promise<ReadDestruction[]> {
    return this.#journal.read(log);
  }

  /**
   * Destroys keys of a log (16 bytes): the journal says so first, signed, then they go with all their versions. May be done again after a
   * crash at any point. Rejects with ArchiveError.
   */
  async destroy(
    log: Uint8Array,
    keys: readonly NamedKey[],
    about: Destroyer,
    signers: { readonly signer: Signer; readonly previous: Signer | null },
  ): Promise<void> {
    await this.#journal.add(log, keys, about, signers);
    await this.#erase(Buffer.from(log).toString('hex'), keys);
  }

  /** Finishes what a crash interrupted: no key is there that the journal of a log (hex) names. Rejects with ArchiveError. */
  async finish(log: string): Promise<void> {
    const last = (await this.#journal.read(log)).at(-1);
    if (last !== undefined) await this.#erase(log, last.keys);
  }

  /** Another process destroyed keys: what is kept in memory is forgotten. */
  forget(): void {
    this.#made.clear();
    this.#read.clear();
    this.#journal.forget();
  }

  async #erase(log: string, keys: readonly NamedKey[]): Promise<void> {
    for (const { session, id } of keys) await this.#options.store.erase(keysFolder({ log, session }) + id);
    this.forget();
  }

  async #keyFor(owner: KeyOwner): Promise<SessionKey> {
    const { store, tenant, now } = this.#options;
    for (const { id } of await this.heldBy(owner)) {
      const found = await this.#find(owner, id);
      if (found instanceof Uint8Array) return { id, key: found };
    }
    const key = randomBytes(KEY_BYTES);
    const made = { id: keyIdOf(key), key };
    const place = keysFolder(owner) + made.id;
    const text = Buffer.from(printKey(owner, made, tenant, now()));
    await store.put(place, text, null);
    if (!text.equals(await store.get(place)))
      throw new ArchiveError('UNREACHABLE', `${store.named(place)} does not read back as it was put`);
    return made;
  }

  async #find(owner: KeyOwner, id: string): Promise<Uint8Array | Unread> {
    const { store, tenant } = this.#options;
    const place = keysFolder(owner) + id;
    let text: string;
    try {
      text = Buffer.from(await store.get(place)).toString('utf8');
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code !== 'NOT_FOUND') throw error;
      return this.#whyGone(owner, id);
    }
    const found = keyIn(text, owner, id, tenant);
    if ('key' in found) return found.key;
    return { why: found.isLack ? 'unavailable' : 'lost', message: found.problem };
  }

  async #whyGone({ log, session }: KeyOwner, id: string): Promise<Unread> {
    const isNamed = ({ keys }: ReadDestruction) =>
      keys.some((key) => key.session === session && key.id === id);
    const said = (await this.#journal.read(log)).find(isNamed);
    if (said === undefined)
      return {
        why: 'lost',
        message: `its key ${id} is not in the key store, and nobody signed for its destruction`,
      };
    const { time, by, reason, note } = said;
    return { why: 'destroyed', time, by, reason, note };
  }
}

/** What is under way is asked for once, and what failed again; the oldest goes first. */
function kept<T>(map: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = make();
  map.set(name, made);
  made.catch(() => map.delete(name));
  const [oldest = name] = map.size > KEPT_KEYS ? map.keys() : [];
  if (oldest !== name) map.delete(oldest);
  return made;
}
