/** `auditorium export`: writes a selection of an archive to a file, or to stdout. */
import { join } from 'node:path';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { readKey } from '../../gateway/archive/key-file.ts';
import { openReader } from '../archives.ts';
import { fetchMatching } from '../fetch-matching.ts';
import { type BundleOptions, exportBundle } from '../exports/bundle/bundle.ts';
import { FileDestination, streamSink } from '../exports/destination.ts';
import { type BesideFile, findingFiles } from '../exports/finding/finding-files.ts';
import type { ToldFinding } from '../exports/finding/told-finding.ts';
import { exportTo, type ExportOptions, type Tally } from '../exports/export.ts';
import { type Format, FORMATS } from '../exports/format.ts';
import type { OcsfVersion } from '../../gateway/archive/lines/ocsf.ts';
import { CommandError } from '../failure.ts';
import { packageOf } from '../package.ts';
import { note, printJson } from '../terminal.ts';
import { counted } from '../../shared/recording/describe.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import type { Selection } from '../exports/selection.ts';
import { findingOf } from './export-finding.ts';

export interface ExportCommand {
  readonly archive: string;
  readonly format: Format;
  readonly filter?: string;
  readonly session: readonly string[];
  /** The number of a finding of the case: what it rests on, and in a bundle the finding itself. */
  readonly finding?: number;
  /** A path, or a name; absent: the archive’s own case. */
  readonly case?: string;
  /** A gateway's configuration, which names keys. */
  readonly config?: string;
  /** `-` is stdout. */
  readonly out: string;
  readonly force: boolean;
  /** Path of the private key that signs a bundle's manifest. */
  readonly key?: string;
  readonly bom: boolean;
  readonly ocsf: OcsfVersion;
  readonly json: boolean;
}

interface ToldOptions extends ExportOptions {
  readonly told: ToldFinding | null;
}

/** Between two reports on a terminal, ms. */
const REPORT_MS = 200;

export async function exportArchive(command: ExportCommand): Promise<void> {
  const { format, out, json } = command;
  if (out === '-' && !FORMATS[format].text)
    throw new CommandError('BAD_USAGE', `${format} is no text: give --out a file's name`);
  if (out === '-' && json)
    throw new CommandError('BAD_USAGE', '--json needs stdout for itself: give --out a file');
  if (command.key !== undefined && format !== 'bundle')
    throw new CommandError('BAD_USAGE', '--key signs the manifest of a bundle: the other formats have none');
  if (command.case !== undefined && command.finding === undefined)
    throw new CommandError('BAD_USAGE', '--case says where a finding is: name one with --finding');
  const named = selectionOf(command);
  const archive = await openReader(command.archive, { config: command.config ?? null });
  const shown = progressShown();
  try {
    // Sessions that are named are fetched when they are asked for.
    if (archive.store !== undefined && named.sessions.length === 0 && command.finding === undefined)
      await fetchMatching(archive.store, named.filter, () => Promise.resolve(false));
    const told =
      command.finding === undefined
        ? null
        : await findingOf(archive, { ...command, finding: command.finding });
    const options = {
      selection: { ...named, sessions: [...new Set([...named.sessions, ...(told?.sessions ?? [])])] },
      told,
      software: packageOf(import.meta.dirname).version,
      bom: command.bom,
      ocsf: command.ocsf,
      now: Date.now,
      progress: shown.report,
    };
    const tally =
      out === '-' ? await toStdout(archive, command, options) : await toFile(archive, command, options);
    shown.clear();
    tell(command, tally);
  } catch (error) {
    shown.clear();
    throw error;
  } finally {
    await archive.close();
  }
}

function selectionOf({ filter, session }: ExportCommand): Selection {
  if (filter === undefined) return { filter: EVERYTHING, filterText: null, sessions: session };
  const { filter: parsed, error } = parseFilter(filter);
  if (parsed) return { filter: parsed, filterText: filter, sessions: session };
  const [from, to] = error.range;
  throw new CommandError(
    'BAD_FILTER',
    `${error.message}, at character ${from + 1}: ${filter.slice(from, to)}`,
  );
}

async function toStdout(
  archive: ArchiveReader,
  { format }: ExportCommand,
  options: ExportOptions,
): Promise<Tally> {
  return exportTo(archive, format, options, streamSink(process.stdout));
}

async function toFile(
  archive: ArchiveReader,
  { format, out, force, key }: ExportCommand,
  { told, ...options }: ToldOptions,
): Promise<Tally> {
  const destination = await FileDestination.open(out, force);
  try {
    const tally =
      format === 'bundle'
        ? await exportBundle(
            archive,
            { ...options, ...bundleOf(key), beside: besideOf(told, options) },
            destination,
          )
        : await exportTo(archive, format, options, destination);
    await destination.commit();
    return tally;
  } catch (error) {
    await destination.abort();
    throw error;
  }
}

/** The finding beside what it rests on. */
function besideOf(told: ToldFinding | null, { selection, software, now }: ExportOptions): BesideFile[] {
  if (told === null) return [];
  const { finding, entries } = told;
  return findingFiles(
    { finding, sessions: new Set(selection.sessions), software, made: now() * 1000 },
    entries,
  );
}

/** The verifier to put in, and who signs. */
function bundleOf(key: string | undefined): Pick<BundleOptions, 'verifier' | 'signer'> {
  const { root } = packageOf(import.meta.dirname);
  return { verifier: join(root, 'build/verify.py'), signer: key === undefined ? null : readKey(key).signer };
}

/** What was written, and what is not in it. */
function tell({ format, out, json }: ExportCommand, { sessions, statements }: Tally): void {
  const { leavesOut } = FORMATS[format];
  if (json) return printJson({ path: out, format, sessions, statements, leavesOut });
  const what = `${counted(statements, 'statement')} of ${counted(sessions, 'session')}`;
  note(`exported ${what}${out === '-' ? '' : ` to ${out}`}`);
  for (const sentence of leavesOut) note(`left out: ${sentence}`);
}

/** How far it is, on one line of a terminal; nothing elsewhere. */
function progressShown(): { readonly report: (done: Tally) => void; readonly clear: () => void } {
  const { stderr } = process;
  let [last, shown] = [0, false];
  return {
    report({ sessions, statements }) {
      const now = performance.now();
      if (!stderr.isTTY || now - last < REPORT_MS) return;
      [last, shown] = [now, true];
      stderr.write(`\r${counted(statements, 'statement')} of ${counted(sessions, 'session')}\x1b[K`);
    },
    clear() {
      if (shown) stderr.write('\r\x1b[K');
    },
  };
}
