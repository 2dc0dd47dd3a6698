/** The shape of held statements (request.ts), for whoever is told of them from outside: control API and fleet link. */
import { z } from 'zod';
import { REQUEST_STATES, type RequestDetail, type RequestRow, VERDICTS } from './request.ts';

const Asker = z.object({
  issuer: z.string(),
  subject: z.string(),
  clientId: z.string().nullable(),
  address: z.string(),
  job: z.string().nullable(),
  attested: z.boolean(),
  actor: z.string().nullable(),
});

const Vote = z.object({
  verdict: z.enum(VERDICTS),
  issuer: z.string(),
  subject: z.string(),
  name: z.string().nullable(),
  reason: z.string(),
  at: z.number(),
});

/** One request in a list, and the answer to a decision. */
export const RequestLine = z.object({
  id: z.string(),
  worker: z.int(),
  state: z.enum(REQUEST_STATES),
  session: z.string(),
  statement: z.int(),
  connection: z.string(),
  asker: Asker,
  verbs: z.array(z.string()),
  tables: z.array(z.string()),
  rules: z.array(z.string()),
  severity: z.string(),
  message: z.string().nullable(),
  preview: z.string(),
  previewCut: z.boolean(),
  opened: z.number(),
  deadline: z.number(),
  ended: z.number().nullable(),
  outcome: z.string().nullable(),
  approvers: z.array(z.string()),
  quorum: z.int(),
  votes: z.array(Vote),
}) satisfies z.ZodType<RequestRow>;

/** All of a request. */
export const WholeRequest = z.object({
  ...RequestLine.shape,
  text: z.string(),
  textCut: z.boolean(),
  parameters: z.array(z.string().nullable()),
  because: z.array(z.string()),
  facts: z.string(),
  groups: z.array(z.string()),
  hash: z.string(),
  resolved: z.boolean(),
  estimate: z.string().nullable(),
}) satisfies z.ZodType<RequestDetail>;
