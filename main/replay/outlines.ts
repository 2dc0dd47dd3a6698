/** Outlines of sessions, made by the archive's reader once and kept in the user's cache. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { SessionId } from '../../shared/api/session.ts';
import { OUTLINE_VERSION, readOutline } from '../../shared/replay/outline.ts';
import type { KeptFiles } from './kept-files.ts';

/** Steps of the block that a session is opened with: there within a few milliseconds. */
const FIRST_STEPS = 2_000;

/** Steps of the blocks behind it: read within a tenth of a second, so that others who ask need not wait longer. */
const BLOCK_STEPS = 60_000;

interface OutlineOptions {
  readonly reader: Pick<ArchiveReader, 'outline' | 'recordingKey'>;
  /** Null: nothing is kept. */
  readonly kept: KeptFiles | null;
  /** Told when a block could not be kept. */
  readonly report: (error: unknown) => void;
}

/** The block of a session's outline from an event on. */
export async function outlineBlock(
  { reader, kept, report }: OutlineOptions,
  id: SessionId,
  from: number,
): Promise<Uint8Array> {
  const steps = from === 0 ? FIRST_STEPS : BLOCK_STEPS;
  if (kept === null) return reader.outline(id, from, steps);
  const name = `${await reader.recordingKey(id)}-outline${OUTLINE_VERSION}-${from}`;
  const known = await kept.read(name);
  if (known !== null && isBlock(known)) return known;
  const made = await reader.outline(id, from, steps);
  // What does not end a block may go on while the session does. The first is read as fast as it is found here.
  if (from > 0 && !readOutline(made).last) await kept.write(name, made).catch(report);
  return made;
}

function isBlock(bytes: Uint8Array): boolean {
  try {
    readOutline(bytes);
    return true;
  } catch {
    return false;
  }
}
