/** Copies what somebody sent to where nobody else can change it any more. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, mkdir, open, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ArchiveError } from '../archive.ts';
import type { Sent, SentFile } from './survey.ts';

const BLOCK_BYTES = 1 << 20;

/** Room for the copy, and for the volumes that are made anew from it, which are as large. */
const COPIES = 2.5;

/** Never follows a link that took the file's place, and never waits for a pipe that did (open(2)). */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Told how many more bytes were read. */
export type OnBytes = (bytes: number) => void;

/** SHA-256 of each file by name, hex. */
export type Digests = ReadonlyMap<string, string>;

/** Reads all of it once. Rejects with {@link ArchiveError}. */
export async function digestsOf(sent: Sent, onBytes: OnBytes): Promise<Digests> {
  const digests = new Map<string, string>();
  for (const file of sent.files) digests.set(file.name, await digestOf(file, onBytes));
  return digests;
}

/**
 * Copies all of it into `folder`, which is this user's alone. Rejects with {@link ArchiveError}: REFUSED where there is no room, or where
 * it is not what was read for `digests` any more.
 */
export async function copyInto(
  folder: string,
  sent: Sent,
  digests: Digests,
  onBytes: OnBytes,
): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (sent.bytes * COPIES > bavail * bsize)
    throw new ArchiveError(
      'REFUSED',
      `there is no room for a private copy: ${Math.ceil((sent.bytes * COPIES) / 1e6)} MB are needed in ${folder}; name another place with XDG_CACHE_HOME`,
    );
  for (const file of sent.files) {
    const path = join(folder, file.name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const target = await open(path, 'wx', 0o600);
    try {
      const digest = await digestOf(file, onBytes, (block) => target.appendFile(block));
      if (digest !== digests.get(file.name))
        throw new ArchiveError(
          'BUSY',
          `${file.path} changed while it was copied; try again when it is whole`,
        );
    } finally {
      await target.close();
    }
  }
}

/** Makes a folder that only this user can look into. */
export async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
}

/** No more than the file had when it was looked at: one that grows, or never ends, is another. */
async function digestOf(
  file: SentFile,
  onBytes: OnBytes,
  take?: (block: Uint8Array) => Promise<void>,
): Promise<string> {
  const source = await open(file.path, READ_FLAGS).catch((cause: unknown) => {
    throw new ArchiveError('NOT_FOUND', `${file.path} cannot be read (${(cause as Error).message})`, {
      cause,
    });
  });
  try {
    const found = await source.stat();
    if (!found.isFile() || found.size !== file.bytes)
      throw new ArchiveError('BUSY', `${file.path} changed while it was read; try again when it is whole`);
    const hash = createHash('sha256');
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    for (let left = file.bytes; left > 0;) {
      const { bytesRead } = await source.read(block, 0, Math.min(left, block.length));
      if (bytesRead === 0) break;
      const read = block.subarray(0, bytesRead);
      hash.update(read);
      await take?.(read);
      left -= bytesRead;
      onBytes(bytesRead);
    }
    return hash.digest('hex');
  } finally {
    await source.close();
  }
}
