/** Which case belongs to an archive, and who writes it: cases lie in the user folder, one for all that an archive ever grows to. */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import { readOrMakeKey } from '../gateway/archive/key-file.ts';
import { type Environment, userFolder } from '../gateway/config.ts';
import type { ApprovalDesk } from './approval-desk.ts';
import { wholeName } from './bucket.ts';
import { Casework } from './casework/casework.ts';
import { userName } from './user-name.ts';

/** Says which logs which case is about: `<32 hex digits> <file name>`, one a line. */
const INDEX = 'index';

export interface CaseOptions {
  readonly reader: ArchiveReader;
  /** As it was named. */
  readonly archive: string;
  /** The file that was chosen; null: the archive’s own. */
  readonly file: string | null;
  readonly desk: Pick<ApprovalDesk, 'person'>;
  /** Told why the archive’s own case cannot be opened: the archive can be looked at without. */
  readonly say: (line: string) => void;
}

/**
 * Opens the case, or begins one, and notes that its archive was opened. Rejects with CaseError and KeyError where a file was chosen.
 * The case is the caller’s to close.
 */
export async function openCase(options: CaseOptions): Promise<Casework | null> {
  const { reader, archive, file, say } = options;
  try {
    const path = file ?? (await caseOf(reader, archive, casesFolder(process.env)));
    const casework = caseworkIn(resolve(path), options);
    await casework.note('opened', wholeName(archive));
    return casework;
  } catch (error) {
    if (file !== null) throw error;
    say(
      `nothing can be noted, and no act is kept: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  }
}

function caseworkIn(path: string, { reader, desk }: CaseOptions): Casework {
  return new Casework({
    path,
    archive: reader,
    signer: readOrMakeKey(caseKeyPath(process.env)).signer,
    name: async () => {
      const person = await desk.person().catch(() => null);
      return person === null ? userName() : (person.name ?? person.subject);
    },
    now: Date.now,
  });
}

/** Where cases lie that were not put elsewhere. */
export function casesFolder(env: Environment): string {
  return join(userFolder(env), 'cases');
}

/** What this user signs entries with, in every case. */
export function caseKeyPath(env: Environment): string {
  return join(userFolder(env), 'case.key');
}

/**
 * The file of the archive’s case. An archive is known by its logs, not by its path: it may be moved, and it grows by logs. One that
 * holds logs of several cases has the first of them.
 */
export async function caseOf(
  reader: Pick<ArchiveReader, 'logs'>,
  archive: string,
  folder: string,
): Promise<string> {
  const logs = (await reader.logs()).map(({ log }) => log).toSorted();
  const known = readIndex(folder);
  const own = known.find(({ log }) => logs.includes(log));
  const name = own?.name ?? nameOf(archive, logs[0]);
  const fresh = logs.filter((log) => !known.some((one) => one.log === log));
  if (fresh.length > 0) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    appendFileSync(join(folder, INDEX), fresh.map((log) => `${log} ${name}\n`).join(''), { mode: 0o600 });
  }
  return join(folder, name);
}

function readIndex(folder: string): { readonly log: string; readonly name: string }[] {
  let text: string;
  try {
    text = readFileSync(join(folder, INDEX), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    const [, log, name] = /^([0-9a-f]{32}) ([^/\\]+\.case)$/.exec(line) ?? [];
    return log === undefined || name === undefined ? [] : [{ log, name }];
  });
}

/** For people to recognise: what the archive is called, and of its first log as much as tells it from others. */
function nameOf(archive: string, log: string | undefined): string {
  const plain = basename(archive)
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  const mark = log ?? createHash('sha256').update(resolve(archive)).digest('hex');
  return `${plain === '' ? 'archive' : plain}-${mark.slice(0, 8)}.case`;
}

const CHOSEN = '--case-file=';

/** As an argument of a process that shows the app. */
export function caseArguments(file: string | null): string[] {
  return file === null ? [] : [CHOSEN + resolve(file)];
}

/** What {@link caseArguments} wrote. */
export function caseNamedIn(argv: readonly string[]): string | null {
  return argv.find((argument) => argument.startsWith(CHOSEN))?.slice(CHOSEN.length) ?? null;
}
