/** What the control API takes and answers about held statements (shared/approvals/request.ts says what it means). */
import { z } from 'zod';
import { RequestLine } from '../shared/approvals/request-schema.ts';
import { type RequestNews, VERDICTS } from '../shared/approvals/request.ts';

/** The answer to GET /approvals. */
export const RequestList = z.object({ requests: z.array(RequestLine) });

/** One event of GET /approvals/events. */
export const News = z.union([
  z.object({ kind: z.literal('all'), requests: z.array(RequestLine) }),
  z.object({ kind: z.literal('changed'), request: RequestLine }),
]) satisfies z.ZodType<RequestNews>;

/** What a reviewer says: of POST /approvals/ID. */
export const DecisionRequest = z
  .strictObject({ verdict: z.enum(VERDICTS), reason: z.string().max(1000).default('') })
  .refine(({ verdict, reason }) => verdict === 'approve' || reason.trim() !== '', {
    path: ['reason'],
    error: 'say why it is rejected: the agent is told',
  });
export type DecisionRequest = z.infer<typeof DecisionRequest>;
