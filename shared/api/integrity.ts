/** Whether what is open is what was recorded, as the host last verified it: always in sight of who looks at it. */
import { VERDICTS, type Verdict } from '../recording/verdict.ts';
import { SessionId } from './session.ts';
import { z } from './zod.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets which keys these are
const Verdicts = z.enum(Object.keys(VERDICTS) as [Verdict, ...Verdict[]]);

export const IntegrityFinding = z.object({
  verdict: Verdicts,
  log: z.string().nullable().describe('hex'),
  volume: z.string().nullable(),
  event: z.number().int().nullable().describe('index in its log'),
  lastEvent: z.number().int().nullable(),
  message: z.string(),
});
export type IntegrityFinding = z.infer<typeof IntegrityFinding>;

/** A session that a finding is about, and where in it. */
export const TouchedSession = z.object({
  session: SessionId,
  sequence: z.number().int().nullable().describe('the first event of it that is meant; null: not known'),
  log: z.string(),
  event: z.number().int().describe('the same event by its index in the log'),
  verdict: Verdicts,
});
export type TouchedSession = z.infer<typeof TouchedSession>;

export const IntegrityResult = z.object({
  verdict: Verdicts,
  logs: z.array(
    z.object({
      log: z.string(),
      next: z.number().int().describe('events that the log had when it was verified'),
      verifiedTo: z.number().int().describe('of these, how many from the first on nothing is wrong with'),
      signedTo: z.number().int().describe('size of the latest checkpoint that a trusted key signed'),
    }),
  ),
  events: z.number().int().describe('of all logs, as far as they verified'),
  keys: z.array(z.string()).describe('public keys that signed, and are trusted, hex'),
  unknownKeys: z.array(z.string()),
  findings: z.array(IntegrityFinding).describe('at most 200'),
  found: z.number().int(),
  touched: z.array(TouchedSession).describe('sessions that a finding is about, at most 5,000'),
  leftOut: z.number().int().describe('events that are not shown; only of what somebody sent'),
  compared: z.boolean().describe('lists and searches were compared with the events'),
  cannotKnow: z.array(z.string()).describe('what no verifier can tell here, in words'),
  at: z.number().int().describe('when, µs'),
});
export type IntegrityResult = z.infer<typeof IntegrityResult>;

export const Integrity = z
  .object({
    state: z
      .enum(['unverified', 'verifying', 'done', 'failed'])
      .describe('`failed`: it could not be verified; `problem` says why'),
    progress: z.object({ done: z.number(), total: z.number() }).nullable().describe('while verifying'),
    /** Whether it is too large to be read without somebody asking. */
    onRequest: z.boolean(),
    bytes: z.number().describe('of its files'),
    /** Of the last time that it was verified; null before the first. */
    result: IntegrityResult.nullable(),
    problem: z.string().nullable(),
  })
  .openapi('Integrity');
export type Integrity = z.infer<typeof Integrity>;
