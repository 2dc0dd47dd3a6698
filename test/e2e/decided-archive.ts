/** An archive on disk that holds one session under a policy, recorded event by event as a shipper writes them. */
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting } from '../../gateway/archive/testing.ts';
import { payloadsOf } from '../../shared/recording/codec.ts';
import { SALT_BYTES } from '../../shared/recording/commitment.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { decisionsRecording } from '../../shared/replay/fixtures/decisions.ts';
import { concat, uint32 } from '../../shared/replay/fixtures/recording.ts';

/** Writes the story of shared/replay/fixtures/decisions.ts into the folder `path`; returns its session's id. */
export function writeDecidedArchive(path: string): string {
  const { events } = decisionsRecording();
  const writer = openSqliteWriter({ path, ...testWriting() });
  try {
    for (const stored of events) writer.append(bodyOf(stored));
    writer.commit();
  } finally {
    writer.close();
  }
  return Buffer.from(events[0]?.event.session ?? []).toString('hex');
}

function bodyOf({ event, bytes, payloads }: StoredEvent): Uint8Array {
  const values = payloadsOf(event).map(({ field }) => payloads[field] ?? new Uint8Array());
  return concat(
    uint32(bytes.length),
    bytes,
    ...values.flatMap((value) => [uint32(value.length), new Uint8Array(SALT_BYTES), value]),
  );
}
