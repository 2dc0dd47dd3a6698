/** What an entry of a case says: one of the kinds below, in the fields that the API has for them. */
import { SessionId } from '../api/session.ts';
import { z } from '../api/zod.ts';
import { Anchor } from './anchor.ts';
import { EntryId, MARK_COLOURS, Prose, Tag } from './annotation.ts';
import { ACTS } from './case.ts';
import { FINDING_SEVERITIES, FINDING_STATUSES } from './finding.ts';
import { REVIEW_VERDICTS } from './review.ts';
import type { CborValue } from './cbor-value.ts';

const Tags = z.array(Tag).max(20);
const Colour = z.enum(MARK_COLOURS);
const Title = z.string().min(1).max(200);
const Caption = z.string().max(1000);

/** Each kind with its fields; what a change does not name stays as it is. */
const Body = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('annotation'),
    anchor: Anchor,
    parent: EntryId.nullable(),
    text: Prose,
    tags: Tags,
    colour: Colour,
  }),
  z.object({
    kind: z.literal('annotationChange'),
    target: EntryId,
    text: Prose.optional(),
    tags: Tags.optional(),
    colour: Colour.optional(),
    removed: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('finding'),
    title: Title,
    severity: z.enum(FINDING_SEVERITIES),
    narrative: Prose,
  }),
  z.object({
    kind: z.literal('findingChange'),
    target: EntryId,
    title: Title.optional(),
    severity: z.enum(FINDING_SEVERITIES).optional(),
    status: z.enum(FINDING_STATUSES).optional(),
    assignee: z.string().max(200).nullable().optional(),
    narrative: Prose.optional(),
    order: z.array(EntryId).max(1000).optional(),
  }),
  z.object({ kind: z.literal('evidence'), finding: EntryId, anchor: Anchor, caption: Caption }),
  z.object({
    kind: z.literal('evidenceChange'),
    finding: EntryId,
    target: EntryId,
    caption: Caption.optional(),
    removed: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('review'),
    session: SessionId,
    verdict: z.enum(REVIEW_VERDICTS),
    reason: z.string().max(2000),
  }),
  z.object({
    kind: z.literal('act'),
    act: z.enum(ACTS),
    session: SessionId.nullable(),
    what: z.string().max(5000),
  }),
]);

/** What an entry of a known kind says. */
export type EntryBody = z.infer<typeof Body>;

/** Of a kind that this version does not know, or not as that kind is written: it is kept, and shown in the log. */
export interface UnreadBody {
  readonly kind: 'unread';
  /** The kind that it names. */
  readonly named: string;
}

/** What was decoded, as the body that it is. */
export function readBody(value: CborValue): EntryBody | UnreadBody {
  const read = Body.safeParse(value);
  if (read.success) return read.data;
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : null;
  return { kind: 'unread', named: typeof kind === 'string' ? kind.slice(0, 40) : 'none' };
}

/** The body as it is written: without the fields that say nothing. */
export function bodyValue(body: EntryBody): CborValue {
  return withoutAbsent(body);
}

function withoutAbsent(value: unknown): CborValue {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (typeof value !== 'object' || value === null) return value as CborValue;
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present.map(([key, member]) => [key, withoutAbsent(member)]));
}
