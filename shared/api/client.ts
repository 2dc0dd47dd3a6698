/**
 * The typed client of the host's API, derived from the declared routes: one method a route, its input the route's path,
 * query and body fields in one object. A failure is an {@link ApiError}; an abort is the signal's own reason.
 */
import { API_ERRORS, ApiError, readApiError } from './error.ts';
import type { Fetch, FetchResponse } from './fetch.ts';
import { readLive, type LiveEvent } from './live.ts';
import { ROUTES, type RouteName, type Routes } from './route-table.ts';
import { CSRF_HEADER } from './routes.ts';
import type { z } from './zod.ts';

export interface ClientOptions {
  readonly fetch: Fetch;
  /** What paths are appended to, without a slash at its end: '' in a page of the host itself. */
  readonly base: string;
  /** The bearer at the time of the call; null or absent: none is sent. */
  readonly bearer?: () => string | null;
  /** What a team server wants with all that changes something, at the time of the call; null or absent: none is sent. */
  readonly csrf?: () => string | null;
  /** Resolves after `ms` milliseconds: the pause before the live stream is tried again. */
  readonly wait: (ms: number) => Promise<void>;
}

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** What a call of the route takes: the fields of its path, query and body. */
type InputOf<N extends RouteName> = Merge<ParamsOf<Routes[N]> & QueryOf<Routes[N]> & BodyOf<Routes[N]>>;

/** What a call of the route gives: the checked JSON, or bytes. */
type AnswerOf<N extends RouteName> = Routes[N]['responses'][200]['content'] extends infer C
  ? C extends { 'application/json': { schema: infer S extends z.ZodType } }
    ? z.output<S>
    : Uint8Array
  : never;

/** `api.session({ id })`, `api.sessions({ filter, limit }, { signal })`, `api.host()`. */
export type Client = { readonly [N in Exclude<RouteName, 'live'>]: Method<N> } & {
  /**
   * News as they come, until the signal aborts or the caller stops. A lost stream is told as `lost` and tried again, from
   * where it broke; only being refused (NOT_SIGNED_IN, FORBIDDEN) throws.
   */
  live(options?: CallOptions): AsyncGenerator<LiveEvent, void, undefined>;
  /** What `takeOut` gives, its bytes as they come: they need not be in memory together. */
  takeOutPieces(
    input: InputOf<'takeOut'>,
    options?: CallOptions,
  ): AsyncGenerator<Uint8Array, void, undefined>;
};

type Method<N extends RouteName> = (
  ...given: Partial<InputOf<N>> extends InputOf<N>
    ? [input?: InputOf<N>, options?: CallOptions]
    : [input: InputOf<N>, options?: CallOptions]
) => Promise<AnswerOf<N>>;

type Merge<T> = { [K in keyof T]: T[K] };
/** A schema's input, but for coerced fields, which accept anything, their output. */
type Given<S extends z.ZodType> = {
  [K in keyof z.input<S>]: unknown extends z.input<S>[K] ? z.output<S>[K & keyof z.output<S>] : z.input<S>[K];
};
type ParamsOf<R> = R extends { request: { params: infer S extends z.ZodType } } ? Given<S> : unknown;
type QueryOf<R> = R extends { request: { query: infer S extends z.ZodType } } ? Given<S> : unknown;
type BodyOf<R> = R extends {
  request: { body: { content: { 'application/json': { schema: infer S extends z.ZodType } } } };
}
  ? Given<S>
  : unknown;

/** Paths and queries take strings and numbers, as the routes declare them; bodies take any JSON. */
type Input = Readonly<Record<string, unknown>>;
interface Target {
  readonly method: string;
  readonly path: string;
}
interface JsonRoute<S extends z.ZodType> extends Target {
  readonly responses: {
    readonly 200: { readonly content: { readonly 'application/json': { readonly schema: S } } };
  };
}

export function createClient(options: ClientOptions): Client {
  const json = jsonCaller(options);
  return {
    signIn: (input, call) => json(ROUTES.signIn, input, call),
    host: (input, call) => json(ROUTES.host, input, call),
    archive: (input, call) => json(ROUTES.archive, input, call),
    sessions: (input, call) => json(ROUTES.sessions, input, call),
    statements: (input, call) => json(ROUTES.statements, input, call),
    facets: (input, call) => json(ROUTES.facets, input, call),
    session: (input, call) => json(ROUTES.session, input, call),
    steps: (input, call) => json(ROUTES.steps, input, call),
    outline: async (input, call) =>
      new Uint8Array(await (await exchange(options, ROUTES.outline, input, call)).arrayBuffer()),
    keyframe: (input, call) => json(ROUTES.keyframe, input, call),
    segments: (input, call) => json(ROUTES.segments, input, call),
    segment: async (input, call) =>
      new Uint8Array(await (await exchange(options, ROUTES.segment, input, call)).arrayBuffer()),
    takeOut: async (input, call) =>
      new Uint8Array(await (await exchange(options, ROUTES.takeOut, input, call)).arrayBuffer()),
    takeOutPieces: (input, call) => piecesOf(exchange(options, ROUTES.takeOut, input, call)),
    approvals: (input, call) => json(ROUTES.approvals, input, call),
    approval: (input, call) => json(ROUTES.approval, input, call),
    decide: (input, call) => json(ROUTES.decide, input, call),
    person: (input, call) => json(ROUTES.person, input, call),
    beginSignIn: (input, call) => json(ROUTES.beginSignIn, input, call),
    signOut: (input, call) => json(ROUTES.signOut, input, call),
    chooseStore: (input, call) => json(ROUTES.chooseStore, input, call),
    chooseArchive: (input, call) => json(ROUTES.chooseArchive, input, call),
    preferences: (input, call) => json(ROUTES.preferences, input, call),
    keepPreferences: (input, call) => json(ROUTES.keepPreferences, input, call),
    integrity: (input, call) => json(ROUTES.integrity, input, call),
    verifyArchive: (input, call) => json(ROUTES.verifyArchive, input, call),
    endSession: (input, call) => json(ROUTES.endSession, input, call),
    fleet: (input, call) => json(ROUTES.fleet, input, call),
    fleetSessions: (input, call) => json(ROUTES.fleetSessions, input, call),
    redact: (input, call) => json(ROUTES.redact, input, call),
    holds: (input, call) => json(ROUTES.holds, input, call),
    placeHold: (input, call) => json(ROUTES.placeHold, input, call),
    liftHold: (input, call) => json(ROUTES.liftHold, input, call),
    caseInfo: (input, call) => json(ROUTES.caseInfo, input, call),
    annotations: (input, call) => json(ROUTES.annotations, input, call),
    annotate: (input, call) => json(ROUTES.annotate, input, call),
    changeAnnotation: (input, call) => json(ROUTES.changeAnnotation, input, call),
    findings: (input, call) => json(ROUTES.findings, input, call),
    finding: (input, call) => json(ROUTES.finding, input, call),
    makeFinding: (input, call) => json(ROUTES.makeFinding, input, call),
    changeFinding: (input, call) => json(ROUTES.changeFinding, input, call),
    addEvidence: (input, call) => json(ROUTES.addEvidence, input, call),
    changeEvidence: (input, call) => json(ROUTES.changeEvidence, input, call),
    reviews: (input, call) => json(ROUTES.reviews, input, call),
    review: (input, call) => json(ROUTES.review, input, call),
    caseLog: (input, call) => json(ROUTES.caseLog, input, call),
    noteAct: (input, call) => json(ROUTES.noteAct, input, call),
    exportCase: async (input, call) =>
      new Uint8Array(await (await exchange(options, ROUTES.exportCase, input ?? {}, call)).arrayBuffer()),
    mergeCase: (input, call) => json(ROUTES.mergeCase, input, call),
    startPoints: (input, call) => json(ROUTES.startPoints, input, call),
    openArchive: (input, call) => json(ROUTES.openArchive, input, call),
    startDemo: (input, call) => json(ROUTES.startDemo, input, call),
    takeConfiguration: (input, call) => json(ROUTES.takeConfiguration, input, call),
    writeConfiguration: (input, call) => json(ROUTES.writeConfiguration, input, call),
    gatewayStatus: (input, call) => json(ROUTES.gatewayStatus, input, call),
    runGateway: (input, call) => json(ROUTES.runGateway, input, call),
    reloadGateway: (input, call) => json(ROUTES.reloadGateway, input, call),
    gatewayLog: (input, call) => json(ROUTES.gatewayLog, input, call),
    gatewaySettings: (input, call) => json(ROUTES.gatewaySettings, input, call),
    putConnection: (input, call) => json(ROUTES.putConnection, input, call),
    dropSetting: (input, call) => json(ROUTES.dropSetting, input, call),
    testConnection: (input, call) => json(ROUTES.testConnection, input, call),
    putIssuer: (input, call) => json(ROUTES.putIssuer, input, call),
    testIssuer: (input, call) => json(ROUTES.testIssuer, input, call),
    judgeToken: (input, call) => json(ROUTES.judgeToken, input, call),
    policySource: (input, call) => json(ROUTES.policySource, input, call),
    checkPolicy: (input, call) => json(ROUTES.checkPolicy, input, call),
    explainPolicy: (input, call) => json(ROUTES.explainPolicy, input, call),
    whatIf: (input, call) => json(ROUTES.whatIf, input, call),
    savePolicy: (input, call) => json(ROUTES.savePolicy, input, call),
    storeStatus: (input, call) => json(ROUTES.storeStatus, input, call),
    fetchStore: (input, call) => json(ROUTES.fetchStore, input, call),
    stopFetching: (input, call) => json(ROUTES.stopFetching, input, call),
    live: (call) => {
      const open = (headers: Record<string, string>): Promise<FetchResponse> =>
        exchange(options, ROUTES.live, {}, call, headers);
      return readLive({ open, wait: options.wait, signal: call?.signal });
    },
  };
}

/** Calls a route that answers with JSON, and checks the answer against what the route declares. */
function jsonCaller(options: ClientOptions) {
  return async <S extends z.ZodType>(
    route: JsonRoute<S>,
    input: Input = {},
    call: CallOptions = {},
  ): Promise<z.output<S>> => {
    const response = await exchange(options, route, input, call);
    const checked = route.responses[200].content['application/json'].schema.safeParse(
      jsonOf(await response.text()),
    );
    if (checked.success) return checked.data;
    throw new ApiError('INTERNAL', `the answer to ${route.path} is not as declared`, {
      cause: checked.error,
    });
  };
}

/** Sends and gives the answer of a 2xx; throws what the host, or the lack of one, says otherwise. */
async function exchange(
  options: ClientOptions,
  route: Target,
  input: Input,
  { signal }: CallOptions = {},
  headers: Record<string, string> = {},
): Promise<FetchResponse> {
  const { fetch, base } = options;
  const { path, query, body } = placed(route, input);
  let response: FetchResponse;
  try {
    response = await fetch(base + path + query, {
      method: route.method.toUpperCase(),
      headers: { ...headers, ...body?.headers, ...authorization(options), ...ownWindow(options, route) },
      ...(body ? { body: body.text } : {}),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError('UNREACHABLE', 'Auditorium does not answer. Is it still running?', { cause });
  }
  if (response.ok) return response;
  throw errorOf(response.status, await response.text().catch(() => ''));
}

/** The bytes of an answer; whoever takes no more of them ends it. */
async function* piecesOf(answer: Promise<FetchResponse>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = (await answer).body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value !== undefined) yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function authorization({ bearer }: ClientOptions): Record<string, string> {
  const token = bearer?.() ?? null;
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

function ownWindow({ csrf }: ClientOptions, { method }: Target): Record<string, string> {
  const word = method === 'get' ? null : (csrf?.() ?? null);
  return word === null ? {} : { [CSRF_HEADER]: word };
}

/** Fields that the path names go there, the others into the body of a POST or the query of a GET. */
function placed({ method, path }: Target, input: Input) {
  const inPath = new Set(Array.from(path.matchAll(/\{(\w+)\}/g), ([, field]) => field));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, field: string) =>
    encodeURIComponent(String(input[field])),
  );
  const others = Object.entries(input).filter(([field, value]) => !inPath.has(field) && value !== undefined);
  if (method === 'post') {
    const text = JSON.stringify(Object.fromEntries(others));
    return { path: filled, query: '', body: { text, headers: { 'content-type': 'application/json' } } };
  }
  const query = others.map(([field, value]) => `${field}=${encodeURIComponent(String(value))}`).join('&');
  return { path: filled, query: query === '' ? '' : `?${query}`, body: undefined };
}

function errorOf(status: number, text: string): ApiError {
  const told = readApiError(text);
  if (told) return told;
  const code = status === API_ERRORS.NOT_FOUND ? 'NOT_FOUND' : 'INTERNAL';
  return new ApiError(code, `the host answered with HTTP status ${status}`);
}

/** The value of a JSON text; undefined where it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
