/** Exports a selection of an archive in one of the formats of format.ts. */
import type { Source } from './pieces.ts';
import { piecesOf } from './pieces.ts';
import type { OcsfVersion, SignedTrees } from '../../gateway/archive/lines/ocsf.ts';
import { toBase64 } from '../../shared/recording/base64.ts';
import { parseCheckpoint } from '../../shared/recording/checkpoint.ts';
import { parseNote } from '../../shared/recording/note.ts';
import { htmlReport } from './html/report.ts';
import { pdfReport } from './pdf/report.ts';
import { asciicastLines } from './lines/asciicast.ts';
import { type LineFormat, lineWriter } from './export-lines.ts';
import { type Format, FORMATS } from './format.ts';
import { CommandError } from '../failure.ts';
import { selectedSessions, type Selection } from './selection.ts';
import type { Sink } from './buffered-file.ts';

export interface ExportOptions {
  readonly selection: Selection;
  /** `Auditorium` with its version. */
  readonly software: string;
  /** A byte order mark before CSV, for spreadsheets that take UTF-8 for something else without one. */
  readonly bom: boolean;
  readonly ocsf: OcsfVersion;
  /** ms since 1970. */
  readonly now: () => number;
  /** Told after each session, and every {@link TOLD_EVERY} statements of a long one. */
  readonly progress: (done: Tally) => void;
  /** Ends the export early: it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A session may have a million. */
export const TOLD_EVERY = 500;

/** How much was exported. */
export interface Tally {
  readonly sessions: number;
  readonly statements: number;
}

/** Writes the export; throws NOTHING_SELECTED where nothing matches, and ArchiveError. */
export async function exportTo(
  archive: Source,
  format: Format,
  options: ExportOptions,
  sink: Sink,
): Promise<Tally> {
  const tally = await write(archive, format, options, sink);
  if (tally.sessions === 0) throw nothing(options.selection);
  return tally;
}

function write(archive: Source, format: Format, options: ExportOptions, sink: Sink): Promise<Tally> {
  switch (format) {
    case 'asciicast':
      return exportCast(archive, options, sink);
    case 'html':
      return exportReport(htmlReport, archive, options, sink);
    case 'pdf':
      return exportReport(pdfReport, archive, options, sink);
    case 'bundle':
      throw new CommandError('BAD_USAGE', 'a bundle is written to a file of its own');
    case 'csv':
    case 'jsonl':
    case 'ocsf':
    case 'ecs':
    case 'cef':
      return exportLines(archive, format, options, sink);
  }
}

async function exportReport(
  report: typeof htmlReport | typeof pdfReport,
  archive: Source,
  options: ExportOptions,
  sink: Sink,
): Promise<Tally> {
  let [sessions, statements] = [0, 0];
  const done = (more: number) => {
    sessions++;
    statements += more;
    options.progress({ sessions, statements });
  };
  const made = options.now() * 1000;
  for await (const chunk of report(archive, { ...options, made, done })) await sink.write(chunk);
  return { sessions, statements };
}

async function exportLines(
  archive: Source,
  format: LineFormat,
  options: ExportOptions,
  sink: Sink,
): Promise<Tally> {
  const { selection, progress, signal } = options;
  const trees = format === 'ocsf' && options.ocsf === '1.9' ? await signedTrees(archive) : new Map();
  const writer = lineWriter(format, { ...options, filter: selection.filterText, trees });
  let [sessions, statements] = [0, 0];
  await sink.write(writer.head);
  for await (const session of selectedSessions(archive, selection)) {
    for await (const piece of piecesOf(archive, session, { filter: selection.filter, rows: writer.rows })) {
      signal?.throwIfAborted();
      const line = writer.line(piece);
      if (line !== '') await sink.write(line);
      if (piece.kind === 'statement' && ++statements % TOLD_EVERY === 0) progress({ sessions, statements });
    }
    sessions++;
    progress({ sessions, statements });
  }
  return { sessions, statements };
}

/** The newest checkpoint of every log. */
async function signedTrees(archive: Source): Promise<SignedTrees> {
  const trees = new Map<string, { size: number; root: string }>();
  for (const { log, volumes } of await archive.logs()) {
    const note = parseNote(volumes.findLast(({ checkpoint }) => checkpoint !== null)?.checkpoint ?? '');
    const checkpoint = note && parseCheckpoint(note.text);
    if (checkpoint) trees.set(log, { size: checkpoint.size, root: toBase64(checkpoint.root) });
  }
  return trees;
}

/** A recording is of one session. */
async function exportCast(archive: Source, options: ExportOptions, sink: Sink): Promise<Tally> {
  const { selection, signal } = options;
  const found = [];
  for await (const session of selectedSessions(archive, selection)) {
    found.push(session);
    if (found.length > 1)
      throw new CommandError(
        'BAD_USAGE',
        'a recording is of one session and several match: name one with --session',
      );
  }
  const [session] = found;
  if (session === undefined) return { sessions: 0, statements: 0 };
  for await (const line of asciicastLines(archive, session, FORMATS.asciicast.leavesOut)) {
    signal?.throwIfAborted();
    await sink.write(line);
  }
  return { sessions: 1, statements: session.statements };
}

export function nothing({ filterText }: Selection): CommandError {
  const what = filterText === null ? 'the archive holds no session' : `nothing matches ${filterText}`;
  return new CommandError('NOTHING_SELECTED', `${what}: nothing was exported`);
}

/** The name that an export is offered under: made of nothing that was recorded. */
export function fileNameOf(format: Format, session: string | null, now: Date): string {
  const what = session === null ? now.toISOString().replace(/[-:]|\.\d+/g, '') : session.slice(0, 16);
  return `auditorium-${what}.${FORMATS[format].extension}`;
}
