/** Sessions, statements and facets as every client of the API sees them. Times are µs since 1970, durations µs. */
import { ForeignStanding } from './foreign.ts';
import { z } from './zod.ts';
import { SEVERITIES } from '../policy/decision.ts';
import { STATEMENT_CLASSES } from '../policy/facts.ts';
import { DECISIONS } from '../policy/recorded-decision.ts';
import { SESSION_OUTCOMES, STATEMENT_STATUSES } from '../recording/event.ts';

/** A session's id: 32 hex digits (its 16 bytes). */
export const SessionId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'a session id has 32 hex digits')
  .brand<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;

/** How far a CI context can be trusted: `attested` by a verified claim, `asserted` by the agent itself. */
export const Provenance = z.enum(['attested', 'asserted']);

export const CiContext = z
  .object({
    provenance: Provenance,
    provider: z.string().describe('github, gitlab, buildkite or another word the agent gave'),
    run: z.string(),
    job: z.string(),
    repository: z.string().nullable(),
    ref: z.string().nullable(),
    actor: z.string().nullable(),
    issuer: z.string().nullable().describe('of the token that attests'),
  })
  .openapi('CiContext');
export type CiContext = z.infer<typeof CiContext>;

export const Identity = z
  .object({
    issuer: z.string(),
    profile: z.string(),
    subject: z.string(),
    clientId: z.string().nullable(),
    userId: z
      .string()
      .nullable()
      .describe('the person behind the token, where its issuer says so (Okta: uid)'),
    groups: z.array(z.string()),
    scopes: z.array(z.string()),
    tokenId: z.string().nullable().describe('the jti claim'),
    fingerprint: z.string().describe('SHA-256 over header.payload of the token, hex'),
    expires: z.number().int().describe('exp, seconds since 1970'),
  })
  .openapi('Identity');
export type Identity = z.infer<typeof Identity>;

/** `live` while it runs; `unknown` when its gateway died before its end was recorded. */
export const SessionOutcome = z.enum(['live', ...SESSION_OUTCOMES, 'unknown']);
export type SessionOutcome = z.infer<typeof SessionOutcome>;

export const SessionRow = z
  .object({
    id: SessionId,
    started: z.number().int(),
    ended: z.number().int().nullable().describe('null while live or unknown'),
    outcome: SessionOutcome,
    reason: z.string().nullable().describe('why it ended, in words; null for an orderly end'),
    connection: z.string(),
    user: z.string().describe('the start-up user: the word of the agent, not verified'),
    dbUser: z.string().nullable().describe('the user that the gateway logged in as; null when it did not'),
    applicationName: z.string(),
    clientAddress: z.string(),
    identity: Identity.nullable().describe('null when the token was refused'),
    ci: CiContext.nullable(),
    ciMismatch: z
      .string()
      .nullable()
      .describe('provider/run/job that the agent asserted though the job of the session is another'),
    statements: z.number().int(),
    rows: z.number().int(),
    errors: z.number().int(),
    bytes: z.number().int().describe('bytes of rows and COPY data, both directions'),
    events: z.number().int(),
    denied: z.number().int().describe('statements that policy refused'),
    held: z.number().int().describe('statements that were held for approval, whatever became of them'),
    masked: z.number().int().describe('statements with something masked in their answers'),
    policy: z
      .object({ hash: z.string().describe('SHA-256, hex'), mode: z.enum(['enforce', 'observe']) })
      .nullable()
      .describe('the latest policy it was under; null: none'),
    imported: z
      .object({
        format: z.string(),
        file: z.string(),
        lacks: z
          .array(z.string())
          .describe(
            'facts that the source does not tell (identity, rows, row count, …): not recorded, which is other than absent',
          ),
      })
      .nullable()
      .describe('where it was read from; null: a gateway recorded it'),
    verbs: z.array(z.string()).describe('distinct verbs of its statements'),
    followed: z
      .object({ gateway: z.string(), why: z.string().nullable() })
      .optional()
      .describe('the gateway of the fleet that it is read from while it runs; `why` not, else'),
  })
  .openapi('Session');
export type SessionRow = z.infer<typeof SessionRow>;

export const StatementStatus = z.enum(STATEMENT_STATUSES);

export const StatementRow = z
  .object({
    session: SessionId,
    statement: z.number().int().describe('number within the session, from 1'),
    ordinal: z.number().int().describe('number within one Query message, from 0'),
    sequence: z.number().int().describe('event of its intent'),
    outcomeSequence: z.number().int().nullable().describe('event of its outcome; null when unknown'),
    time: z.number().int(),
    duration: z.number().int().nullable(),
    text: z.string().describe('the SQL, at most 2,000 characters'),
    textTruncated: z.boolean(),
    masked: z
      .boolean()
      .describe(
        'secrets were taken out of the text, or of parameters sent with it: [masked] stands in their place',
      ),
    verb: z
      .string()
      .describe('SELECT, INSERT, UPDATE, DELETE, CREATE TABLE, …; empty when it does not parse'),
    class: z
      .enum(STATEMENT_CLASSES)
      .nullable()
      .describe('what kind of thing it does; null when it does not parse'),
    fingerprint: z
      .string()
      .describe('of the text without literals and comments: the first 16 bytes of its SHA-256, hex'),
    tables: z.array(z.string()).describe('schema.table, or table when the text does not say'),
    columns: z
      .array(z.string())
      .describe('that the text names: with their table where it tells which, else alone'),
    functions: z.array(z.string()).describe('that the text calls, as written'),
    rows: z.number().int().nullable().describe('null: not recorded by what it was imported from'),
    bytes: z.number().int().nullable().describe('of its rows; null as with rows'),
    status: StatementStatus,
    sqlstate: z.string().nullable(),
    errorMessage: z.string().nullable(),
    transaction: z
      .enum(['I', 'T', 'E'])
      .nullable()
      .describe(
        'what the server said after it: idle, in a transaction, in a failed one; null when it did not',
      ),
    agent: z.string().describe('subject of the session’s token'),
    job: z.string().nullable().describe('provider/run/job'),
    provenance: Provenance.nullable().describe('how far the job can be trusted'),
    connection: z.string(),
    live: z.boolean().describe('its session is live: an outcome that is unknown may still come'),
    imported: z.boolean().describe('its session was imported: what is unknown is not recorded'),
    decision: z
      .enum(DECISIONS)
      .nullable()
      .describe('what policy said and what became of that; null: allowed by its default, or no policy'),
    rules: z.array(z.string()).describe('the rules that decided'),
    severity: z.enum(SEVERITIES).nullable(),
    maskedColumns: z.array(z.string()).describe('masked in its rows: schema.table.column, or unknown'),
    detectors: z.array(z.string()).describe('that found something in its answer and masked it'),
    maskedBy: z.array(z.string()).describe('the rules that masked something in its answer'),
    approvers: z
      .array(z.object({ subject: z.string(), name: z.string().nullable() }))
      .describe('who approved it while it was held'),
    searchable: z
      .enum(['whole', 'beginning'])
      .describe('how much of its parameters, error and rows free text is found in'),
  })
  .openapi('Statement');
export type StatementRow = z.infer<typeof StatementRow>;

/** A value of one field with how many sessions have it. */
export const FacetValue = z.object({
  value: z.string(),
  count: z.number().int(),
  provenance: Provenance.optional(),
});
export type FacetValue = z.infer<typeof FacetValue>;

/** The fields that have facets, in the order a panel shows them. */
export const FACET_FIELDS = [
  'token',
  'job',
  'table',
  'verb',
  'connection',
  'outcome',
  'policy',
  'masked',
] as const;
export type FacetField = (typeof FACET_FIELDS)[number];

export const Facets = z
  .object({
    /** Most frequent values first, at most 50 a field. A value is written as the filter takes it. */
    fields: z.record(z.enum(FACET_FIELDS), z.array(FacetValue)),
    /** Sessions by start time in equal buckets from `from`. */
    histogram: z.object({
      from: z.number(),
      bucket: z.number().describe('µs'),
      counts: z.array(z.number().int()),
    }),
    total: z.number().int().describe('sessions that match'),
    whole: z
      .boolean()
      .describe('all sessions were counted; else counting took too long, and all counts mean "at least"'),
  })
  .openapi('Facets');
export type Facets = z.infer<typeof Facets>;

/** A point on a session's timeline: see shared/replay/timeline.ts, which makes them from events. */
export const Step = z
  .object({
    sequence: z.number().int(),
    time: z.number().int(),
    kind: z.string().describe('the kind of its event'),
    statement: z.number().int().nullable(),
    ordinal: z.number().int().nullable(),
    status: StatementStatus.nullable(),
    rows: z.number().int(),
    sqlstate: z.string().nullable(),
    decision: z
      .enum(DECISIONS)
      .nullable()
      .describe('what policy said, or how a hold ended; null for other events'),
    label: z.string().describe('one line in words'),
  })
  .openapi('Step');
export type Step = z.infer<typeof Step>;

/** A stored run of a session's events. */
export const SegmentRow = z
  .object({
    number: z.number().int(),
    firstSequence: z.number().int(),
    lastSequence: z.number().int(),
    bytes: z.number().int().describe('raw bytes of events and payloads'),
  })
  .openapi('Segment');
export type SegmentRow = z.infer<typeof SegmentRow>;

export const ArchiveInfo = z
  .object({
    path: z.string(),
    volumes: z.number().int(),
    sessions: z.number().int(),
    statements: z.number().int(),
    events: z.number().int(),
    first: z.number().int().nullable().describe('time of its first event'),
    last: z.number().int().nullable().describe('time of its last event'),
    behind: z.number().int().describe('statements stored whose words free text does not find yet'),
    foreign: ForeignStanding.nullable().describe(
      'of what somebody sent, which is shown from a private copy; null: recorded here, and opened in place',
    ),
    fetching: z
      .object({
        volume: z.number().int().describe('from 1'),
        of: z.number().int(),
        bytes: z.number().int().describe('of that volume'),
        total: z.number().int(),
      })
      .optional()
      .describe('volumes of a bucket that are being fetched at this moment for a question'),
    store: z.boolean().optional().describe('true: it lies in a store, of which not all may be here'),
  })
  .openapi('Archive');
export type ArchiveInfo = z.infer<typeof ArchiveInfo>;
