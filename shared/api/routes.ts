/**
 * Every route of the host's API, declared once: the handlers (main/api), the typed client (client.ts) and the OpenAPI
 * document are derived from these declarations. `permission` is what the caller must hold.
 */
import { ApprovalDetail, ApprovalRow, Decision, Inbox, Person, RequestId } from './approvals.ts';
import { ErrorBody } from './error.ts';
import { FleetSessions, FleetView } from './fleet.ts';
import { LegalHold } from './holds.ts';
import { json, jsonBody } from './json.ts';
import { ExportRequest } from './export.ts';
import { Limit, pageOf } from './page.ts';
import { ArchiveInfo, Facets, SegmentRow, SessionId, SessionRow, StatementRow, Step } from './session.ts';
import { Integrity } from './integrity.ts';
import { PERMISSION_NAMES, type Permission, ROLES } from './permission.ts';
import { KeptPreferences, PreferencesChange } from './preferences.ts';
import { createRoute, z } from './zod.ts';

export {
  addEvidence,
  annotate,
  annotations,
  caseInfo,
  caseLog,
  changeAnnotation,
  changeEvidence,
  changeFinding,
  exportCase,
  finding,
  findings,
  makeFinding,
  mergeCase,
  noteAct,
  review,
  reviews,
} from './casework.ts';
export {
  checkPolicy,
  dropSetting,
  explainPolicy,
  gatewayLog,
  gatewaySettings,
  gatewayStatus,
  judgeToken,
  openArchive,
  policySource,
  putConnection,
  putIssuer,
  reloadGateway,
  runGateway,
  savePolicy,
  startDemo,
  startPoints,
  takeConfiguration,
  testConnection,
  testIssuer,
  whatIf,
  writeConfiguration,
} from './gateway.ts';

export { fetchStore, stopFetching, storeStatus } from './store.ts';

const Filter = z
  .string()
  .max(4000)
  .default('')
  .describe('the filter language, e.g. token:ci-deployer table:orders verb:delete');
const After = z.string().max(200).optional().describe('the cursor `next` of the page before');
const At = z.coerce
  .number()
  .int()
  .min(0)
  .optional()
  .describe('in place of a cursor: the page behind so many, of a list that has a `total`, or of sessions');

/** The orders a session list has an index for; `-` is descending. */
export const SESSION_SORTS = ['-started', 'started', '-statements', '-rows', '-errors', '-duration'] as const;
export type SessionSort = (typeof SESSION_SORTS)[number];

const errors = {
  400: json(ErrorBody, 'the request is wrong'),
  401: json(ErrorBody, 'not signed in'),
  404: json(ErrorBody, 'no such thing'),
  422: json(ErrorBody, 'the archive cannot be read'),
} as const;

/** The browser host's sign-in: the one-time token of the URL's fragment for a bearer. */
export const signIn = createRoute({
  method: 'post',
  path: '/api/sign-in',
  request: jsonBody(z.object({ token: z.string().max(200) }), 'the one-time token'),
  responses: { 200: json(z.object({ bearer: z.string() }), 'signed in'), ...errors },
});

/** What this host is and can do. */
export const host = createRoute({
  method: 'get',
  path: '/api/host',
  responses: {
    200: json(z.object({ kind: z.enum(['browser', 'electron', 'server']), version: z.string() }), 'the host'),
    ...errors,
  },
});

export const archive = createRoute({
  method: 'get',
  path: '/api/archive',
  responses: { 200: json(ArchiveInfo, 'the open archive'), ...errors },
});

export const sessions = createRoute({
  method: 'get',
  path: '/api/sessions',
  request: {
    query: z.object({
      filter: Filter,
      sort: z.enum(SESSION_SORTS).default('-started'),
      after: After,
      at: At,
      limit: Limit,
    }),
  },
  responses: {
    200: json(pageOf(SessionRow), 'sessions that have a statement, or themselves, match the filter'),
    ...errors,
  },
});

export const statements = createRoute({
  method: 'get',
  path: '/api/statements',
  request: {
    query: z.object({
      filter: Filter,
      session: SessionId.optional(),
      after: After,
      at: At,
      statement: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .describe(
          'of one session, in place of a cursor: the page that begins with this number; has an `offset`',
        ),
      ordinal: z.coerce.number().int().min(0).optional().describe('with `statement`: within one Query'),
      limit: Limit,
    }),
  },
  responses: {
    200: json(pageOf(StatementRow), 'statements, newest first; oldest first within one session'),
    ...errors,
  },
});

export const facets = createRoute({
  method: 'get',
  path: '/api/facets',
  request: { query: z.object({ filter: Filter }) },
  responses: { 200: json(Facets, 'facets with counts'), ...errors },
});

export const session = createRoute({
  method: 'get',
  path: '/api/sessions/{id}',
  request: { params: z.object({ id: SessionId }) },
  responses: { 200: json(SessionRow, 'one session'), ...errors },
});

export const steps = createRoute({
  method: 'get',
  path: '/api/sessions/{id}/steps',
  request: {
    params: z.object({ id: SessionId }),
    query: z.object({
      after: After,
      from: z.coerce.number().int().min(0).optional().describe('in place of a cursor: the first event'),
      limit: Limit,
    }),
  },
  responses: { 200: json(pageOf(Step), 'the time line, oldest first'), ...errors },
});

/** Bytes as bytes: a block of the time line without words (shared/replay/outline.ts), for sessions of any length. */
export const outline = createRoute({
  method: 'get',
  path: '/api/sessions/{id}/outline',
  request: {
    params: z.object({ id: SessionId }),
    query: z.object({ from: z.coerce.number().int().min(0).default(0).describe('the first event') }),
  },
  responses: {
    200: {
      description: 'the steps from there on',
      content: { 'application/octet-stream': { schema: z.any() } },
    },
    ...errors,
  },
});

export const segments = createRoute({
  method: 'get',
  path: '/api/sessions/{id}/segments',
  request: {
    params: z.object({ id: SessionId }),
    query: z.object({
      around: z.coerce
        .number()
        .int()
        .min(0)
        .optional()
        .describe('only some around the event of this sequence'),
    }),
  },
  responses: {
    200: json(
      z.object({
        first: z.number().int().describe('how many stand before the first of these'),
        items: z.array(SegmentRow),
      }),
      'where its events lie',
    ),
    ...errors,
  },
});

/** Of a recorded terminal: its screen as the host has played it (shared/replay/keyframe.ts). */
export const keyframe = createRoute({
  method: 'get',
  path: '/api/sessions/{id}/keyframes/{sequence}',
  request: {
    params: z.object({ id: SessionId, sequence: z.coerce.number().int().min(0) }),
    query: z.object({
      patience: z.coerce
        .number()
        .int()
        .min(0)
        .max(20_000)
        .default(20_000)
        .describe('how long to wait, ms, while the recording is being played up to that event'),
    }),
  },
  responses: {
    200: json(
      z.object({
        keyframe: z
          .object({ sequence: z.number().int(), state: z.string(), text: z.string() })
          .nullable()
          .describe('the last one at or before that event; null: there is none'),
        playing: z
          .object({
            played: z.number().int().describe('the last event that was played'),
            size: z
              .object({ columns: z.number().int(), rows: z.number().int() })
              .nullable()
              .describe('what the terminal was told last at that event; null: that is not known'),
          })
          .nullable()
          .describe('null: nobody plays towards that event, and no later keyframe is to be waited for'),
      }),
      'a screen to go on from',
    ),
    ...errors,
  },
});

/** Bytes as bytes: a packed segment (shared/recording/record.ts). */
export const segment = createRoute({
  method: 'get',
  path: '/api/sessions/{id}/segments/{number}',
  request: { params: z.object({ id: SessionId, number: z.coerce.number().int().min(0) }) },
  responses: {
    200: { description: 'events and payloads', content: { 'application/octet-stream': { schema: z.any() } } },
    ...errors,
  },
});

const deciding = {
  ...errors,
  403: json(ErrorBody, 'nobody is signed in, or they may not'),
  409: json(ErrorBody, 'somebody was first'),
  410: json(ErrorBody, 'not held any more'),
  503: json(ErrorBody, 'the gateway does not answer'),
} as const;

/** What the gateway holds for approval. */
export const approvals = createRoute({
  method: 'get',
  path: '/api/approvals',
  responses: { 200: json(Inbox, 'pending requests, then the last decided'), ...deciding },
});

export const approval = createRoute({
  method: 'get',
  path: '/api/approvals/{id}',
  request: { params: z.object({ id: RequestId }) },
  responses: { 200: json(ApprovalDetail, 'all that is known of a request'), ...deciding },
});

/** The gateway verifies the signed-in person's own token, and decides whether they may. */
export const decide = createRoute({
  method: 'post',
  path: '/api/approvals/{id}',
  request: {
    params: z.object({ id: RequestId }),
    ...jsonBody(Decision, 'the verdict and why'),
  },
  responses: { 200: json(ApprovalRow, 'how it stands then: a quorum may want more'), ...deciding },
});

/** Browsers let no other site set it. */
export const CSRF_HEADER = 'x-auditorium-csrf';

/** Who asks, and what they may. */
export const Me = z
  .object({
    person: Person.nullable().describe('who is signed in; null: nobody'),
    may: z.array(z.enum(PERMISSION_NAMES)).describe('what the caller may do here'),
    roles: z.array(z.enum(ROLES)).describe('of a team server: why'),
    csrf: z
      .string()
      .nullable()
      .describe('of a team server: to be sent in x-auditorium-csrf with every request but GET'),
    stores: z
      .array(z.object({ name: z.string(), chosen: z.boolean() }))
      .describe('of a team server: the stores that the caller sees, and which one is answered for'),
  })
  .openapi('Me');
export type Me = z.infer<typeof Me>;

export const person = createRoute({
  method: 'get',
  path: '/api/person',
  responses: { 200: json(Me, 'who is signed in, and may what'), ...deciding },
});

/** Begins a person's sign-in; who it was comes with the news. */
export const beginSignIn = createRoute({
  method: 'post',
  path: '/api/person/sign-in',
  responses: {
    200: json(
      z.object({ url: z.string(), opened: z.boolean().describe('the host has shown it in a browser') }),
      'where the person signs in',
    ),
    ...deciding,
  },
});

export const signOut = createRoute({
  method: 'delete',
  path: '/api/person',
  responses: {
    200: json(
      z.object({
        person: Person.nullable(),
        issuer: z.string().nullable().describe('where the person ends their session at the issuer too'),
      }),
      'nobody is',
    ),
    ...deciding,
  },
});

/** The caller looks at another of the stores that they see; every window of theirs does. */
export const chooseStore = createRoute({
  method: 'post',
  path: '/api/person/store',
  request: jsonBody(z.object({ store: z.string().max(100) }), 'its name'),
  responses: { 200: json(z.object({}), 'from here on'), ...deciding },
});

/** Takes evidence out of the archive: what `auditorium export` writes, as a stream. */
export const takeOut = createRoute({
  method: 'post',
  path: '/api/exports',
  request: jsonBody(ExportRequest, 'what, and in which format'),
  responses: {
    200: { description: 'the export', content: { 'application/octet-stream': { schema: z.any() } } },
    ...errors,
  },
});

/** Asks the person for another archive and shows it in place of this one, where the host is a desktop app. */
export const chooseArchive = createRoute({
  method: 'post',
  path: '/api/desktop/choose-archive',
  responses: {
    200: json(z.object({ chosen: z.boolean() }), 'whether they chose one'),
    ...errors,
    501: json(ErrorBody, 'this host cannot'),
  },
});

/** What the person keeps between windows. */
export const preferences = createRoute({
  method: 'get',
  path: '/api/preferences',
  responses: { 200: json(KeptPreferences, 'as they were last kept'), ...errors },
});

/** Keeps or forgets one thing of them. */
export const keepPreferences = createRoute({
  method: 'post',
  path: '/api/preferences',
  request: jsonBody(z.object({ change: PreferencesChange }), 'what changes'),
  responses: { 200: json(KeptPreferences, 'all of them, as they are kept'), ...errors },
});

/** Whether the open archive is what was recorded. */
export const integrity = createRoute({
  method: 'get',
  path: '/api/integrity',
  responses: { 200: json(Integrity, 'as last verified'), ...errors },
});

/** Verifies it, or begins to; how that goes comes with the news. */
export const verifyArchive = createRoute({
  method: 'post',
  path: '/api/integrity',
  responses: { 200: json(Integrity, 'as it begins'), ...errors },
});

/** Ends a live session through the gateway, which records who and why. */
export const endSession = createRoute({
  method: 'post',
  path: '/api/sessions/{id}/end',
  request: {
    params: z.object({ id: SessionId }),
    ...jsonBody(z.object({ reason: z.string().min(1).max(1000) }), 'why'),
  },
  responses: { 200: json(z.object({}), 'it was told to end'), ...deciding },
});

/** Legal holds of the gateway, lifted ones too, oldest first. */
export const holds = createRoute({
  method: 'get',
  path: '/api/holds',
  responses: { 200: json(z.object({ holds: z.array(LegalHold) }), 'all that ever were'), ...deciding },
});

const why = z.string().min(1).max(1000).describe('stays in the record');

/** Places a legal hold through the gateway, which records who and why. */
export const placeHold = createRoute({
  method: 'post',
  path: '/api/holds',
  request: jsonBody(
    z.object({ filter: z.string().max(8000).describe('empty: everything'), reason: why }),
    'what is held',
  ),
  responses: { 200: json(LegalHold, 'it holds'), ...deciding },
});

/** Lifts one. */
export const liftHold = createRoute({
  method: 'post',
  path: '/api/holds/{id}/lift',
  request: {
    params: z.object({ id: z.string().regex(/^[0-9a-f]{1,32}$/) }),
    ...jsonBody(z.object({ reason: why }), 'why'),
  },
  responses: { 200: json(LegalHold, 'it holds no longer'), ...deciding },
});

/** What a redaction takes out, or, without `apply`, would take out. */
export const RedactionTold = z.object({
  payloads: z.number().int(),
  kinds: z.record(z.string(), z.number().int()),
  sessions: z.number().int(),
  gone: z.number().int(),
  elsewhere: z.array(z.string()),
  remote: z
    .object({ destroyed: z.number().int(), left: z.number().int(), keys: z.boolean() })
    .describe(
      'sessions whose values in a remote store go too, and of which they stay; whether they could go, by keys that are destroyed',
    ),
});

/** Takes a value out of the record for good, through the gateway; proofs stay (docs/redaction.md). */
export const redact = createRoute({
  method: 'post',
  path: '/api/redactions',
  request: {
    ...jsonBody(
      z.object({
        session: SessionId,
        sequence: z.number().int().min(0).nullable().describe('one event of it; null: all'),
        field: z.string().max(100).nullable(),
        value: z.string().max(8000).nullable().describe('only where this stands'),
        keepRest: z.boolean().default(false),
        remote: z
          .enum(['destroy', 'keep'])
          .optional()
          .describe('all values of the session in a remote store; default: destroy with all of a session'),
        reason: z.string().min(1).max(1000),
        apply: z.boolean(),
      }),
      'what, and why',
    ),
  },
  responses: { 200: json(RedactionTold, 'what went, or would go'), ...deciding },
});

/** The gateways that dial this host, and how each is. */
export const fleet = createRoute({
  method: 'get',
  path: '/api/fleet',
  responses: { 200: json(FleetView, 'the gateways'), ...errors },
});

/** What lives on them now; the archive has it later. */
export const fleetSessions = createRoute({
  method: 'get',
  path: '/api/fleet/sessions',
  request: { query: z.object({ gateway: z.string().max(63).optional().describe('of one alone') }) },
  responses: { 200: json(FleetSessions, 'sessions, the newest first'), ...errors },
});

/** News as one server-sent event stream per window: `archive` with {@link News} whenever events became visible,
 * `approvals` with InboxNews whenever the inbox changed, `integrity` with Integrity, `case` with {@link CaseNews}, `export`
 * with {@link ExportNews}, `gateway` with {@link GatewayNews}, `desktop` with {@link DesktopNews}, `gatewayStatus` with GatewayStatus
 * while somebody looks at it, `trial` with {@link TrialNews}, `fleet` with Fleet. */
export const live = createRoute({
  method: 'get',
  path: '/api/live',
  responses: {
    200: { description: 'server-sent events', content: { 'text/event-stream': { schema: z.string() } } },
    ...errors,
  },
});

/** What became visible: the archive's new totals and the sessions that grew. */
export const News = z.object({ archive: ArchiveInfo, sessions: z.array(SessionId) });
export type News = z.infer<typeof News>;

/** The case changed: how many entries it has now. */
export const CaseNews = z.object({ entries: z.number().int() });
export type CaseNews = z.infer<typeof CaseNews>;

/** How far an export, or taking in a case, is that carried this `job`; `total` is null where it is not known. */
export const ExportNews = z.object({
  job: z.string(),
  done: z.number().int().describe('statements written, or entries taken'),
  total: z.number().int().nullable(),
});
export type ExportNews = z.infer<typeof ExportNews>;

/** How far a policy’s trial on recorded statements is that carried this `job`. */
export const TrialNews = z.object({ job: z.string(), texts: z.number().int(), differing: z.number().int() });
export type TrialNews = z.infer<typeof TrialNews>;

/** How far the archive is behind the gateway that the host knows; told only where it knows one. */
export const GatewayNews = z.object({
  answers: z.boolean(),
  unshipped: z.number().describe('bytes recorded that the archive does not have'),
  lag: z.number().describe('how long the oldest of them has been waiting, seconds'),
});
export type GatewayNews = z.infer<typeof GatewayNews>;

/** The desktop app's menu, or a link, leads somewhere within the window. */
export const DesktopNews = z.object({ address: z.string().startsWith('/') });
export type DesktopNews = z.infer<typeof DesktopNews>;

/** The permission each route needs. */
export const PERMISSIONS = {
  signIn: 'public',
  host: 'public',
  archive: 'archive:read',
  sessions: 'archive:read',
  statements: 'archive:read',
  facets: 'archive:read',
  session: 'archive:read',
  steps: 'archive:read',
  outline: 'archive:read',
  keyframe: 'archive:read',
  segments: 'archive:read',
  segment: 'archive:read',
  live: 'archive:read',
  takeOut: 'archive:export',
  approvals: 'approvals:read',
  approval: 'approvals:read',
  decide: 'approvals:decide',
  person: 'person:own',
  beginSignIn: 'person:own',
  signOut: 'person:own',
  chooseStore: 'person:own',
  chooseArchive: 'archive:read',
  preferences: 'person:own',
  keepPreferences: 'person:own',
  integrity: 'archive:read',
  verifyArchive: 'archive:verify',
  endSession: 'gateway:operate',
  redact: 'gateway:redact',
  holds: 'archive:read',
  placeHold: 'gateway:hold',
  liftHold: 'gateway:hold',
  fleet: 'archive:read',
  fleetSessions: 'archive:read',
  caseInfo: 'case:read',
  annotations: 'case:read',
  annotate: 'case:write',
  changeAnnotation: 'case:write',
  findings: 'case:read',
  finding: 'case:read',
  makeFinding: 'case:write',
  changeFinding: 'case:write',
  addEvidence: 'case:write',
  changeEvidence: 'case:write',
  reviews: 'case:read',
  review: 'case:write',
  caseLog: 'case:log',
  noteAct: 'archive:read',
  exportCase: 'case:export',
  mergeCase: 'case:write',
  startPoints: 'archive:read',
  openArchive: 'gateway:operate',
  startDemo: 'gateway:operate',
  takeConfiguration: 'gateway:operate',
  writeConfiguration: 'gateway:operate',
  gatewayStatus: 'gateway:read',
  runGateway: 'gateway:operate',
  reloadGateway: 'gateway:operate',
  gatewayLog: 'gateway:read',
  gatewaySettings: 'gateway:read',
  putConnection: 'gateway:operate',
  dropSetting: 'gateway:operate',
  testConnection: 'gateway:operate',
  putIssuer: 'gateway:operate',
  testIssuer: 'gateway:operate',
  judgeToken: 'gateway:read',
  policySource: 'gateway:read',
  checkPolicy: 'gateway:read',
  explainPolicy: 'gateway:read',
  whatIf: 'gateway:read',
  savePolicy: 'gateway:operate',
  storeStatus: 'archive:read',
  fetchStore: 'archive:read',
  stopFetching: 'archive:read',
} as const satisfies Record<string, Permission>;
