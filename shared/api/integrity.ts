/** Whether what is open is what was recorded, as the host last verified it: always in sight of who looks at it. */
import { VERDICTS } from '../recording/verdict.ts';
import { z } from './zod.ts';

export const IntegrityFinding = z.object({
  verdict: z.enum(VERDICTS),
  volume: z.string().nullable(),
  event: z.number().int().nullable(),
  lastEvent: z.number().int().nullable(),
  message: z.string(),
});

export const Integrity = z
  .object({
    state: z
      .enum(['unverified', 'verifying', 'done', 'failed'])
      .describe('`failed`: it could not be verified; `problem` says why'),
    progress: z.object({ done: z.number(), total: z.number() }).nullable().describe('bytes, while verifying'),
    /** Of the last time that it was verified; null before the first. */
    result: z
      .object({
        verdict: z.enum(VERDICTS),
        /** By log: events that verified, and the latest signed checkpoint’s size. */
        logs: z.array(
          z.object({ log: z.string(), verifiedTo: z.number().int(), signedTo: z.number().int() }),
        ),
        events: z.number().int().describe('that verified, of all logs'),
        keys: z.array(z.string()).describe('fingerprints of the keys that signed, and are trusted'),
        unknownKeys: z.array(z.string()),
        findings: z.array(IntegrityFinding).describe('at most 200'),
        found: z.number().int(),
        cannotKnow: z.array(z.string()).describe('what no verifier can tell here, in words'),
        at: z.number().int().describe('when, µs'),
      })
      .nullable(),
    problem: z.string().nullable(),
  })
  .openapi('Integrity');
export type Integrity = z.infer<typeof Integrity>;
