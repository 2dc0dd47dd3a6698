/** A bucket that keeps versions and locks them, by the S3 protocol. Credentials come from the SDK's usual chain. */
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  type ObjectLockConfiguration,
  type ObjectVersion as S3Version,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Lock } from '../../shared/remote/manifest.ts';
import { ArchiveError } from '../archive/archive.ts';
import { clientOf } from '../archive/bucket/objects.ts';
import { md5Of } from '../archive/bucket/parts.ts';
import { printPlace, type Place } from '../archive/bucket/place.ts';
import { storeFailure } from '../archive/bucket/store-failure.ts';
import type { ErasingStore, LockingStore, ObjectVersion } from './object-store.ts';

/** A bundle is 16 MiB, or one large event; what a hostile store sends beyond is not read. */
const MOST_BYTES = 128 << 20;

/** What a store lists at once unless it is asked for fewer. */
const PAGE_KEYS = 1_000;

/** An answer that is cut short is asked for so often. */
const CUT_TRIES = 3;

export class S3Store implements LockingStore, ErasingStore {
  readonly place: Place;
  readonly #client: S3Client;
  readonly #options: { readonly abortSignal?: AbortSignal };

  /** `signal` ends what is under way. */
  constructor(place: Place, signal?: AbortSignal) {
    this.place = place;
    this.#client = clientOf(place);
    this.#options = signal === undefined ? {} : { abortSignal: signal };
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
  }

  named(key: string): string {
    return `${printPlace(this.place)}/${key}`;
  }

  keys(beginning: string, after?: string, most = Infinity): Promise<string[]> {
    return this.#told(beginning, async () => {
      const keys: string[] = [];
      const asked = {
        ...this.#under(beginning),
        ...(after !== undefined && { StartAfter: this.#key(after) }),
        ...(most < PAGE_KEYS && { MaxKeys: most }),
      };
      let token: string | undefined;
      do {
        const command = new ListObjectsV2Command({ ...asked, ContinuationToken: token });
        const page = await this.#client.send(command, this.#options);
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(this.#relative(Key));
        token = page.NextContinuationToken;
      } while (token !== undefined && keys.length < most);
      return keys.slice(0, most);
    });
  }

  get(key: string): Promise<Uint8Array> {
    return this.#get(key, {});
  }

  getVersion(key: string, id: string): Promise<Uint8Array> {
    return this.#get(key, { VersionId: id });
  }

  range(key: string, from: number, to: number): Promise<Uint8Array> {
    return this.#get(key, { Range: `bytes=${from}-${to - 1}` });
  }

  put(key: string, body: Uint8Array, lock: Lock | null): Promise<void> {
    return this.#told(key, async () => {
      const kept = lock && { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: new Date(lock.until) };
      const request = { ...this.#at(key), Body: body, ContentMD5: md5Of(body), ...kept };
      await this.#client.send(new PutObjectCommand(request), this.#options);
    });
  }

  lockOf(key: string, id?: string): Promise<Lock | null> {
    return this.#told(key, async () => {
      const asked = { ...this.#at(key), ...(id !== undefined && { VersionId: id }) };
      const head = await this.#client.send(new HeadObjectCommand(asked), this.#options);
      const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = head;
      if ((mode !== 'COMPLIANCE' && mode !== 'GOVERNANCE') || until === undefined) return null;
      return { mode, until: until.getTime() };
    });
  }

  /** Marks the latest version of an object as held, or takes the mark off: held, nobody removes it, whatever its lock says. */
  async holdLegally(key: string, on: boolean): Promise<void> {
    const LegalHold = { Status: on ? 'ON' : 'OFF' } as const;
    await this.#told(key, () =>
      this.#client.send(new PutObjectLegalHoldCommand({ ...this.#at(key), LegalHold }), this.#options),
    );
  }

  async expectVersions(locks: boolean): Promise<void> {
    const { bucket } = this.place;
    const Bucket = bucket;
    const name = printPlace({ bucket, prefix: '' });
    const { Status } = await this.#told('', () =>
      this.#client.send(new GetBucketVersioningCommand({ Bucket }), this.#options),
    );
    if (Status !== 'Enabled')
      throw new ArchiveError(
        'REFUSED',
        `${name} keeps no versions: what is overwritten or deleted there is gone. Switch them on (aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled), or name a bucket that has them`,
      );
    if (locks && !(await this.#canLock()))
      throw new ArchiveError(
        'REFUSED',
        `${name} has no Object Lock, which archive.remote.retention needs: make a bucket with it (aws s3api create-bucket --object-lock-enabled-for-bucket …), which versions every object, and name that`,
      );
  }

  async expectErasable(): Promise<void> {
    if (!(await this.#locksAll())) return;
    throw new ArchiveError(
      'REFUSED',
      `${printPlace(this.place)} locks what is put there by default, and a key that cannot be removed takes nothing back: name a bucket without a default retention`,
    );
  }

  async erase(key: string): Promise<void> {
    const all = await this.versions(key);
    for (const { key: own, id } of all) {
      if (own !== key) continue;
      const VersionId = id === '' ? undefined : id;
      await this.#told(key, () =>
        this.#client.send(new DeleteObjectCommand({ ...this.#at(key), VersionId }), this.#options),
      );
    }
    const left = (await this.versions(key)).filter((version) => version.key === key);
    if (left.length > 0)
      throw new ArchiveError('REFUSED', `${this.named(key)} was removed, and versions of it are still there`);
  }

  versions(beginning: string): Promise<ObjectVersion[]> {
    return this.#told(beginning, async () => {
      const found: ObjectVersion[] = [];
      let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (;;) {
        const command = new ListObjectVersionsCommand({ ...this.#under(beginning), ...marker });
        const page = await this.#client.send(command, this.#options);
        for (const one of page.Versions ?? []) found.push(this.#version(one, false));
        for (const one of page.DeleteMarkers ?? []) found.push(this.#version(one, true));
        if (page.IsTruncated !== true) return found;
        marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
    });
  }

  #version(one: S3Version, isMark: boolean): ObjectVersion {
    const { Key = '', VersionId = '', IsLatest = false, ETag = '', Size = 0 } = one;
    const time = one.LastModified?.getTime() ?? 0;
    return {
      key: this.#relative(Key),
      id: VersionId,
      isLatest: IsLatest,
      isMark,
      tag: ETag,
      bytes: Size,
      time,
    };
  }

  async #canLock(): Promise<boolean> {
    return (await this.#locking())?.ObjectLockEnabled === 'Enabled';
  }

  async #locksAll(): Promise<boolean> {
    return (await this.#locking())?.Rule?.DefaultRetention !== undefined;
  }

  /** A bucket that never had Object Lock has no configuration of it. */
  async #locking(): Promise<ObjectLockConfiguration | null> {
    try {
      const asked = new GetObjectLockConfigurationCommand({ Bucket: this.place.bucket });
      const { ObjectLockConfiguration: found } = await this.#client.send(asked, this.#options);
      return found ?? null;
    } catch (error) {
      if (error instanceof Error && error.name === 'ObjectLockConfigurationNotFoundError') return null;
      throw storeFailure(error, { place: this.place, object: this.named('') });
    }
  }

  #get(key: string, more: { readonly Range?: string; readonly VersionId?: string }): Promise<Uint8Array> {
    return this.#told(key, async () => {
      for (let tries = 1; ; tries++) {
        const asked = new GetObjectCommand({ ...this.#at(key), ...more });
        const { Body, ContentLength = 0 } = await this.#client.send(asked, this.#options);
        if (Body === undefined || ContentLength > MOST_BYTES)
          throw new ArchiveError('DAMAGED', `${this.named(key)} is larger than what it should be ever is`);
        try {
          return await Body.transformToByteArray();
        } catch (cause) {
          // The SDK tries again what was not answered, not what was cut short.
          if (this.#options.abortSignal?.aborted === true) throw cause;
          if (tries < CUT_TRIES) continue;
          const what = `${this.named(key)} was cut short on the way from ${this.place.endpoint ?? 'AWS'}`;
          throw new ArchiveError('UNREACHABLE', `${what}; try again, and look at what is between`, { cause });
        }
      }
    });
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
