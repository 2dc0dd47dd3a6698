/** Cases as the command line names them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AnchorSource } from './casework/anchors.ts';
import { Casework } from './casework/casework.ts';
import { CommandError } from './failure.ts';
import { readOrMakeKey } from '../gateway/archive/key-file.ts';
import { caseKeyPath, casesFolder } from './open-case.ts';
import { userName } from './user-name.ts';

const SUFFIX = '.case';

/** Without an archive nothing can be pointed at, and what was is somewhere else. */
const NO_ARCHIVE: AnchorSource = {
  session: async () => null,
  segments: async () => [],
  segment: async () => null,
  steps: async () => ({ items: [], next: null, total: 0 }),
};

/** The cases in the user folder, the one written last first. */
export function casesHere(): string[] {
  const folder = casesFolder(process.env);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(SUFFIX)) : [];
  return files
    .map((name) => join(folder, name))
    .map((path) => ({ path, written: lastWritten(path) }))
    .toSorted((a, b) => b.written - a.written)
    .map(({ path }) => path);
}

/** What was written last may not have left the journal beside it. */
function lastWritten(path: string): number {
  return Math.max(
    ...[path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );
}

/** The file of a case: a path, or a name or the beginning of one in the user folder; null: the one written last. Throws CommandError. */
export function findCase(name: string | null): string {
  if (name !== null && existsSync(name)) return name;
  const here = casesHere();
  const [first] = here;
  if (name === null) {
    if (first !== undefined) return first;
    throw new CommandError(
      'CASE_NOT_FOUND',
      'there is no case yet: auditorium open begins one with its archive',
    );
  }
  const found = here.filter((path) => path.startsWith(join(casesFolder(process.env), name)));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length > 1)
    throw new CommandError('BAD_USAGE', `several cases begin with ${name}: give more of its name`);
  throw new CommandError(
    'CASE_NOT_FOUND',
    `there is no case ${name}: auditorium case lists those that are here`,
  );
}

/** Opens it without an archive; written in the name of the system’s user. The case is the caller’s to close. */
export function openFoundCase(path: string): Casework {
  return new Casework({
    path,
    archive: NO_ARCHIVE,
    signer: readOrMakeKey(caseKeyPath(process.env)).signer,
    name: async () => userName(),
    now: Date.now,
  });
}
