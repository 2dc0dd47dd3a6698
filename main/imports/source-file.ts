/** A file to import: what it is, and its bytes in pieces, unpacked where it is compressed. */
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { CommandError } from '../failure.ts';

/** Bytes read at once. */
const CHUNK_BYTES = 1 << 20;

/** Bytes at the beginning by which a format is known. */
const HEAD_BYTES = 256 * 1024;

const GZIP = Buffer.of(0x1f, 0x8b);

export interface SourceFile extends AsyncDisposable {
  /** Without its folder; `stdin` for standard input. */
  readonly name: string;
  /** As it lies on disk, compressed or not. */
  readonly bytes: number;
  readonly sha256: Uint8Array;
  /** When it was last written to, µs since 1970. */
  readonly modified: number;
  /** The beginning of what is in it. */
  readonly head: Buffer;
  /** All that is in it, in pieces; `read` is told how many bytes on disk that took. */
  readonly chunks: (read: (bytes: number) => void) => AsyncGenerator<Buffer, void, undefined>;
}

/** Opens a file, or standard input as `-`, which is kept in a private file meanwhile. Throws {@link CommandError}. */
export async function openSource(path: string, stdin: NodeJS.ReadableStream): Promise<SourceFile> {
  await using stack = new AsyncDisposableStack();
  let file = path;
  if (path === '-') {
    const folder = await mkdtemp(join(tmpdir(), 'auditorium-import-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    file = join(folder, 'stdin');
    await keep(stdin, file);
  }
  try {
    const { size, mtimeMs } = await stat(file);
    const sha256 = await digestOf(file);
    const gzip = await isGzip(file);
    const head = await headOf(file, gzip);
    const kept = stack.move();
    return {
      name: path === '-' ? 'stdin' : basename(path),
      bytes: size,
      sha256,
      modified: Math.max(0, Math.floor(mtimeMs * 1000)),
      head,
      chunks: (read) => chunksOf(file, gzip, read),
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const message = `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new CommandError('FILE_UNREADABLE', message, { cause });
  }
}

async function keep(stdin: NodeJS.ReadableStream, file: string): Promise<void> {
  const to = createWriteStream(file, { mode: 0o600 });
  for await (const chunk of stdin) if (!to.write(chunk)) await once(to, 'drain');
  to.end();
  await once(to, 'finish');
}

async function digestOf(file: string): Promise<Uint8Array> {
  const hash: Hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }))
    hash.update(chunk as Buffer);
  return hash.digest();
}

async function isGzip(file: string): Promise<boolean> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0);
  return bytesRead === GZIP.length && buffer.equals(GZIP);
}

async function headOf(file: string, gzip: boolean): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunksOf(file, gzip, () => undefined)) {
      parts.push(chunk);
      bytes += chunk.length;
      if (bytes >= HEAD_BYTES) break;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES);
}

async function* chunksOf(
  file: string,
  gzip: boolean,
  read: (bytes: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const raw = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  raw.on('data', (chunk) => read(chunk.length));
  raw.pause();
  const stream = gzip ? raw.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : raw;
  raw.once('error', (error) => stream.destroy(error));
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } finally {
    raw.destroy();
    stream.destroy();
  }
}

/** Whether compressed data ended too early, or is no such data. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
