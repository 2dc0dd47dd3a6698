/** What a note, a mark or a piece of evidence is about: a place in a recorded session that stays the same wherever the archive goes. */
import { SessionId } from '../api/session.ts';
import { z } from '../api/zod.ts';

const Sequence = z.number().int().min(0).describe('an event’s number within its session');

/** A cell of a result, by its place: rows and columns from 0. */
export const CellPlace = z.object({
  statement: z.number().int(),
  ordinal: z.number().int(),
  row: z.number().int().min(0),
  column: z.number().int().min(0),
  name: z.string().max(200).describe('of the column, as the server called it'),
});
export type CellPlace = z.infer<typeof CellPlace>;

/** What the window points at. A session as a whole has neither `sequence` nor anything below. */
export const Place = z
  .object({
    session: SessionId,
    sequence: Sequence.nullable(),
    /** Last event of a range; null: the one event. */
    last: Sequence.nullable().default(null),
    /** The whole statement that `sequence` begins. */
    statement: z.object({ number: z.number().int(), ordinal: z.number().int() }).nullable().default(null),
    cell: CellPlace.nullable().default(null),
  })
  .openapi('AnchorPlace');
export type Place = z.infer<typeof Place>;

/** One event as evidence: its log and index there, and its leaf hash (RFC 6962 §2.1) when the anchor was made. */
export const AnchoredEvent = z.object({
  log: z.string().regex(/^[0-9a-f]{32}$/),
  index: z.number().int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AnchoredEvent = z.infer<typeof AnchoredEvent>;

/**
 * A place with the events that it stands on: the first and the last of it, or the session’s first event. Made by the host, which
 * can read them.
 */
export const Anchor = Place.extend({
  events: z.array(AnchoredEvent).min(1).max(2),
  time: z.number().int().describe('of its first event, µs'),
  label: z.string().max(300).describe('what stands there, in one line, as it was when the anchor was made'),
}).openapi('Anchor');
export type Anchor = z.infer<typeof Anchor>;

/** How an anchor stands in the archive that is open. `absent`: the session or event is not in it; `differs`: another event is there. */
export const ANCHOR_STANDINGS = ['holds', 'absent', 'differs'] as const;
export type AnchorStanding = (typeof ANCHOR_STANDINGS)[number];
