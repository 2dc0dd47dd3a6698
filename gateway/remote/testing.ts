/** Ships events of tests into a store, with the real parts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainFacts, TEST_SIGNER, type TestLog } from '../archive/testing.ts';
import { ArchiveError, type FactsOf } from '../archive/archive.ts';
import { FolderStore } from './folder-store.ts';
import type { LockingStore, ObjectStore, ObjectVersion } from './object-store.ts';
import { NOT_SEALED } from './seal-bundle.ts';
import { RemoteShipper, type RemoteShipperOptions } from './remote-shipper.ts';

/** A gateway's shipper into `store`, with a spool's folder of its own; `close` removes that. */
export class TestShipping implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'shipping-'));
  options: RemoteShipperOptions;
  shipper: RemoteShipper;

  constructor(
    store: ObjectStore,
    { log }: Pick<TestLog, 'log'>,
    more: Partial<RemoteShipperOptions> & { readonly factsOf?: FactsOf } = {},
  ) {
    this.options = {
      log,
      folder: join(this.folder, 'remote'),
      store,
      keys: () => ({ signer: TEST_SIGNER, previous: null }),
      gateway: 'test',
      now: () => Date.now() * 1000,
      factsOf: plainFacts,
      retention: null,
      sealing: NOT_SEALED,
      openingOf: () => ({ size: 0, frontier: new Uint8Array() }),
      throttle: () => Promise.resolve(),
      ...more,
    };
    this.shipper = new RemoteShipper(this.options);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  /** As after a crash: what only memory knew is gone. */
  restart(): void {
    this.shipper = new RemoteShipper(this.options);
  }

  /** Ships these bodies of records in one bundle, under a manifest. */
  async ship(bodies: readonly Uint8Array[]): Promise<void> {
    for (const body of bodies) this.shipper.append(body);
    await this.shipper.ship(true);
  }
}

/** A store whose nth call, and all behind it, fails: before it does anything, or after it did. */
export class DyingStore extends FolderStore {
  left = Infinity;
  #die(): void {
    if (this.left-- <= 0) throw new ArchiveError('UNREACHABLE', 'the power is gone');
  }

  override async put(...put: Parameters<FolderStore['put']>): Promise<void> {
    this.#die();
    await super.put(...put);
    this.#die();
  }

  override async get(key: string): Promise<Uint8Array> {
    this.#die();
    return super.get(key);
  }
}

/** A folder for a verifier: each file is the only version of its object, and nothing is locked. What is said of values is tested by it alone. */
export class FolderVersions extends FolderStore implements LockingStore {
  async expectVersions(): Promise<void> {}

  async versions(beginning: string): Promise<ObjectVersion[]> {
    const keys = await this.keys(beginning);
    return keys.map((key) => ({ key, id: '1', isLatest: true, isMark: false, tag: key, bytes: 0, time: 0 }));
  }

  getVersion(key: string): Promise<Uint8Array> {
    return this.get(key);
  }
}
