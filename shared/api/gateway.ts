/**
 * Routes of the gateway as it is run from the window: how it is, its connections and issuers, its policy. What they change is the
 * YAML on disk; `revision` says which text of it a change was made to. Declared here, listed in routes.ts.
 */
import { ErrorBody } from './error.ts';
import { json, jsonBody } from './json.ts';
import { createRoute, z } from './zod.ts';
import { ConnectionForm, IssuerForm, Settings } from './gateway-settings.ts';
import { PolicyChecked, PolicyExplained, PolicySource, SubjectForm, WhatIf } from './gateway-policy.ts';
import { GatewayStatus } from './gateway-status.ts';

const errors = {
  400: json(ErrorBody, 'the request is wrong'),
  401: json(ErrorBody, 'not signed in'),
  403: json(ErrorBody, 'they may not'),
  404: json(ErrorBody, 'no such thing'),
  409: json(ErrorBody, 'the file changed meanwhile, or is there already'),
  422: json(ErrorBody, 'the configuration cannot be used'),
  501: json(ErrorBody, 'this host knows no configuration'),
  503: json(ErrorBody, 'the gateway does not answer'),
} as const;

const Revision = z.string().max(64).describe('of the text that the change was made to');
const PolicyText = z.string().max(1 << 20);

/** One thing that was tried, in words. */
const Tried = z.object({ step: z.string(), ok: z.boolean(), words: z.string() });
export type Tried = z.infer<typeof Tried>;

/** What a running gateway took over, and what it keeps until it is started anew; null: none runs. */
export const TakenOver = z
  .object({ applied: z.array(z.string()), kept: z.array(z.string()), refused: z.string().nullable() })
  .nullable();
export type TakenOver = z.infer<typeof TakenOver>;

/** Where one can begin. */
export const Start = z.object({
  archive: z.string().nullable().describe('the one that is open'),
  recent: z.array(z.object({ path: z.string(), opened: z.number().describe('ms since 1970') })),
  configuration: z.string().nullable().describe('of the gateway that this host knows'),
  opens: z.boolean().describe('whether this host opens another archive when it is asked to'),
  demo: z.enum(['unavailable', 'idle', 'starting', 'running']),
  demoProblem: z.string().nullable(),
  suggested: z.string().describe('where a first configuration might be written'),
});
export type Start = z.infer<typeof Start>;

export const startPoints = createRoute({
  method: 'get',
  path: '/api/start',
  responses: { 200: json(Start, 'where one can begin'), ...errors },
});

/** Shows another archive in place of the one that is open; windows load anew. */
export const openArchive = createRoute({
  method: 'post',
  path: '/api/start/archive',
  request: jsonBody(
    z.object({ path: z.string().min(1).max(4096) }),
    'a folder, a file, or s3://bucket/prefix',
  ),
  responses: { 200: json(z.object({ archive: z.string() }), 'it is shown'), ...errors },
});

/** Starts the demo beside this host; once it has recorded its story its archive is shown. */
export const startDemo = createRoute({
  method: 'post',
  path: '/api/start/demo',
  responses: { 200: json(Start, 'it is being started'), ...errors },
});

/** Takes a configuration that is there for the gateway’s. */
export const takeConfiguration = createRoute({
  method: 'post',
  path: '/api/start/configuration',
  request: jsonBody(z.object({ path: z.string().min(1).max(4096) }), 'an auditorium.yaml'),
  responses: { 200: json(z.object({ file: z.string() }), 'it is known now'), ...errors },
});

/** Writes a first configuration where none is, and takes it for the gateway’s. */
export const writeConfiguration = createRoute({
  method: 'post',
  path: '/api/start/configuration/new',
  request: jsonBody(
    z.object({
      path: z.string().min(1).max(4096),
      archive: z.string().min(1).max(4096),
      listen: z.string().min(1).max(200),
      connection: ConnectionForm,
      issuer: IssuerForm,
    }),
    'what it says',
  ),
  responses: { 200: json(z.object({ file: z.string() }), 'it was written'), ...errors },
});

export const gatewayStatus = createRoute({
  method: 'get',
  path: '/api/gateway',
  responses: { 200: json(GatewayStatus, 'how it is; for a while its changes come with the news'), ...errors },
});

/** Starts a gateway beside this host, or ends the one that was. */
export const runGateway = createRoute({
  method: 'post',
  path: '/api/gateway/run',
  request: jsonBody(z.object({ run: z.boolean() }), 'whether it is to run'),
  responses: { 200: json(GatewayStatus, 'as it is then'), ...errors },
});

/** Has the running gateway read its configuration again. */
export const reloadGateway = createRoute({
  method: 'post',
  path: '/api/gateway/reload',
  responses: { 200: json(TakenOver, 'what it took over'), ...errors },
});

export const gatewayLog = createRoute({
  method: 'get',
  path: '/api/gateway/log',
  responses: {
    200: json(z.object({ lines: z.array(z.string()), known: z.boolean() }), 'what it logged last'),
    ...errors,
  },
});

export const gatewaySettings = createRoute({
  method: 'get',
  path: '/api/gateway/settings',
  responses: { 200: json(Settings, 'as the file has them'), ...errors },
});

const Changed = z.object({
  settings: Settings,
  taken: TakenOver,
  narrowed: z
    .boolean()
    .describe('others could read the file, and cannot now: a secret stands in it in clear'),
});

/** Adds a connection, or changes the one that has this name. */
export const putConnection = createRoute({
  method: 'post',
  path: '/api/gateway/connections',
  request: jsonBody(
    z.object({ revision: Revision, name: z.string().max(63).nullable(), connection: ConnectionForm }),
    'the connection; `name` is the one it had',
  ),
  responses: { 200: json(Changed, 'as the file has it then'), ...errors },
});

/** Takes a connection or an issuer out of the file. */
export const dropSetting = createRoute({
  method: 'post',
  path: '/api/gateway/drop',
  request: jsonBody(
    z.object({ revision: Revision, what: z.enum(['connection', 'issuer']), name: z.string().max(63) }),
    'which',
  ),
  responses: { 200: json(Changed, 'as the file has it then'), ...errors },
});

/** Logs in to a database as the gateway would. */
export const testConnection = createRoute({
  method: 'post',
  path: '/api/gateway/connections/test',
  request: jsonBody(
    z.object({ name: z.string().max(63).nullable(), connection: ConnectionForm }),
    'the connection; where its password is kept, that of the one with this name',
  ),
  responses: { 200: json(z.object({ tried: z.array(Tried) }), 'how far it came'), ...errors },
});

/** Adds an issuer, or changes the one that has this name. */
export const putIssuer = createRoute({
  method: 'post',
  path: '/api/gateway/issuers',
  request: jsonBody(
    z.object({ revision: Revision, name: z.string().max(63).nullable(), issuer: IssuerForm }),
    'the issuer; `name` is the one it had',
  ),
  responses: { 200: json(Changed, 'as the file has it then'), ...errors },
});

/** Fetches what an issuer says of itself. */
export const testIssuer = createRoute({
  method: 'post',
  path: '/api/gateway/issuers/test',
  request: jsonBody(z.object({ issuer: IssuerForm }), 'the issuer'),
  responses: { 200: json(z.object({ tried: z.array(Tried) }), 'what it said'), ...errors },
});

/** Judges a token as the gateway would; it is kept nowhere. */
export const judgeToken = createRoute({
  method: 'post',
  path: '/api/gateway/tokens/judge',
  request: jsonBody(z.object({ token: z.string().min(1).max(100_000) }), 'one, or two joined by a comma'),
  responses: {
    200: json(
      z.object({
        accepted: z.boolean(),
        words: z.string(),
        facts: z.array(z.object({ name: z.string(), value: z.string() })),
        connections: z.array(z.object({ name: z.string(), may: z.boolean(), words: z.string() })),
        notes: z.array(z.string()),
      }),
      'how it would be judged',
    ),
    ...errors,
  },
});

export const policySource = createRoute({
  method: 'get',
  path: '/api/gateway/policy',
  responses: { 200: json(PolicySource, 'as it is on disk'), ...errors },
});

/** What `auditorium policy check` says of a text. */
export const checkPolicy = createRoute({
  method: 'post',
  path: '/api/gateway/policy/check',
  request: jsonBody(z.object({ text: PolicyText }), 'the policy'),
  responses: { 200: json(PolicyChecked, 'what is wrong with it'), ...errors },
});

/** What `auditorium policy explain` says. */
export const explainPolicy = createRoute({
  method: 'post',
  path: '/api/gateway/policy/explain',
  request: jsonBody(
    z.object({ text: PolicyText, sql: z.string().max(100_000), subject: SubjectForm }),
    'the policy, and what is asked of it',
  ),
  responses: { 200: json(PolicyExplained, 'what it decides'), ...errors },
});

/** What `auditorium policy what-if` says of the open archive. */
export const whatIf = createRoute({
  method: 'post',
  path: '/api/gateway/policy/what-if',
  request: jsonBody(
    z.object({
      text: PolicyText,
      filter: z.string().max(4000).default(''),
      job: z.string().max(64).describe('what its progress is told as'),
    }),
    'the policy, and statements of the archive',
  ),
  responses: { 200: json(WhatIf, 'what it would have decided otherwise'), ...errors },
});

/** Writes the policy, keeps what it was, and has the running gateway take it over. */
export const savePolicy = createRoute({
  method: 'post',
  path: '/api/gateway/policy',
  request: jsonBody(z.object({ text: PolicyText, revision: Revision }), 'the policy'),
  responses: {
    200: json(
      z.object({ policy: PolicySource, kept: z.string().nullable(), taken: TakenOver }),
      'it is written',
    ),
    ...errors,
  },
});
