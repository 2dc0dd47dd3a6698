/** Ships events of tests into a store, with the real parts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainFacts, TEST_SIGNER, type TestLog } from '../archive/testing.ts';
import type { FactsOf } from '../archive/archive.ts';
import type { ObjectStore } from './object-store.ts';
import { RemoteShipper, type RemoteShipperOptions } from './remote-shipper.ts';

/** A gateway's shipper into `store`, with a spool's folder of its own; `close` removes that. */
export class TestShipping implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'shipping-'));
  readonly options: RemoteShipperOptions;
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
