/** `auditorium import`: other programs' recordings and logs into an archive. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KeyError, readKey, readOrMakeKey } from '../../gateway/archive/key-file.ts';
import { noteOwnArchive } from '../../gateway/archive/own-archives.ts';
import { userFolder } from '../../gateway/config.ts';
import { factsOf, loadParser } from '../../gateway/postgres/facts.ts';
import { counted, grouped } from '../../shared/recording/describe.ts';
import type { Signer } from '../../shared/recording/note.ts';
import { CommandError } from '../failure.ts';
import type { FormatOptions } from '../imports/detect.ts';
import { importFile, type Imported } from '../imports/import-file.ts';
import { Progress } from '../imports/progress.ts';
import { openSource } from '../imports/source-file.ts';
import { packageOf } from '../package.ts';
import { toldToEnd } from '../shutdown.ts';
import { note, print, printJson } from '../terminal.ts';

export interface ImportCommand extends FormatOptions {
  /** `-` is standard input. */
  readonly files: readonly string[];
  /** The archive's folder. */
  readonly into: string;
  /** A private key in PEM; else the user's own, made when absent. */
  readonly key?: string | undefined;
  readonly json: boolean;
}

/** Malformed lines that are listed for a person; with --json all that are kept in memory are. */
const LISTED = 20;

/** Rejects with {@link CommandError} and ArchiveError. */
export async function importFiles(command: ImportCommand): Promise<void> {
  const { files, into, key, json, ...format } = command;
  const signer = signerOf(key);
  const told = new AbortController();
  void toldToEnd().then(() => told.abort());
  await loadParser();
  const { version } = packageOf(import.meta.dirname);
  const begins = isEmpty(resolve(into));
  for (const file of files) {
    await using source = await openSource(file, process.stdin);
    const progress = new Progress(source.name, source.bytes, process.stderr);
    const imported = await importFile(source, {
      ...format,
      into: resolve(into),
      signer,
      factsOf,
      now: () => Date.now() * 1000,
      software: `auditorium ${version}`,
      progress: (bytes, tally) => progress.show(bytes, tally),
      signal: told.signal,
    });
    progress.clear();
    if (begins) noteOwnArchive(userFolder(process.env), resolve(into));
    if (json) printJson(imported);
    else tell(imported);
    if (imported.interrupted)
      throw new CommandError(
        'INTERRUPTED',
        `${file} is not all there: the same import goes on where this one ended`,
      );
  }
  if (!json && key === undefined) note(`signed with your own key: verify takes --key ${ownKey()}.pub`);
}

/** What lies in an archive that somebody sent is theirs, whatever is imported beside it. */
function isEmpty(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0;
}

/** The person's own, with which imports are signed. */
function ownKey(): string {
  return join(userFolder(process.env), 'import.key');
}

function signerOf(key: string | undefined): Signer {
  try {
    return (key === undefined ? readOrMakeKey(ownKey()) : readKey(resolve(key))).signer;
  } catch (cause) {
    if (!(cause instanceof KeyError)) throw cause;
    throw new CommandError('KEY_UNUSABLE', cause.message, { cause });
  }
}

function tell(imported: Imported): void {
  const { file, format, lines, sessions, statements, events, had, interrupted, apart } = imported;
  const what = `${counted(lines, 'line')} of ${file} (${format}): ${counted(sessions, 'session')}, ${counted(statements, 'statement')}`;
  const beside = apart === 0 ? '' : `, ${entries(apart)} of no session`;
  if (had === events && !interrupted)
    print(`${what}${beside}; all of it was in the archive already, nothing added`);
  else print(`${what}${beside}${had === 0 ? '' : `; went on from event ${grouped(had)}`}`);
  tellProblems(imported);
}

function tellProblems({ file, malformed, problems }: Imported): void {
  if (malformed === 0) return;
  const kept = malformed === 1 ? 'is kept as it stands' : 'are kept as they stand';
  note(`${entries(malformed)} of ${file} could not be read and ${kept}:`);
  for (const { line, problem } of problems.slice(0, LISTED))
    note(`${file}, line ${grouped(line)}: ${problem}`);
  if (malformed > LISTED)
    note(`and ${grouped(malformed - LISTED)} more; --json lists the first ${grouped(1_000)}`);
}

function entries(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'entry' : 'entries'}`;
}
