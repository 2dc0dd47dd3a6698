/** Exports in memory and in files, for tests. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import { openArchive } from '../../../gateway/archive/sqlite/open.ts';
import type { Signer } from '../../../shared/recording/note.ts';
import { parseFilter } from '../../../shared/filter/parse.ts';
import { exportBundle } from '../bundle/bundle.ts';
import { FileDestination } from '../destination.ts';
import { type ExportOptions, exportTo } from '../export.ts';
import type { Format } from '../format.ts';
import { ALL, type Selection } from '../selection.ts';

/** When exports of tests are made, ms. */
export const NOW = Date.UTC(2026, 10, 22, 12);

const OPTIONS: ExportOptions = {
  selection: ALL,
  software: '1.2.3',
  bom: false,
  ocsf: '1.8',
  now: () => NOW,
  progress: () => undefined,
};

/** When something is to be cleaned up: after the test, where nothing else is said. */
type Finished = (clean: () => Promise<void> | void) => void;

/** A folder that is removed when it is time to clean up. */
export function temporaryFolder(finished: Finished = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-exports-'));
  finished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The archive in the folder, until then. */
export async function opened(path: string, finished: Finished = onTestFinished): Promise<ArchiveReader> {
  const reader = await openArchive(path, { processes: 1 });
  finished(() => reader.close());
  return reader;
}

/** A selection by a filter's text. */
export function selected(filterText: string, ...sessions: string[]): Selection {
  const { filter, error } = parseFilter(filterText);
  if (filter === undefined) throw new Error(error.message);
  return { filter, filterText, sessions };
}

/** What an export writes. */
export async function exported(
  archive: ArchiveReader,
  format: Format,
  options: Partial<ExportOptions> = {},
): Promise<Buffer> {
  const blocks: Buffer[] = [];
  await exportTo(
    archive,
    format,
    { ...OPTIONS, ...options },
    {
      write: async (chunk) => void blocks.push(Buffer.from(chunk)),
    },
  );
  return Buffer.concat(blocks);
}

/** Writes a bundle to a path that does not exist yet. */
export async function exportedBundle(
  archive: ArchiveReader,
  path: string,
  options: Partial<ExportOptions & { readonly signer: Signer }> = {},
): Promise<Buffer> {
  const destination = await FileDestination.open(path, false);
  try {
    const verifier = join(import.meta.dirname, '../../../build/verify.py');
    await exportBundle(archive, { ...OPTIONS, verifier, signer: null, ...options }, destination);
    await destination.commit();
  } catch (error) {
    await destination.abort();
    throw error;
  }
  return readFileSync(path);
}
