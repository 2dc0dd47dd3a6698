/** A recorded session's events, read from its segments one after the other. */
import { ArchiveError, type ArchiveReader } from '../gateway/archive/archive.ts';
import type { SessionId } from '../shared/api/session.ts';
import { EventError } from '../shared/recording/codec.ts';
import { readPackedSegment, type StoredEvent } from '../shared/recording/record.ts';

/** What is needed to read a session's events. */
export type Segments = Pick<ArchiveReader, 'segments' | 'segment'>;

const UNREADABLE = {
  OLDER_VERSION: 'OLDER_VERSION',
  NEWER_VERSION: 'NEWER_VERSION',
  MALFORMED_EVENT: 'DAMAGED',
} as const satisfies Record<EventError['code'], ArchiveError['code']>;

/** All events of a session by sequence, one segment in memory at a time. Throws {@link ArchiveError} where they cannot be read. */
export async function* eventsOf(
  archive: Segments,
  id: SessionId,
): AsyncGenerator<StoredEvent, void, undefined> {
  yield* readSession(archive, id, readPackedSegment, (stored) => stored.event.sequence);
}

/** The same, each event as `read` gives it. */
export async function* readSession<T>(
  archive: Segments,
  id: SessionId,
  read: (packed: Uint8Array) => Iterable<T>,
  sequenceOf: (item: T) => number,
): AsyncGenerator<T, void, undefined> {
  const segments = await archive.segments(id);
  let next = 0;
  for (const { number } of segments.toSorted((a, b) => a.firstSequence - b.firstSequence)) {
    const packed = await archive.segment(id, number);
    if (packed === null) throw new ArchiveError('DAMAGED', `segment ${number} of session ${id} is missing`);
    try {
      for (const item of read(packed)) {
        // A small segment may have been merged into a larger one since it was listed.
        if (sequenceOf(item) < next) continue;
        next = sequenceOf(item) + 1;
        yield item;
      }
    } catch (cause) {
      throw unreadable(cause, `segment ${number} of session ${id}`);
    }
  }
}

/** What it means that a segment cannot be read. */
export function unreadable(cause: unknown, what: string): unknown {
  if (!(cause instanceof EventError)) return cause;
  return new ArchiveError(UNREADABLE[cause.code], `${what}: ${cause.message}`, { cause });
}
