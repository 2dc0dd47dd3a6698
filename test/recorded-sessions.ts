/** What an archive says of a test's sessions: awaited, because it is written a moment after the fact. */
import type { SessionId, SessionRow } from '../shared/api/session.ts';
import { EVERYTHING } from '../shared/filter/filter.ts';
import { readPackedSegment, type StoredEvent } from '../shared/recording/record.ts';
import type { ArchiveReader } from '../gateway/archive/archive.ts';

/** The newest session that `is` says, once the archive shows its end. */
export async function endedSession(
  archive: ArchiveReader,
  is: (row: SessionRow) => boolean,
): Promise<SessionRow> {
  for (;;) {
    const { items } = await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 100 });
    const found = items.find((row) => is(row) && row.outcome !== 'live');
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** All events of a session as they are recorded, with their payloads. */
export async function recordedEvents(archive: ArchiveReader, id: SessionId): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (const { number } of await archive.segments(id)) {
    const packed = await archive.segment(id, number);
    if (packed === null) throw new Error(`segment ${number} of session ${id} is gone`);
    events.push(...readPackedSegment(packed));
  }
  return events;
}
