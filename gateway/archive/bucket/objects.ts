/** Objects of a bucket, by the S3 protocol: AWS, Ceph, MinIO, R2. Credentials come from the SDK's usual chain. */
import { open, stat } from 'node:fs/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { ArchiveError } from '../archive.ts';
import { inTurn, md5Of, partsOf, putParts, readPart } from './parts.ts';
import { printPlace, type Place } from './place.ts';
import { storeFailure } from './store-failure.ts';

/** An object that plain requests do not get any more, in a bucket that keeps versions. */
export interface OldVersion {
  readonly key: string;
  /** `deleted`: a mark hides it; `replaced`: another has its key. */
  readonly became: 'deleted' | 'replaced';
}

/** Of one request: the SDK waits longer after each. */
const ATTEMPTS = 4;

/** A store that says nothing for so long, ms, is asked again. */
const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000;

/** Manifests and summaries are far smaller; what a hostile store sends beyond is not read. */
const MOST_SMALL_BYTES = 64 << 20;

/** Who asks the store at a place; the caller destroys it. */
export function clientOf(place: Place): S3Client {
  return new S3Client({
    region: place.region,
    ...(place.endpoint !== null && { endpoint: place.endpoint }),
    forcePathStyle: place.pathStyle,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    // Hashes of our own guard what is put; not every store knows the SDK's newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** Puts and gets objects; keys are relative to the place's prefix. Every method rejects with {@link ArchiveError}. */
export class Objects implements Disposable {
  readonly place: Place;
  readonly #client: S3Client;
  readonly #options: { readonly abortSignal?: AbortSignal };

  /** `signal` ends what is under way. */
  constructor(place: Place, signal?: AbortSignal) {
    this.place = place;
    this.#options = signal === undefined ? {} : { abortSignal: signal };
    this.#client = clientOf(place);
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
  }

  /** Keys that begin so, in order. */
  keys(beginning: string): Promise<string[]> {
    return this.#told(beginning, async () => {
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const asked = { ...this.#under(beginning), ContinuationToken: token };
        const page = await this.#client.send(new ListObjectsV2Command(asked), this.#options);
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(this.#relative(Key));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return keys;
    });
  }

  /** What was removed or replaced under keys that begin so; empty in a bucket without versions. */
  oldVersions(beginning: string): Promise<OldVersion[]> {
    return this.#told(beginning, async () => {
      const deleted = new Set<string>();
      const replaced = new Map<string, Set<string>>();
      let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (;;) {
        const asked = { ...this.#under(beginning), ...marker };
        const page = await this.#client.send(new ListObjectVersionsCommand(asked), this.#options);
        for (const { Key = '', IsLatest } of page.DeleteMarkers ?? [])
          if (IsLatest === true) deleted.add(this.#relative(Key));
        // A put that was tried again leaves a version that is the same.
        for (const { Key = '', ETag = '' } of page.Versions ?? []) {
          const key = this.#relative(Key);
          replaced.set(key, (replaced.get(key) ?? new Set()).add(ETag));
        }
        if (page.IsTruncated !== true) break;
        marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
      const several = [...replaced].filter(([key, tags]) => tags.size > 1 && !deleted.has(key));
      return [
        ...[...deleted].map((key) => ({ key, became: 'deleted' }) as const),
        ...several.map(([key]) => ({ key, became: 'replaced' }) as const),
      ];
    });
  }

  /** Bytes of an object; null when there is none. */
  size(key: string): Promise<number | null> {
    return this.#told(key, async () => {
      try {
        const head = await this.#client.send(new HeadObjectCommand(this.#at(key)), this.#options);
        return head.ContentLength ?? null;
      } catch (error) {
        if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return null;
        throw error;
      }
    });
  }

  /** A small object. */
  get(key: string): Promise<Uint8Array> {
    return this.#told(key, async () => {
      const got = await this.#client.send(new GetObjectCommand(this.#at(key)), this.#options);
      const { Body, ContentLength = 0 } = got;
      if (Body === undefined || ContentLength > MOST_SMALL_BYTES)
        throw new ArchiveError('DAMAGED', `${this.named(key)} is larger than what it should be ever is`);
      return Body.transformToByteArray();
    });
  }

  put(key: string, body: Uint8Array): Promise<void> {
    return this.#told(key, async () => {
      const request = { ...this.#at(key), Body: body, ContentMD5: md5Of(body) };
      await this.#client.send(new PutObjectCommand(request), this.#options);
    });
  }

  /** In a bucket that keeps versions what it was stays behind a mark. */
  remove(key: string): Promise<void> {
    return this.#told(key, async () => {
      await this.#client.send(new DeleteObjectCommand(this.#at(key)), this.#options);
    });
  }

  /** Puts a file, a large one in parts. */
  async putFile(key: string, path: string): Promise<void> {
    await using file = await open(path, 'r');
    const { size } = await stat(path);
    const parts = partsOf(size);
    const [only] = parts;
    if (parts.length > 1)
      await this.#told(key, () => putParts(this.#client, this.#at(key), { file, parts }, this.#options));
    else await this.put(key, only === undefined ? new Uint8Array() : await readPart(file, only));
  }

  /** Gets an object of so many bytes into a new file, some parts of it at once. */
  async getFile(key: string, path: string, size: number, onBytes: (bytes: number) => void): Promise<void> {
    await using file = await open(path, 'wx', 0o600);
    await inTurn(partsOf(size), async ({ from, to }) => {
      const bytes = await this.#told(key, async () => {
        const asked = { ...this.#at(key), Range: `bytes=${from}-${to - 1}` };
        const got = await this.#client.send(new GetObjectCommand(asked), this.#options);
        return got.ContentLength === to - from ? got.Body?.transformToByteArray() : undefined;
      });
      if (bytes?.length !== to - from)
        throw new ArchiveError('DAMAGED', `${this.named(key)} is not of the size that the manifest says`);
      await file.write(bytes, 0, bytes.length, from);
      onBytes(bytes.length);
    });
    await file.sync();
  }

  /** How an object is written. */
  named(key: string): string {
    return `${printPlace(this.place)}/${key}`;
  }

  #key(key: string): string {
    return this.place.prefix === '' ? key : `${this.place.prefix}/${key}`;
  }

  #relative(key: string): string {
    return this.place.prefix === '' ? key : key.slice(this.place.prefix.length + 1);
  }

  #at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.place.bucket, Key: this.#key(key) };
  }

  #under(beginning: string): { readonly Bucket: string; readonly Prefix: string } {
    return { Bucket: this.place.bucket, Prefix: this.#key(beginning) };
  }

  async #told<T>(key: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw storeFailure(error, { place: this.place, object: this.named(key) });
    }
  }
}
