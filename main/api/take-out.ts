/** Exports: the answer is the file. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { type ExportRequest, LEAVES_OUT_HEADER } from '../../shared/api/export.ts';
import type { Casework } from '../casework/casework.ts';
import { type BundleOptions, exportBundle } from '../exports/bundle/bundle.ts';
import { FileDestination } from '../exports/destination.ts';
import { type ExportOptions, exportTo, fileNameOf, nothing } from '../exports/export.ts';
import { FORMATS } from '../exports/format.ts';
import { selectedSessions, type Selection } from '../exports/selection.ts';
import type { NewsFeed } from '../news-feed.ts';
import { packageOf } from '../package.ts';
import { progressTo } from './export-progress.ts';
import { selectedBy } from './export-selection.ts';

/** What an export is made with. */
export interface TakingOut {
  readonly version: string;
  readonly news: NewsFeed;
  readonly casework: Casework | null;
}

/** The answer to a request for an export; `gone` aborts when nobody waits for it any more. */
export async function takeOut(
  reader: ArchiveReader,
  request: ExportRequest,
  gone: AbortSignal,
  { version, news, casework }: TakingOut,
): Promise<Response> {
  const { format, session = null } = request;
  const left = new AbortController();
  const { selection, beside } = await selectedBy(request, reader, casework);
  const options: ExportOptions = {
    selection,
    software: version,
    bom: true,
    ocsf: '1.8',
    now: Date.now,
    progress: await progressTo(news, request.job, selection, reader),
    signal: AbortSignal.any([gone, left.signal]),
  };
  await expectSome(reader, selection);
  const body =
    format === 'bundle'
      ? await bundleFile(reader, { ...options, beside: beside(options) })
      : streamed(reader, request, options, left);
  return new Response(body, {
    headers: {
      'content-type': FORMATS[format].mediaType,
      'content-disposition': `attachment; filename="${fileNameOf(format, session, new Date())}"`,
      [LEAVES_OUT_HEADER]: encodeURIComponent(JSON.stringify(FORMATS[format].leavesOut)),
    },
  });
}

/** Once an answer has begun it can no longer say that there is nothing. */
async function expectSome(reader: ArchiveReader, selection: Selection): Promise<void> {
  for await (const _ of selectedSessions(reader, selection)) return;
  throw nothing(selection);
}

/** Written as it is taken; a failure on the way breaks the answer off. Who takes no more of it aborts `left`. */
function streamed(
  reader: ArchiveReader,
  { format }: ExportRequest,
  options: ExportOptions,
  left: AbortController,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  writer.closed.catch(() => left.abort());
  const sink = {
    write: (chunk: string | Uint8Array) =>
      writer.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk),
  };
  exportTo(reader, format, options, sink).then(
    () => writer.close(),
    (error: unknown) => writer.abort(error).catch(() => undefined),
  );
  return readable;
}

/** A bundle is put together in a file first, which is gone when it was read. */
async function bundleFile(
  reader: ArchiveReader,
  options: Omit<BundleOptions, 'verifier' | 'signer'>,
): Promise<ReadableStream<Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-bundle-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'bundle.zip');
    const destination = await FileDestination.open(path, false);
    try {
      const verifier = join(packageOf(import.meta.dirname).root, 'build/verify.py');
      await exportBundle(reader, { ...options, verifier, signer: null }, destination);
      await destination.commit();
    } catch (error) {
      await destination.abort();
      throw error;
    }
    const file = createReadStream(path);
    file.once('close', () => void remove());
    return Readable.toWeb(file) as ReadableStream<Uint8Array>;
  } catch (error) {
    await remove();
    throw error;
  }
}
