/** Where a segment lies, as the index says it and as it is opened. */
import type { Envelope } from '../../../shared/remote/bundle.ts';
import type { SealedSegment } from '../open-bundle.ts';
import { isOwn, type SegmentIndexRow } from './rows.ts';

/** Hex digits of the id of a tenant's key. */
const KEY_ID_DIGITS = 16;

/** As a column of a row. */
export function printEnvelope(envelope: Envelope | null): string {
  return envelope === null ? '' : envelope.key + Buffer.from(envelope.wrapped).toString('hex');
}

/** What is needed to open the frames of a segment. */
export function sealedIn({ session, bundle, events_packed, first_index, key, envelope }: SegmentIndexRow): {
  readonly segment: SealedSegment;
  readonly log: string;
  readonly envelope: Envelope | null;
} {
  const wrapped = Buffer.from(envelope.slice(KEY_ID_DIGITS), 'hex');
  return {
    segment: {
      session: isOwn(session) ? null : session,
      firstIndex: first_index,
      eventsPacked: events_packed,
      ...(key !== '' && { key }),
    },
    log: bundle.split('/')[1] ?? '',
    envelope: envelope === '' ? null : { key: envelope.slice(0, KEY_ID_DIGITS), wrapped },
  };
}
