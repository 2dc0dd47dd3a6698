/** A recorded session's events, read from its segments one after the other. */
import { ArchiveError, type ArchiveReader } from '../gateway/archive/archive.ts';
import type { SessionId } from '../shared/api/session.ts';
import { EventError } from '../shared/recording/codec.ts';
import { readPackedSegment, type StoredEvent } from '../shared/recording/record.ts';

const UNREADABLE = {
  OLDER_VERSION: 'OLDER_VERSION',
  NEWER_VERSION: 'NEWER_VERSION',
  MALFORMED_EVENT: 'DAMAGED',
} as const satisfies Record<EventError['code'], ArchiveError['code']>;

/** All events of a session by sequence, one segment in memory at a time. Throws {@link ArchiveError} where they cannot be read. */
export async function* eventsOf(
  archive: Pick<ArchiveReader, 'segments' | 'segment'>,
  id: SessionId,
): AsyncGenerator<StoredEvent, void, undefined> {
  const segments = await archive.segments(id);
  for (const { number } of segments.toSorted((a, b) => a.firstSequence - b.firstSequence)) {
    const packed = await archive.segment(id, number);
    if (packed === null) throw new ArchiveError('DAMAGED', `segment ${number} of session ${id} is missing`);
    try {
      yield* readPackedSegment(packed);
    } catch (cause) {
      if (!(cause instanceof EventError)) throw cause;
      const message = `segment ${number} of session ${id}: ${cause.message}`;
      throw new ArchiveError(UNREADABLE[cause.code], message, { cause });
    }
  }
}
