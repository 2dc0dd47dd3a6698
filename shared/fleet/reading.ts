/** What a team server asks a gateway of a session that runs there, for somebody who follows it: as readers of archives are asked. */
import { z } from 'zod';

const cursor = z.string().max(500).optional();
const count = z.int().nonnegative();

/** One question about one session. */
export const SessionQuestion = z.discriminatedUnion('what', [
  z.object({ what: z.literal('session') }),
  z.object({ what: z.literal('recordingKey') }),
  z.object({
    what: z.literal('steps'),
    after: cursor,
    from: count.optional(),
    limit: z.int().min(1).max(1_000),
  }),
  z.object({ what: z.literal('outline'), from: count, steps: z.int().min(1).max(60_000) }),
  z.object({
    what: z.literal('statements'),
    filter: z.string().max(4_000),
    after: cursor,
    at: count.optional(),
    limit: z.int().min(1).max(1_000),
    statement: count.optional(),
    ordinal: count.optional(),
  }),
  z.object({ what: z.literal('segments') }),
  z.object({ what: z.literal('segmentsAround'), sequence: count }),
  z.object({ what: z.literal('segment'), number: count }),
]);
export type SessionQuestion = z.infer<typeof SessionQuestion>;

/** Bytes as they are in an answer. */
export const Base64 = z.base64();
