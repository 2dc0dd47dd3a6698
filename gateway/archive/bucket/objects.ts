/** Objects of a bucket, by the S3 protocol: AWS, Ceph, MinIO, R2. Credentials come from the SDK's usual chain. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { ArchiveError } from '../archive.ts';

/** Where objects are. */
export interface Place {
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  /** URL of a store other than AWS's own. */
  readonly endpoint: string | null;
  readonly region: string;
}

/** From this size on a file is sent in parts: one request may take a store no longer than a person would wait. */
const PART_BYTES = 64 << 20;

/** Parts on their way at once: enough for a line that is far, few enough for memory. */
const AT_ONCE = 4;

/** Reads `s3://bucket/prefix`; null when the text is none. */
export function parsePlace(url: string, environment: NodeJS.ProcessEnv): Place | null {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket === undefined) return null;
  return {
    bucket,
    prefix: prefix.replaceAll(/^\/+|\/+$/g, ''),
    endpoint: environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL'] ?? null,
    region: environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? 'us-east-1',
  };
}

/** How a place is written. */
export function printPlace({ bucket, prefix }: Place): string {
  return `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
}

/** Puts and gets objects; keys are relative to the place's prefix. Every method rejects with {@link ArchiveError}. */
export class Objects implements Disposable {
  readonly place: Place;
  readonly #client: S3Client;

  constructor(place: Place) {
    this.place = place;
    this.#client = new S3Client({
      region: place.region,
      // Stores of one's own are seldom reached by a name a bucket.
      ...(place.endpoint !== null && { endpoint: place.endpoint, forcePathStyle: true }),
      maxAttempts: 5,
      // Hashes of our own guard what is put; not every store knows the SDK's newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
  }

  /** Keys that begin so, in order. */
  async keys(beginning: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#told(beginning, () =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.place.bucket,
            Prefix: this.#key(beginning),
            ContinuationToken: token,
          }),
        ),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(this.#relative(Key));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys;
  }

  /** Bytes of an object; null when there is none. */
  async size(key: string): Promise<number | null> {
    try {
      const head = await this.#client.send(new HeadObjectCommand(this.#at(key)));
      return head.ContentLength ?? null;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return null;
      throw this.#failure(error, key);
    }
  }

  /** A small object. */
  async get(key: string): Promise<Uint8Array> {
    const { Body } = await this.#told(key, () => this.#client.send(new GetObjectCommand(this.#at(key))));
    if (Body === undefined) throw new ArchiveError('NOT_FOUND', `${this.#named(key)} is empty`);
    return Body.transformToByteArray();
  }

  async put(key: string, body: Uint8Array): Promise<void> {
    const md5 = createHash('md5').update(body).digest('base64');
    const request = { ...this.#at(key), Body: body, ContentMD5: md5 };
    await this.#told(key, () => this.#client.send(new PutObjectCommand(request)));
  }

  /** Puts a file, a large one in parts. */
  async putFile(key: string, path: string): Promise<void> {
    const { size } = await stat(path);
    if (size > PART_BYTES) return this.#putParts(key, path, size);
    const request = { ...this.#at(key), ContentLength: size };
    await this.#told(key, () =>
      this.#client.send(new PutObjectCommand({ ...request, Body: createReadStream(path) })),
    );
  }

  /** Gets an object of so many bytes into a new file, parts of it at once. */
  async getFile(key: string, path: string, size: number, onBytes: (bytes: number) => void): Promise<void> {
    await using file = await open(path, 'wx', 0o600);
    const parts = Math.ceil(size / PART_BYTES);
    await inTurn(parts, async (part) => {
      const [from, to] = [part * PART_BYTES, Math.min(size, (part + 1) * PART_BYTES)];
      const range = `bytes=${from}-${to - 1}`;
      const bytes = await this.#told(key, async () => {
        const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#at(key), Range: range }));
        return Body?.transformToByteArray();
      });
      if (bytes?.length !== to - from)
        throw new ArchiveError('DAMAGED', `${this.#named(key)} is not of the size that the manifest says`);
      await file.write(bytes, 0, bytes.length, from);
      onBytes(bytes.length);
    });
    await file.sync();
  }

  async #putParts(key: string, path: string, size: number): Promise<void> {
    const at = this.#at(key);
    const { UploadId } = await this.#told(key, () => this.#client.send(new CreateMultipartUploadCommand(at)));
    const upload = { ...at, UploadId };
    try {
      const parts: CompletedPart[] = [];
      await using file = await open(path, 'r');
      await inTurn(Math.ceil(size / PART_BYTES), async (part) => {
        const bytes = Buffer.allocUnsafe(Math.min(PART_BYTES, size - part * PART_BYTES));
        await file.read(bytes, 0, bytes.length, part * PART_BYTES);
        const request = { ...upload, PartNumber: part + 1, Body: bytes };
        const { ETag } = await this.#told(key, () => this.#client.send(new UploadPartCommand(request)));
        parts[part] = { PartNumber: part + 1, ETag };
      });
      const complete = { ...upload, MultipartUpload: { Parts: parts } };
      await this.#told(key, () => this.#client.send(new CompleteMultipartUploadCommand(complete)));
    } catch (error) {
      // Parts of an upload that nobody ends are paid for until a rule of the bucket removes them.
      await this.#client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
      throw error;
    }
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

  #named(key: string): string {
    return `s3://${this.place.bucket}/${this.#key(key)}`;
  }

  async #told<T>(key: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw error instanceof ArchiveError ? error : this.#failure(error, key);
    }
  }

  /** What went wrong, where, and how to mend it; of credentials nothing. */
  #failure(cause: unknown, key: string): ArchiveError {
    const { bucket, endpoint } = this.place;
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
    const store = endpoint ?? 'AWS';
    const known: Readonly<Record<string, string>> = {
      NoSuchBucket: `there is no bucket ${bucket} at ${store}; check the name and the endpoint`,
      NoSuchKey: `${this.#named(key)} is not there; it was removed, or the manifest is older than the bucket`,
      NotFound: `${this.#named(key)} is not there`,
      AccessDenied: `${store} denies access to ${this.#named(key)}; give these credentials the right to get and list, and to put for a gateway`,
      InvalidAccessKeyId: `${store} does not know this access key; check AWS_ACCESS_KEY_ID or the profile`,
      SignatureDoesNotMatch: `${store} refuses the signature; check the secret access key and the region`,
      RequestTimeTooSkewed: `the clock of this machine differs too much from that of ${store}; set it right`,
      CredentialsProviderError: `no credentials for ${store} were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile`,
    };
    const missing = name === 'NoSuchBucket' || name === 'NoSuchKey' || name === 'NotFound';
    const said = known[name] ?? `${store} cannot be asked for ${this.#named(key)} (${name}: ${message})`;
    return new ArchiveError(missing ? 'NOT_FOUND' : 'UNREACHABLE', said, { cause });
  }
}

/** Does so many things, a few at a time; rejects with the first that fails. */
async function inTurn(count: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++) await act(index);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, work));
}
