/** Held statements as those who decide on them see them (shared/approvals/request.ts). Times are ms since 1970 here. */
import { REQUEST_STATES, VERDICTS, type RequestDetail, type RequestRow } from '../approvals/request.ts';
import { z } from './zod.ts';

/** A request's number as people type it; `NAME:NUMBER` on a gateway of the fleet. */
export const RequestId = z.string().min(1).max(120);

export const ApprovalRow = z
  .object({
    id: RequestId,
    worker: z.number().int(),
    state: z.enum(REQUEST_STATES),
    session: z.string().describe('id of the session, 32 hex digits'),
    statement: z.number().int(),
    connection: z.string(),
    asker: z.object({
      issuer: z.string(),
      subject: z.string(),
      clientId: z.string().nullable(),
      address: z.string(),
      job: z.string().nullable().describe('provider/run/job'),
      attested: z.boolean().describe('a verified claim says so'),
      actor: z.string().nullable().describe('who started the job'),
    }),
    verbs: z.array(z.string()),
    tables: z.array(z.string()),
    rules: z.array(z.string()),
    severity: z.string(),
    message: z.string().nullable().describe('what the rule tells the agent'),
    preview: z.string().describe('the beginning of the text, masked as the record is'),
    previewCut: z.boolean(),
    opened: z.number(),
    deadline: z.number().describe('refused then, for want of a decision'),
    ended: z.number().nullable(),
    outcome: z.string().nullable().describe('how it ended, in words'),
    approvers: z.array(z.string()),
    quorum: z.number().int(),
    votes: z.array(
      z.object({
        verdict: z.enum(VERDICTS),
        issuer: z.string(),
        subject: z.string(),
        name: z.string().nullable(),
        reason: z.string(),
        at: z.number(),
      }),
    ),
    gateway: z
      .object({ name: z.string(), away: z.number().nullable().describe('since when it is away') })
      .optional()
      .describe('of the fleet, that holds it; absent: the one that this host knows'),
  })
  .openapi('Approval') satisfies z.ZodType<RequestRow>;
export type ApprovalRow = z.infer<typeof ApprovalRow>;

export const ApprovalDetail = ApprovalRow.extend({
  text: z.string(),
  textCut: z.boolean(),
  parameters: z.array(z.string().nullable()),
  because: z.array(z.string()).describe('why each of the rules matched'),
  facts: z.string().describe('JSON of what was decided on'),
  groups: z.array(z.string()).describe('of who asks'),
  hash: z.string().describe('SHA-256 over what is approved, hex'),
  resolved: z.boolean(),
  estimate: z.string().nullable().describe('the server’s EXPLAIN as JSON'),
}).openapi('ApprovalDetail') satisfies z.ZodType<RequestDetail>;
export type ApprovalDetail = z.infer<typeof ApprovalDetail>;

/** The person at this host, as their token says; nobody has verified that here: the gateway does. */
export const Person = z
  .object({
    issuer: z.string(),
    subject: z.string(),
    name: z.string().nullable(),
    groups: z.array(z.string()),
    expires: z.number(),
    renewable: z.boolean(),
  })
  .openapi('Person');
export type Person = z.infer<typeof Person>;

/**
 * How the host stands to a gateway: it was told of `none`; it is `connecting`, `connected`, has `lost` it and tries again, or
 * was `refused` because the gateway wants to know who asks.
 */
export const GATEWAY_STATES = ['none', 'connecting', 'connected', 'lost', 'refused'] as const;

export const Inbox = z
  .object({
    gateway: z.enum(GATEWAY_STATES),
    problem: z.string().nullable().describe('why there is no connection, and how to mend it'),
    requests: z.array(ApprovalRow).describe('pending, then the last that ended; each newest first'),
    person: Person.nullable().describe('who is signed in'),
    signIn: z.boolean().describe('whether one can sign in here'),
  })
  .openapi('Inbox');
export type Inbox = z.infer<typeof Inbox>;

/** News of the inbox: how it stands, or one request that was opened, voted on or ended. */
export const InboxNews = z.union([
  z.object({ kind: z.literal('inbox'), inbox: Inbox }),
  z.object({ kind: z.literal('request'), request: ApprovalRow }),
]);
export type InboxNews = z.infer<typeof InboxNews>;

/** What a reviewer says. A rejection needs a reason: the agent is told. */
export const Decision = z.object({ verdict: z.enum(VERDICTS), reason: z.string().max(1000).default('') });

/** The requests with one of them changed: pending ones first, each the newest first. */
export function withRequest(requests: readonly ApprovalRow[], changed: ApprovalRow): ApprovalRow[] {
  return inOrder([changed, ...requests.filter(({ id }) => id !== changed.id)]);
}

/** Pending ones first, each the newest first. */
export function inOrder(requests: readonly ApprovalRow[]): ApprovalRow[] {
  const rank = ({ state }: ApprovalRow) => (state === 'pending' ? 0 : 1);
  const since = (row: ApprovalRow) => row.ended ?? row.opened;
  return requests.toSorted((a, b) => rank(a) - rank(b) || since(b) - since(a));
}
