/**
 * Puts what a spool holds into a remote store: bundles as they fill up or grow old, then a manifest that names them, each read back.
 * Only what a manifest in the store names is confirmed, and only that may go from the spool. Every step may be done again.
 */
import type { Lock, ReadShipped, ShippedBundle } from '../../shared/remote/manifest.ts';
import { ArchiveError, type FactsOf } from '../archive/archive.ts';
import { inTurn } from '../archive/bucket/parts.ts';
import { BundleBuilder, type Opening, type PackedBundle } from './bundle-builder.ts';
import { fetchBundle } from './bundles.ts';
import type { ObjectStore } from './object-store.ts';
import { sealBundle, type Sealing } from './seal-bundle.ts';
import { ShippedChain, type ChainOptions } from './shipped-chain.ts';

/** Raw bytes of a bundle: what is lost with a bad connection is put again soon, and a reader fetches little that it does not need. */
const BUNDLE_BYTES = 16 << 20;

/** Bundles that wait to be put, at most: some 64 MiB of memory. */
const MOST_READY = 4;

/** A manifest that names more than this is signed before its minute is over. */
const MOST_NAMED = 500;

export interface RemoteShipperOptions extends Omit<ChainOptions, 'tenant'> {
  readonly factsOf: FactsOf;
  /** How the store is told to keep what is put; null where it decides itself. */
  readonly retention: { readonly mode: Lock['mode']; readonly ms: number } | null;
  /** The log's tree of so many leaves, for a log that begins here in its midst. Throws ArchiveError. */
  readonly openingOf: (size: number) => Opening;
  /** What bundles and manifests are sealed with. */
  readonly sealing: Sealing;
  /** Resolves when so many bytes may be put. */
  readonly throttle: (bytes: number) => Promise<void>;
}

/** A bundle on its way. */
interface Ready {
  readonly packed: PackedBundle;
  readonly lock: Lock | null;
  /** Position in the spool up to which it and those before hold everything. */
  readonly position: number;
}

/** One that is in the store. */
interface Put extends Pick<PackedBundle, 'bytes' | 'frontier'>, Pick<Ready, 'position'> {
  readonly named: ShippedBundle;
}

/** How far shipping is. */
export interface Shipped {
  /** Position in the spool, and index of the next event: all before is named by a manifest in the store. */
  readonly position: number;
  readonly events: number;
}

export class RemoteShipper {
  readonly #options: RemoteShipperOptions;
  readonly #chain: ShippedChain;
  #builder: BundleBuilder | null;
  /** The tree before the first bundle that the next manifest names. */
  #opening: Opening | null;
  /** Where bundles ended that a run before this one put without a manifest: made again they are the same. */
  readonly #bounds: number[];
  #ready: Ready[] = [];
  #put: Put[] = [];
  #unconfirmed: { readonly manifest: ReadShipped; readonly position: number } | null = null;
  #reached = 0;
  #shipped: Shipped;

  constructor(options: RemoteShipperOptions) {
    this.#options = options;
    this.#chain = new ShippedChain({ ...options, tenant: options.sealing.tenant });
    const { opening, putting } = this.#chain;
    this.#opening = opening;
    this.#builder = opening === null ? null : new BundleBuilder(options.log, opening, options.factsOf);
    this.#bounds = putting.map(({ next }) => next).toSorted((a, b) => a - b);
    this.#shipped = { position: 0, events: opening?.size ?? 0 };
  }

  get shipped(): Shipped {
    return this.#shipped;
  }

  /** What was put so far. */
  readonly counts = { manifests: 0, bundles: 0, bytes: 0 };

  /** Whether enough waits to be put. */
  get isFull(): boolean {
    return this.#ready.length >= MOST_READY;
  }

  /** Bytes in memory that wait for a manifest. */
  get waiting(): number {
    const ready = this.#ready.map(({ packed }) => packed);
    return [...ready, ...this.#put].reduce((sum, { bytes }) => sum + bytes, this.#builder?.bytes ?? 0);
  }

  /** See {@link ShippedChain.reconcile}. */
  reconcile(): Promise<{ readonly restored: string | null }> {
    return this.#chain.reconcile();
  }

  // ── As the recorder's shipper knows a store ─────────────────────────────────────────

  watermark(): number {
    return this.#builder?.next ?? 0;
  }

  append(body: Uint8Array): void {
    this.#builder ??= this.#begin(0);
    if (this.#builder.bytes > 0 && this.#builder.bytes + body.length > BUNDLE_BYTES) this.#pack();
    if (this.#builder.add(body) === 'gap') this.#skipTo(body);
    while ((this.#bounds[0] ?? Infinity) <= this.#builder.next) {
      this.#bounds.shift();
      this.#pack();
    }
  }

  /** Nothing: what is kept is copied, and told of when a manifest names it. */
  commit(): void {}

  /** All up to this position in the spool was appended. */
  reached(position: number): void {
    this.#reached = position;
  }

  // ── Putting ──────────────────────────────────────────────────────────────────────────

  /** Puts the bundles that are full, and with `all` what has gathered and the manifest of them. Rejects with ArchiveError; what was done is done. */
  async ship(all: boolean): Promise<void> {
    if (this.#unconfirmed !== null) await this.#confirm();
    await this.#putReady();
    if (all) {
      // Not before the rest is put: while the store is away what comes belongs into fewer, fuller bundles.
      this.#pack();
      await this.#putReady();
    }
    if (this.#put.length === 0) return this.#passOver();
    if (!all && this.#put.length < MOST_NAMED) return;
    this.#sign();
    await this.#confirm();
  }

  /** What the store has already needs no manifest: after a restart the spool is read from its start. */
  #passOver(): void {
    const next = this.#builder?.next ?? 0;
    if (this.#builder?.bytes === 0 && next === this.#shipped.events)
      this.#shipped = { position: this.#reached, events: next };
  }

  #pack(): void {
    const packed = this.#builder?.pack() ?? null;
    if (packed === null) return;
    const { retention, now } = this.#options;
    // Whole seconds are all that stores keep of it.
    const until = retention === null ? 0 : Math.ceil((now() / 1000 + retention.ms) / 1000) * 1000;
    const lock = retention === null ? null : { mode: retention.mode, until };
    this.#ready.push({ packed, lock, position: this.#reached });
  }

  async #putReady(): Promise<void> {
    await inTurn([...this.#ready], (ready) => this.#putOne(ready));
  }

  async #putOne(ready: Ready): Promise<void> {
    const { store, throttle, sealing } = this.#options;
    const { packed, lock, position } = ready;
    const { about, bytes } = await sealBundle(packed, sealing);
    const named = { ...about, lock };
    this.#chain.willPut({ key: named.key, next: named.next });
    await throttle(bytes.length);
    await store.put(named.key, bytes, named.lock);
    await expectThere(store, named);
    this.#put.push({ named, bytes: bytes.length, frontier: packed.frontier, position });
    this.#ready = this.#ready.filter((other) => other !== ready);
    this.counts.bundles++;
    this.counts.bytes += bytes.length;
  }

  #sign(): void {
    const put = this.#put.toSorted((a, b) => a.named.first - b.named.first);
    const end = put.at(-1);
    if (end === undefined || this.#opening === null) return;
    const bundles = put.map(({ named }) => named);
    const { frontier, position, named } = end;
    const manifest = this.#chain.sign(bundles, {
      opening: this.#opening,
      frontier,
      lock: named.lock,
    });
    this.#opening = { size: named.next, frontier };
    this.#put = [];
    this.#unconfirmed = { manifest, position };
  }

  async #confirm(): Promise<void> {
    if (this.#unconfirmed === null) return;
    const { manifest, position } = this.#unconfirmed;
    await this.#chain.confirm(manifest);
    this.#unconfirmed = null;
    this.counts.manifests++;
    this.#shipped = { position, events: manifest.next };
  }

  /** The spool begins behind what the store has: events were freed from it while nobody shipped them. */
  #skipTo(body: Uint8Array): void {
    const { at = 0, next = 0, bytes = 0 } = this.#builder ?? {};
    if (bytes > 0 || this.#ready.length + this.#put.length > 0)
      throw new ArchiveError('DAMAGED', `event ${at} follows event ${next - 1} in the spool`);
    this.#builder = this.#begin(at);
    this.#builder.add(body);
  }

  #begin(size: number): BundleBuilder {
    const opening = this.#options.openingOf(size);
    this.#opening = opening;
    return new BundleBuilder(this.#options.log, opening, this.#options.factsOf);
  }
}

/** Rejects with ArchiveError UNREACHABLE where a bundle does not read back as it was put. */
async function expectThere(store: ObjectStore, bundle: ShippedBundle): Promise<void> {
  try {
    await fetchBundle(store, bundle);
  } catch (cause) {
    if (!(cause instanceof ArchiveError) || cause.code !== 'DAMAGED') throw cause;
    throw new ArchiveError(
      'UNREACHABLE',
      `${store.named(bundle.key)} does not read back as it was put; it is put again`,
      { cause },
    );
  }
  const { lock } = bundle;
  if (lock === null) return;
  const kept = await store.lockOf(bundle.key);
  if (kept === null || kept.until < lock.until)
    throw new ArchiveError(
      'REFUSED',
      `${store.named(bundle.key)} was put and is not kept until ${new Date(lock.until).toISOString()}: the store takes no locks; switch Object Lock on when the bucket is made`,
    );
}
