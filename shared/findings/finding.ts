/** Findings: what somebody concludes, with the frames that show it, from any sessions. */
import { z } from '../api/zod.ts';
import { Anchor, ANCHOR_STANDINGS, Place } from './anchor.ts';
import { Author, EntryId, Prose } from './annotation.ts';

export const FINDING_SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type FindingSeverity = (typeof FINDING_SEVERITIES)[number];

/** The columns of the board, in order. */
export const FINDING_STATUSES = ['open', 'investigating', 'confirmed', 'resolved', 'dismissed'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** A frame that a finding rests on. */
export const Evidence = z
  .object({
    id: EntryId,
    anchor: Anchor,
    standing: z.enum(ANCHOR_STANDINGS),
    caption: z.string().max(1000),
    author: Author,
    added: z.number().int(),
  })
  .openapi('Evidence');
export type Evidence = z.infer<typeof Evidence>;

export const Finding = z
  .object({
    id: EntryId,
    /** Counts from 1 in the order in which findings were made; for people to say. */
    number: z.number().int(),
    title: z.string(),
    severity: z.enum(FINDING_SEVERITIES),
    status: z.enum(FINDING_STATUSES),
    assignee: z.string().nullable(),
    narrative: Prose,
    evidence: z.array(Evidence).describe('in the order of the story'),
    author: Author,
    made: z.number().int(),
    changed: z.number().int(),
    history: z.array(
      z.object({ author: Author, time: z.number().int(), what: z.string().describe('in words') }),
    ),
  })
  .openapi('Finding');
export type Finding = z.infer<typeof Finding>;

const Title = z.string().min(1).max(200);

export const NewFinding = z.object({
  title: Title,
  severity: z.enum(FINDING_SEVERITIES).default('medium'),
  narrative: Prose.default(''),
  /** Frames to begin with. */
  places: z.array(Place).max(100).default([]),
});
export type NewFinding = z.infer<typeof NewFinding>;

/** What changes; what is absent stays. `order`: the ids of all its evidence, as they are to stand. */
export const FindingChange = z.object({
  title: Title.optional(),
  severity: z.enum(FINDING_SEVERITIES).optional(),
  status: z.enum(FINDING_STATUSES).optional(),
  assignee: z.string().max(200).nullable().optional(),
  narrative: Prose.optional(),
  order: z.array(EntryId).max(1000).optional(),
});
export type FindingChange = z.infer<typeof FindingChange>;

/** Frames added to a finding, one caption for all. */
export const NewEvidence = z.object({
  places: z.array(Place).min(1).max(100),
  caption: z.string().max(1000).default(''),
});

/** A new caption, or gone. */
export const EvidenceChange = z.object({
  caption: z.string().max(1000).optional(),
  removed: z.boolean().optional(),
});
