/** Reviews: which sessions somebody should look at, and what those who did say. */
import { SessionId } from '../api/session.ts';
import { z } from '../api/zod.ts';
import { Author, EntryId } from './annotation.ts';

/** `to-review` puts a session into the queue; the others take it out. */
export const REVIEW_VERDICTS = ['to-review', 'fine', 'suspicious', 'violation'] as const;
export type ReviewVerdict = (typeof REVIEW_VERDICTS)[number];

/** The latest word on a session, and those before it. */
export const Review = z
  .object({
    id: EntryId,
    session: SessionId,
    verdict: z.enum(REVIEW_VERDICTS),
    reason: z.string(),
    author: Author,
    time: z.number().int(),
    earlier: z.array(
      z.object({
        verdict: z.enum(REVIEW_VERDICTS),
        reason: z.string(),
        author: Author,
        time: z.number().int(),
      }),
    ),
  })
  .openapi('Review');
export type Review = z.infer<typeof Review>;

export const NewReview = z.object({
  sessions: z.array(SessionId).min(1).max(500),
  verdict: z.enum(REVIEW_VERDICTS),
  reason: z.string().max(2000).default(''),
});
export type NewReview = z.infer<typeof NewReview>;
