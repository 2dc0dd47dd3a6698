/** Opens what a person named on the command line. */
import { resolve } from 'node:path';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import { openArchive } from '../gateway/archive/sqlite/open.ts';

/** Rejects with ArchiveError. The reader is the caller's to close. */
export function openReader(path: string): Promise<ArchiveReader> {
  return openArchive(resolve(path));
}
