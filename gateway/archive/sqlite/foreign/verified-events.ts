/** Reads what can be read of a volume in which something is not what was signed; a volume without damage is read otherwise. */
import { EventError } from '../../../../shared/recording/codec.ts';
import { commit, SALT_BYTES } from '../../../../shared/recording/commitment.ts';
import type { Event, PayloadRef } from '../../../../shared/recording/event.ts';
import { PAYLOAD_HEAD_BYTES } from '../../../../shared/recording/record.ts';
import { sameHash } from '../../../../shared/recording/tree.ts';
import { sha256 } from '../../ed25519.ts';
import { rawEvents, storedPayloads, type RawEvent } from '../raw-events.ts';
import { LogOrder } from '../verify/log-order.ts';
import { SegmentRows } from '../verify/segment-rows.ts';
import type { VolumeFile } from '../verify/volume-file.ts';

/** Those that can be read and whose payloads fit, in the order of the log; of an index that is there twice one. */
export function* readableEvents({ db, row: { first, next } }: VolumeFile): Generator<RawEvent> {
  let ready: RawEvent[] = [];
  const order = new LogOrder<{ readonly indexes: readonly number[]; readonly events: readonly RawEvent[] }>(
    first,
    {
      onEvents: (run, from, to) => ready.push(...run.events.slice(from, to)),
      onMissing: () => {},
      onTwice: () => {},
    },
  );
  for (const { row, events, payloads } of new SegmentRows(db, () => {}).all()) {
    if (payloads === null) continue;
    const read = [...ofSegment(Buffer.from(events), Buffer.from(payloads))].filter(
      ({ event: { index } }) => index >= first && index < next,
    );
    order.add({ indexes: read.map(({ event }) => event.index), events: read }, row.first_index);
    yield* ready;
    ready = [];
  }
  order.finish(next);
  yield* ready;
}

/** Events up to the first that cannot be read, or does not belong where it lies; by ascending index. */
function* ofSegment(events: Buffer, payloads: Buffer): Generator<RawEvent> {
  let before: Event | null = null;
  try {
    for (const raw of rawEvents(events, payloads)) {
      if (before !== null && !follows(raw.event, before)) return;
      before = raw.event;
      if (fits(raw)) yield raw;
    }
  } catch (error) {
    // Where lengths do not fit: what stands behind cannot be told from them.
    if (!(error instanceof RangeError || error instanceof EventError)) throw error;
  }
}

function follows(event: Event, before: Event): boolean {
  if (event.index <= before.index) return false;
  if (event.session === null || before.session === null) return event.session === before.session;
  return sameHash(event.session, before.session);
}

/** Whether its payloads are what the event commits to; one that was taken out is judged by its note. */
function fits({ event, payloads }: RawEvent): boolean {
  const fields = event.fields as Readonly<Record<string, unknown>>;
  let end = 0;
  for (const { field, from, to, length } of storedPayloads(event, payloads)) {
    end = to;
    if (length === null) continue;
    const ref = fields[field] as PayloadRef;
    const value = from + PAYLOAD_HEAD_BYTES;
    const salt = payloads.subarray(value - SALT_BYTES, value);
    if (to > payloads.length || ref.length !== length) return false;
    if (!sameHash(commit(sha256, salt, payloads.subarray(value, to)), ref.commitment)) return false;
  }
  return end === payloads.length;
}
