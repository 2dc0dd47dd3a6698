/** How an archive stands that somebody sent: what of it is shown, and what may be believed of that. */
import { VERDICTS, type Verdict } from '../recording/verdict.ts';
import { z } from './zod.ts';

const VERDICT_NAMES = Object.keys(VERDICTS) as [Verdict, ...Verdict[]];

const ToldFinding = z
  .object({
    verdict: z.enum(VERDICT_NAMES),
    message: z.string(),
    log: z.string().nullable().describe('hex'),
    event: z.number().int().nullable().describe('index in its log'),
    lastEvent: z.number().int().nullable().describe('where it is a run of events'),
    volume: z.string().nullable().describe('file name'),
  })
  .openapi('Finding');

/** Where a session ends before its time. */
export const CutSession = z.object({
  session: z.string().describe('hex'),
  sequence: z.number().int().describe('of the first event of it that is not shown'),
  log: z.string().describe('hex'),
  event: z.number().int().describe('about where that event was in the log'),
});
export type CutSession = z.infer<typeof CutSession>;

export const ForeignStanding = z
  .object({
    kind: z.enum(['volumes', 'bundle']).describe('bundle: sessions that somebody chose'),
    verdict: z.enum(VERDICT_NAMES),
    findings: z.array(ToldFinding).describe('the first of what is wrong'),
    found: z.number().int().describe('how much was found wrong in all'),
    keys: z.array(z.string()).describe('trusted keys that signed it, hex'),
    unknownKeys: z.array(z.string()).describe('keys that it names and nobody here trusts, hex'),
    leftOut: z
      .number()
      .int()
      .describe(
        'events that are not shown: missing, not what was signed, or behind one of these in their session',
      ),
    cut: z.array(CutSession).describe('sessions of which a part is shown, at most 5,000'),
  })
  .openapi('ForeignStanding');
export type ForeignStanding = z.infer<typeof ForeignStanding>;
