/** A folder of volumes, and what it takes to put them into a store and to read them there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FactsOf } from '../../gateway/archive/archive.ts';
import type { BucketOptions } from '../../gateway/archive/bucket/bucket-volumes.ts';
import { Objects } from '../../gateway/archive/bucket/objects.ts';
import { type Place, placeOf } from '../../gateway/archive/bucket/place.ts';
import { type PutFact, type PutOptions, VolumePutter } from '../../gateway/archive/bucket/put-volumes.ts';
import { SeenManifests } from '../../gateway/archive/bucket/seen-manifests.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { type Rolled, writeRolled } from './rolled-archive.ts';

/** Any will do for a store that asks for none. */
export function useCredentials({ accessKeyId = 'any', secretAccessKey = 'any' } = {}): void {
  process.env['AWS_ACCESS_KEY_ID'] = accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = secretAccessKey;
}

export class PutArchive implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'bucket-'));
  readonly archive = join(this.folder, 'archive');
  readonly rolled: Rolled;
  readonly place: Place;
  readonly objects: Objects;
  /** What was told while putting: `put <file>`. */
  readonly told: string[] = [];

  constructor(endpoint: string, volumes: number, prefix = 'prod', factsOf?: FactsOf) {
    this.place = placeOf({ bucket: 'evidence', prefix, endpoint }, {});
    this.objects = new Objects(this.place);
    this.rolled = writeRolled(this.archive, volumes, factsOf);
  }

  [Symbol.dispose](): void {
    this.objects[Symbol.dispose]();
    rmSync(this.folder, { recursive: true });
  }

  /** As a gateway that was just started. */
  putter(more: Partial<PutOptions> = {}): VolumePutter {
    return new VolumePutter({
      archive: this.archive,
      objects: this.objects,
      keys: () => ({ signer: TEST_SIGNER, known: [TEST_SIGNER.publicKey] }),
      keepLocal: null,
      now: () => Date.now() * 1000,
      told: ({ what, file }: PutFact) => this.told.push(`${what} ${file}`),
      ...more,
    });
  }

  /** As a person who has seen nothing of it yet, or what `cache` holds. */
  reading(cache = 'cache', more: Partial<BucketOptions> = {}): BucketOptions {
    const folder = join(this.folder, cache);
    return {
      place: this.place,
      keys: [TEST_SIGNER.publicKey],
      cache: { folder, limit: 2 ** 30 },
      seen: new SeenManifests(join(folder, 'seen.json')),
      ...more,
    };
  }
}
