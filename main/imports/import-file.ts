/** Imports one file into an archive: as a log of its own, signed as it goes. */
import { setImmediate } from 'node:timers/promises';
import type { FactsOf } from '../../gateway/archive/archive.ts';
import type { Signer } from '../../shared/recording/note.ts';
import { openSqliteWriter, type SqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { CommandError } from '../failure.ts';
import { archiveId } from './archive-id.ts';
import { detect, type Detected, type FormatOptions } from './detect.ts';
import { ImportedLog, type ImportRoll, logOf } from './imported-log.ts';
import { LineCount } from './line-count.ts';
import { readerOf, type Reader } from './reader.ts';
import { isDamage, type SourceFile } from './source-file.ts';
import { type Malformed, Tally } from './tally.ts';

/** Words are made searchable for so long at a time, ms; signals are heard in between. */
const INDEX_MS = 100;

export interface ImportOptions extends FormatOptions {
  /** The archive's folder, made when absent. */
  readonly into: string;
  readonly signer: Signer;
  readonly factsOf: FactsOf;
  /** Wall clock, µs since 1970. */
  readonly now: () => number;
  /** Name and version of this program. */
  readonly software: string;
  /** When volumes end, where not at the usual. */
  readonly roll?: ImportRoll;
  /** Told of bytes on disk that were read, and of what became of them. */
  readonly progress?: (bytes: number, tally: Tally) => void;
  /** Ends the import early; what is in the archive stays, and the same import goes on there. */
  readonly signal?: AbortSignal;
}

/** What became of a file. */
export interface Imported {
  readonly file: string;
  readonly format: string;
  /** Its log in the archive, hex. */
  readonly log: string;
  /** Lines of the file; each is part of an entry, or blank. */
  readonly lines: number;
  readonly blank: number;
  readonly entries: number;
  /** Entries of no session: of the server's own processes, comments. */
  readonly apart: number;
  readonly sessions: number;
  readonly statements: number;
  /** Events in the archive from this file, and how many of them were there before. */
  readonly events: number;
  readonly had: number;
  readonly malformed: number;
  /** The first of the malformed entries. */
  readonly problems: readonly Malformed[];
  readonly interrupted: boolean;
}

/** Rejects with {@link CommandError} and ArchiveError. */
export async function importFile(source: SourceFile, options: ImportOptions): Promise<Imported> {
  const detected = detect(source.head, source.name, options);
  const { into: path, factsOf, signer, now } = options;
  using stack = new DisposableStack();
  const writer = openSqliteWriter({ path, factsOf, signer, now });
  stack.defer(() => writer.close());
  return await importInto(writer, source, detected, options); // the writer is closed after it
}

async function importInto(
  writer: SqliteWriter,
  source: SourceFile,
  detected: Detected,
  options: ImportOptions,
): Promise<Imported> {
  const { readAs, lacks, identity } = detected;
  const { name: file, sha256 } = source;
  const origin = { format: readAs.format, file, sha256, lacks };
  const id = logOf(sha256, identity, archiveId(options.into));
  const log = new ImportedLog(writer, id, origin, options.roll);
  const tally = new Tally();
  beginLog(log, origin, options);
  const reader = readerOf(readAs, { log, tally, time: source.modified, factsOf: options.factsOf });
  const interrupted = await readAll(source, reader, { log, tally, options });
  if (!interrupted) log.note('logClosed', { sessions: 0 }, options.now());
  log.commit();
  while (!interrupted && writer.index(INDEX_MS).more) await setImmediate();
  return {
    file,
    format: readAs.format,
    log: Buffer.from(id).toString('hex'),
    lines: tally.lines,
    blank: tally.blank,
    entries: tally.entries,
    apart: tally.apart,
    sessions: log.sessions,
    statements: tally.statements,
    events: log.events,
    had: Math.min(log.had, log.events),
    malformed: tally.malformed,
    problems: tally.listed,
    interrupted,
  };
}

function beginLog(
  log: ImportedLog,
  origin: Parameters<typeof log.note<'imported'>>[1],
  { software, signer, now }: ImportOptions,
): void {
  const time = now();
  log.note('logOpened', { software, boot: 1, durability: 'imported' }, time);
  log.note('signingKey', { key: signer.publicKey, previous: null, reason: 'import' }, time);
  log.note('imported', origin, time);
}

/** Returns whether it was told to end before the file did. */
async function readAll(
  source: SourceFile,
  reader: Reader,
  { log, tally, options }: { log: ImportedLog; tally: Tally; options: ImportOptions },
): Promise<boolean> {
  const count = new LineCount();
  let read = 0;
  try {
    for await (const chunk of source.chunks((bytes) => (read += bytes))) {
      count.take(chunk);
      reader.take(chunk);
      options.progress?.(read, tally);
      if (options.signal?.aborted) return true;
    }
    reader.end();
  } catch (error) {
    if (!isDamage(error)) throw error;
    reader.end();
    const problem = 'the compressed data is cut or damaged here: what follows could not be read';
    tally.problem(count.lines + 1, problem);
    log.entry({ line: count.lines + 1, problem, original: new Uint8Array() }, null, source.modified);
  }
  if (tally.lines !== count.lines) {
    const message = `${source.name} has ${count.lines} lines, of which ${tally.lines} are accounted for: a fault of this program`;
    throw new CommandError('INTERNAL', message);
  }
  return false;
}
