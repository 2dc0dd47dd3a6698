/** Writes an evidence bundle: whole sessions with what proves them, and renderings for people (docs/format.md §10). */
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import {
  EVENTS,
  FORMAT_VERSION,
  KEY,
  MANIFEST,
  MANIFEST_NOTE,
  PROOF,
  PROOF_FORMAT,
  README,
  REPORT,
  SESSIONS,
  STATEMENT_LINES,
  STATEMENTS,
  VERIFIER,
} from '../../../gateway/archive/bundle/bundle-files.ts';
import {
  type WrittenEntry,
  ZipTooLargeError,
  ZipWriter,
} from '../../../gateway/archive/bundle/zip-writer.ts';
import { publicKeyPem, sha256 } from '../../../gateway/archive/ed25519.ts';
import type { Signer } from '../../../shared/recording/note.ts';
import { CommandError } from '../../failure.ts';
import type { FileDestination } from '../destination.ts';
import type { BesideFile } from '../finding/finding-files.ts';
import type { ExportOptions, Tally } from '../export.ts';
import { htmlReport } from '../html/report.ts';
import { selectedSessions } from '../selection.ts';
import { gatherLogs, type GatheredSession, gatherSession, type NamedKey, type Needs } from './gather.ts';
import { GatheredEvents } from './gathered-events.ts';
import { manifestNote, manifestText } from './manifest.ts';
import { proofOf } from './proof.ts';
import { readme } from './readme.ts';
import { writeTables } from './tables.ts';

export interface BundleOptions extends ExportOptions {
  /** Path of verify.py. */
  readonly verifier: string;
  /** Who signs the manifest; null: nobody. */
  readonly signer: Signer | null;
  /** What else it is to hold: what people wrote about the evidence. */
  readonly beside?: readonly BesideFile[];
}

/** What was gathered before anything is written. */
interface Gathered {
  readonly events: GatheredEvents;
  readonly needs: Needs;
  readonly sessions: readonly GatheredSession[];
  readonly keys: readonly NamedKey[];
}

/** Writes the bundle; throws NO_PROOF where the archive does not hold what proves the sessions, EXPORT_TOO_LARGE beyond 4 GiB. */
export async function exportBundle(
  archive: ArchiveReader,
  options: BundleOptions,
  destination: FileDestination,
): Promise<Tally> {
  // Beside the file, where there is room for it: it holds what the file will.
  const folder = await mkdtemp(join(dirname(destination.temporary), '.auditorium-export-'));
  const file = await open(join(folder, 'events'), 'wx+', 0o600);
  try {
    const gathered = await gather(archive, options, new GatheredEvents(file));
    return await writeBundle(archive, options, gathered, folder, new ZipWriter(destination.file));
  } catch (error) {
    if (!(error instanceof ZipTooLargeError)) throw error;
    throw new CommandError('EXPORT_TOO_LARGE', `${error.message}: narrow the selection`, { cause: error });
  } finally {
    await file.close();
    await rm(folder, { recursive: true });
  }
}

async function gather(
  archive: ArchiveReader,
  { selection, signal }: BundleOptions,
  events: GatheredEvents,
): Promise<Gathered> {
  const needs: Needs = { policies: new Set(), redacted: new Map(), lacking: new Set() };
  const sessions: GatheredSession[] = [];
  for await (const row of selectedSessions(archive, selection)) {
    signal?.throwIfAborted();
    const session = await gatherSession(archive, row, events, needs);
    if (session !== null) sessions.push(session);
  }
  return { events, needs, sessions, keys: await gatherLogs(archive, events, needs) };
}

async function writeBundle(
  archive: ArchiveReader,
  options: BundleOptions,
  gathered: Gathered,
  folder: string,
  zip: ZipWriter,
): Promise<Tally> {
  const { selection, software, signer, beside = [] } = options;
  const { sessions, events, keys } = gathered;
  const made = options.now() * 1000;
  const files = new Map<string, WrittenEntry>();
  const add = async (name: string, content: Parameters<ZipWriter['add']>[1]) =>
    files.set(name, await zip.add(name, content));
  const named = [...new Map(keys.map(({ key }) => [publicKeyPem(key), key]))];
  const count = events.logs.reduce((sum, log) => sum + events.indexes(log).length, 0);
  const fingerprints = named.map(([, key]) => sha256(key).toString('hex'));
  await add(README, [
    readme({
      software,
      made,
      sessions: sessions.length,
      events: count,
      signed: signer !== null,
      keys: fingerprints,
      beside,
    }),
  ]);
  await add(VERIFIER, [await readFile(options.verifier)]);
  const tables = await writeTables(archive, options, folder);
  await add(REPORT, htmlReport(archive, { ...options, made, done: () => undefined }));
  for (const name of [SESSIONS, STATEMENTS, STATEMENT_LINES])
    await add(name, createReadStream(join(folder, name)));
  for (const { name, content } of beside) await add(name, [content]);
  await add(EVENTS, events.records());
  await add(PROOF, [await proofText(archive, gathered)]);
  await add(KEY, [named.map(([pem]) => pem).join('')]);
  const manifest = manifestText({ made, software, selection, sessions, files });
  await zip.add(MANIFEST, [manifest]);
  if (signer !== null) await zip.add(MANIFEST_NOTE, [manifestNote(manifest, signer)]);
  await zip.finish();
  return { sessions: sessions.length, statements: tables.statements };
}

async function proofText(archive: ArchiveReader, { events, keys, needs }: Gathered): Promise<string> {
  const logs = [];
  for (const log of events.logs) {
    const rotations = keys.filter((key) => key.log === log && key.replaces).map(({ index }) => index);
    logs.push(
      await proofOf(archive, { log, indexes: events.indexes(log), rotations, redacted: needs.redacted }),
    );
  }
  return `${JSON.stringify({ format: PROOF_FORMAT, version: FORMAT_VERSION, logs }, null, 1)}\n`;
}
