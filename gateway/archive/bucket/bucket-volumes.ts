/** The volumes of an archive in a bucket: what its manifests say of them, and those that were fetched. */
import type { Finding } from '../../../shared/recording/verdict.ts';
import { ArchiveError } from '../archive.ts';
import type { PutVolume } from './manifest.ts';
import { Objects } from './objects.ts';
import { type Place, printPlace } from './place.ts';
import { type LogManifest, readManifests } from './read-manifests.ts';
import type { SeenManifests } from './seen-manifests.ts';
import type { Summary } from './summary.ts';
import { VolumeCache } from './volume-cache.ts';
import { VolumeView } from './volume-view.ts';

/** How far the fetching of volumes is. */
export interface Fetching {
  /** Of `of` volumes that are being fetched for one question, from 1. */
  readonly volume: number;
  readonly of: number;
  /** Of that volume. */
  readonly bytes: number;
  readonly total: number;
}

export interface BucketOptions {
  readonly place: Place;
  /** Trusted keys, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** Where what is fetched is kept, and how many bytes of it when nobody uses them. */
  readonly cache: { readonly folder: string; readonly limit: number };
  readonly seen: SeenManifests;
  /** Told how far it is, and null when it is done. */
  readonly onFetching?: (fetching: Fetching | null) => void;
}

/** How often it is looked whether the bucket has more, ms. */
const REFRESH_MS = 60_000;

export class BucketVolumes implements AsyncDisposable {
  readonly objects: Objects;
  readonly #options: BucketOptions;
  readonly #cache: VolumeCache;
  readonly #view: VolumeView;
  readonly #summaries = new Map<string, Promise<Summary>>();
  #logs: readonly LogManifest[];
  #read = performance.now();
  #reading: Promise<void> | null = null;
  #asking = 0;
  /** What is being fetched at this moment; null: nothing. */
  fetching: Fetching | null = null;

  private constructor(
    options: BucketOptions,
    objects: Objects,
    view: VolumeView,
    logs: readonly LogManifest[],
  ) {
    this.#options = options;
    this.objects = objects;
    this.#cache = new VolumeCache(options.cache.folder, options.cache.limit);
    this.#view = view;
    this.#logs = logs;
  }

  /** Reads what is there. Rejects with {@link ArchiveError}, REFUSED where no trusted key signed it. */
  static async open(options: BucketOptions): Promise<BucketVolumes> {
    await using opened = new AsyncDisposableStack();
    const objects = opened.use(new Objects(options.place));
    const logs = await trustedLogs(objects, options);
    const view = await VolumeView.make(options.cache.folder);
    opened.move();
    return new BucketVolumes(options, objects, view, logs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.objects[Symbol.dispose]();
    await this.#view[Symbol.asyncDispose]();
  }

  /** The folder of what was fetched. */
  get folder(): string {
    return this.#view.folder;
  }

  get logs(): readonly LogManifest[] {
    return this.#logs;
  }

  get all(): readonly PutVolume[] {
    return this.#logs.flatMap(({ volumes }) => volumes);
  }

  /** The volumes of one log (hex). */
  of(log: string): readonly PutVolume[] {
    return this.#logs.find((known) => known.log === log)?.volumes ?? [];
  }

  has(volume: PutVolume): boolean {
    return this.#view.has(volume);
  }

  /** Whether no later volume of its log is there. */
  isLast({ name }: PutVolume): boolean {
    return this.#logs.some(({ volumes }) => volumes.at(-1)?.name === name);
  }

  /** What occurs in a volume. */
  summary(volume: PutVolume): Promise<Summary> {
    const { sha256 } = volume.summary;
    const known = this.#summaries.get(sha256) ?? this.#cache.summary(this.objects, volume);
    this.#summaries.set(sha256, known);
    known.catch(() => this.#summaries.delete(sha256)); // to be asked for again
    return known;
  }

  /** Fetches those of the volumes that are not here. Rejects with {@link ArchiveError}. */
  async need(volumes: readonly PutVolume[]): Promise<void> {
    const missing = volumes.filter((volume) => !this.has(volume));
    try {
      for (const [at, volume] of missing.entries()) await this.#fetch(volume, at + 1, missing.length);
    } finally {
      if (missing.length > 0) this.#tell(null);
    }
  }

  /** Answers a question, over what the bucket has by now; volumes that it needs stay until it is answered. */
  async answering<T>(question: () => Promise<T>): Promise<T> {
    await this.refresh();
    this.#asking++;
    try {
      return await question();
    } finally {
      this.#asking--;
      if (this.#asking === 0) await this.#makeRoom();
    }
  }

  /** Looks once in a while what the bucket has by now. Rejects where that is not what was signed. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#read < REFRESH_MS) return;
    this.#reading ??= this.#readAgain().finally(() => (this.#reading = null));
    await this.#reading;
  }

  async #readAgain(): Promise<void> {
    this.#read = performance.now();
    try {
      this.#logs = await trustedLogs(this.objects, this.#options);
    } catch (error) {
      // What was read stays true while the store cannot be asked.
      if (!(error instanceof ArchiveError) || error.code !== 'UNREACHABLE') throw error;
    }
    // A volume in which a value was redacted has another in its place.
    const names = new Map(this.all.map((volume) => [volume.name, volume]));
    for (const volume of this.#view.volumes)
      if (names.get(volume.name)?.sha256 !== volume.sha256) await this.#view.remove(volume);
  }

  async #fetch(volume: PutVolume, number: number, of: number): Promise<void> {
    let bytes = 0;
    const onBytes = (more: number) => {
      bytes += more;
      this.#tell({ volume: number, of, bytes, total: volume.bytes });
    };
    for (;;) {
      const path = await this.#cache.volume(this.objects, volume, onBytes);
      try {
        return await this.#view.add(volume, path);
      } catch (error) {
        // Another process made room in between.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  /** Lets go of what was fetched first, where it is more than may stay. */
  async #makeRoom(): Promise<void> {
    const here = this.#view.volumes;
    let total = here.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const volume of here) {
      if (total <= this.#options.cache.limit || this.#asking > 0) return;
      await this.#view.remove(volume);
      total -= volume.bytes;
    }
  }

  #tell(fetching: Fetching | null): void {
    this.fetching = fetching;
    this.#options.onFetching?.(fetching);
  }
}

/** Reads the manifests, which must hold, and remembers them. */
async function trustedLogs(
  objects: Objects,
  { place, keys, seen }: BucketOptions,
): Promise<readonly LogManifest[]> {
  const { logs, findings } = await readManifests(objects, {
    keys,
    seen: (log) => seen.get(place, log),
    whole: false,
  });
  const [finding] = findings;
  if (finding !== undefined) throw refusal(place, finding);
  for (const manifest of logs) seen.remember(place, manifest.log, manifest);
  return logs;
}

function refusal(place: Place, { verdict, message, log = '' }: Finding): ArchiveError {
  const where = `${printPlace(place)}, log ${log}`;
  return verdict === 'UNKNOWN_KEY'
    ? new ArchiveError(
        'REFUSED',
        `${where}: ${message}; trust the gateway’s public key first: auditorium key pin FILE`,
      )
    : new ArchiveError('DAMAGED', `${where}: ${verdict}: ${message}; auditorium verify tells all`);
}
