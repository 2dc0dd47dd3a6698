/** Looks at what somebody sent before a byte of it is taken: which files belong to it, and whether it may be opened at all. */
import { closeSync, lstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ArchiveError } from '../archive.ts';

/** A file that belongs to what was sent. */
export interface SentFile {
  readonly path: string;
  /** Where it is put, relative to the private copy: as it is called, below at most one folder. */
  readonly name: string;
  readonly bytes: number;
}

export interface Sent {
  readonly files: readonly SentFile[];
  readonly bytes: number;
  readonly kind: 'volumes' | 'bundle';
  /** The file that was named, where it was no folder. */
  readonly single: string | null;
}

/** What belongs to a volume: the file itself and the notes beside it (docs/format.md §5). */
const VOLUME = '.audit';
const NOTES = ['.seal', '.expired'];

/** A note is text of a few lines. */
const MOST_NOTE_BYTES = 64 * 1024;

/** A volume a day for a quarter of a century. */
const MOST_FILES = 10_000;

/** With bytes in them SQLite would take these for what was written last, and change what the file beside them says. */
const JOURNALS = ['-wal', '-journal'];

/**
 * The files of the volume, the folder of volumes or the bundle at `path`. Throws {@link ArchiveError} NOT_FOUND, NOT_AN_ARCHIVE,
 * and REFUSED for what no archive has: links, pipes, journals.
 */
export function survey(path: string, kind: Sent['kind']): Sent {
  const real = realOf(path);
  const isFolder = statSync(real).isDirectory();
  const files = isFolder ? filesIn(real, kind) : filesAt(real, kind);
  if (files.length > MOST_FILES) throw refused(path, `holds more than ${MOST_FILES} files`);
  if (files.length === 0)
    throw new ArchiveError(
      'NOT_AN_ARCHIVE',
      `${path} is not an archive: no ${VOLUME} file is in it; name the archive folder of a gateway`,
    );
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files, bytes, kind, single: isFolder ? null : basename(real) };
}

/** The person named it: a link at its end leads where they want. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new ArchiveError('NOT_FOUND', `there is no archive at ${path}; check the path`, { cause });
  }
}

function filesAt(path: string, kind: Sent['kind']): SentFile[] {
  const name = basename(path);
  const file = sentFile(path, name);
  if (kind === 'bundle') return [file];
  expectSqlite(path);
  refuseJournals(path, name, new Set(readdirSync(dirname(path))));
  const seal = `${path}.seal`;
  return lstatSync(seal, { throwIfNoEntry: false }) === undefined
    ? [file]
    : [file, sentFile(seal, `${name}.seal`, MOST_NOTE_BYTES)];
}

function filesIn(folder: string, kind: Sent['kind']): SentFile[] {
  const names = readdirSync(folder);
  if (kind === 'bundle') return bundleFiles(folder, '');
  const all = new Set(names);
  const files: SentFile[] = [];
  for (const name of names.toSorted()) {
    const isVolume = name.endsWith(VOLUME);
    if (!isVolume && !NOTES.some((suffix) => name.endsWith(suffix))) continue;
    if (isVolume) {
      expectSqlite(join(folder, name));
      refuseJournals(join(folder, name), name, all);
    }
    files.push(sentFile(join(folder, name), name, isVolume ? undefined : MOST_NOTE_BYTES));
  }
  return files.some(({ name }) => name.endsWith(VOLUME)) ? files : [];
}

/** A bundle that was unpacked: its folders are one deep. */
function bundleFiles(folder: string, below: string): SentFile[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return below === '' ? bundleFiles(folder, name) : [];
    return [sentFile(join(folder, name), name)];
  });
}

/** A link may lead to what whoever sent it cannot read, a pipe or a device has no end. */
function sentFile(path: string, name: string, most = Number.POSITIVE_INFINITY): SentFile {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) throw refused(path, 'is a link to another file');
  if (!found.isFile()) throw refused(path, 'is no plain file');
  if (found.size > most)
    throw refused(path, `is a note of ${found.size} bytes, and none has more than ${most}`);
  return { path, name, bytes: found.size };
}

const MAGIC = 'SQLite format 3\0';

/** Any other file would only be called damaged later on. */
function expectSqlite(path: string): void {
  if (!lstatSync(path).isFile()) return; // refused by its own reason
  const head = Buffer.alloc(MAGIC.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, head);
  } finally {
    closeSync(file);
  }
  if (head.toString('latin1') === MAGIC) return;
  throw new ArchiveError(
    'NOT_AN_ARCHIVE',
    `${path} is not an archive: it is no SQLite file; name the archive folder of a gateway, or one ${VOLUME} file`,
  );
}

/** Readers leave empty ones behind; these, and the index of a log that is not there, say nothing and are not copied. */
function refuseJournals(path: string, name: string, beside: ReadonlySet<string>): void {
  for (const suffix of JOURNALS) {
    if (!beside.has(name + suffix) || lstatSync(path + suffix).size === 0) continue;
    throw refused(
      path,
      `has a journal beside it (${name + suffix}), of which nobody can say whether it belongs to it: have it copied when its gateway has ended, or export a bundle`,
    );
  }
}

function refused(path: string, why: string): ArchiveError {
  return new ArchiveError('REFUSED', `${path} is not opened: it ${why}`);
}
