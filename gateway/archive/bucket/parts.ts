/** Large objects in parts, several on their way at once. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CompletedPart,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** Of an object: bytes `from` up to, without, `to`. */
export interface Part {
  /** From 0. */
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

/** 10,000 parts, the most a store takes, are 160 GiB; four at once are little memory. */
const PART_BYTES = 16 << 20;

/** Enough for a line that is far. */
const AT_ONCE = 4;

/** The parts of an object of so many bytes; none of an empty one. */
export function partsOf(size: number): Part[] {
  return Array.from({ length: Math.ceil(size / PART_BYTES) }, (_, number) => ({
    number,
    from: number * PART_BYTES,
    to: Math.min(size, (number + 1) * PART_BYTES),
  }));
}

/** The bytes of a file in that part. */
export async function readPart(file: FileHandle, { from, to }: Part): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(to - from);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  return bytes.subarray(0, bytesRead);
}

/** MD5 in base64: what a store holds the bytes against that it was sent (RFC 1864). */
export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64');
}

/** Puts an object of several parts; one that fails leaves none behind. */
export async function putParts(
  client: S3Client,
  at: { readonly Bucket: string; readonly Key: string },
  { file, parts }: { readonly file: FileHandle; readonly parts: readonly Part[] },
  options: { readonly abortSignal?: AbortSignal },
): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(at), options);
  const upload = { ...at, UploadId };
  try {
    const done: CompletedPart[] = [];
    await inTurn(parts, async (part) => {
      const bytes = await readPart(file, part);
      const PartNumber = part.number + 1;
      const request = { ...upload, PartNumber, Body: bytes, ContentMD5: md5Of(bytes) };
      const { ETag } = await client.send(new UploadPartCommand(request), options);
      done[part.number] = { PartNumber, ETag };
    });
    const complete = { ...upload, MultipartUpload: { Parts: done } };
    await client.send(new CompleteMultipartUploadCommand(complete), options);
  } catch (error) {
    // Parts of an upload that nobody ends are paid for until a rule of the bucket removes them.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
    throw error;
  }
}

/** Does something with each, a few at a time, and none any more once one has failed; rejects, when all are at rest, with that. */
export async function inTurn<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      try {
        await act(item);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const done = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  const failed = done.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
