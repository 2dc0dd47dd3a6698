/** The host's API as one fetch handler; every host (hosts/) serves this one. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import { API_ERRORS, ApiError } from '../shared/api/error.ts';
import { isRouteName, permissionOf, type RouteName, ROUTES } from '../shared/api/route-table.ts';
import { type Permission, rolesWith } from '../shared/api/permission.ts';
import { serveApprovals } from './api/approvals.ts';
import { serveArchive, type HostFacts } from './api/archive.ts';
import { noteActs } from './api/acts.ts';
import { limitBodies } from './api/body-limit.ts';
import { serveDesktop, type DesktopParts } from './api/desktop.ts';
import { serveCasework, tellOfCase } from './api/casework.ts';
import type { ApprovalDesk } from './approval-desk.ts';
import type { Casework } from './casework/casework.ts';
import { bodyOf, toApiError } from './api/failure.ts';
import { NewsFeed } from './news-feed.ts';
import { serveGateway } from './api/gateway.ts';
import { serveStart } from './api/start.ts';
import { serveExports } from './api/exports.ts';
import { serveFleet, tellOfFleet } from './api/fleet.ts';
import { noticeUse, serveIntegrity } from './api/integrity.ts';
import { serveOperating } from './api/operating.ts';
import type { FollowedSessions } from './fleet/followed-sessions.ts';
import { GatewayLag } from './gateway-lag.ts';
import { GatewayOperator } from './gateway-operator.ts';
import type { GatewayHouse } from './gateway-config/gateway-house.ts';
import type { StartDesk } from './start-desk.ts';
import type { IntegrityDesk } from './integrity/integrity-of.ts';
import { serveLive } from './api/live.ts';
import { type Membership, servePerson, serveStores } from './api/person.ts';
import { servePreferences } from './api/preferences.ts';
import { serveSessions } from './api/sessions.ts';
import { serveSignIn, type Exchange } from './api/sign-in.ts';
import { serveStatements } from './api/statements.ts';
import { serveStore } from './api/store.ts';
import { preferencesInMemory, type PreferencesStore } from './preferences-file.ts';
import { expectRight, type Rights } from './rights/rights.ts';
import type { SeenFleet } from './rights/seen-fleet.ts';
import { openReplayParts, type ReplayParts } from './replay/replay-parts.ts';

export interface AppOptions extends HostFacts {
  readonly reader: ArchiveReader;
  /** What the caller may do; null when it is nobody known. */
  readonly authorise: (request: Request) => ReadonlySet<Permission> | null;
  /** How a one-time token becomes a bearer, where this host signs in that way. */
  readonly exchange?: Exchange;
  /** The gateway's held statements, where this host knows of a gateway or of people who sign in. */
  readonly desk?: ApprovalDesk;
  /** The gateways that dial this host; absent: none may. */
  readonly fleet?: SeenFleet;
  /** What runs on them, as the person may read it; absent: it is read from the archive. */
  readonly followed?: FollowedSessions;
  /** The case that is open beside the archive; absent: none. */
  readonly casework?: Casework;
  /** What the person keeps between windows; absent: it is gone with this host. */
  readonly preferences?: PreferencesStore;
  /** What windows are told beside the archive and the inbox; absent: of exports alone. */
  readonly news?: NewsFeed;
  /** Whether the archive is what was recorded; absent: nobody looks. */
  readonly integrity?: IntegrityDesk;
  /** The gateway as it is run from the window; absent: this host has nothing to do with one. */
  readonly house?: GatewayHouse;
  /** What else this host can open and begin; absent: nothing. */
  readonly start?: StartDesk;
  /** The user's folder for what can be made anew, such as what replays need; absent: it is made each time. */
  readonly cache?: string;
  /** Of whom a team server serves; absent: of no team. */
  readonly membership?: () => Membership;
  /** What of the archive, the case and the inbox the caller sees; null or absent: all of it. What is given is limited to it. */
  readonly rights?: Rights | null;
  /** Throws {@link ApiError} where a route that the caller may ask is asked too often; absent: nobody counts. */
  readonly admit?: (route: RouteName) => void;
  /** What is made of recordings, where several share it; absent: this host's own. */
  readonly parts?: ReplayParts;
  /** What only a desktop has; absent: its routes say that it is not here. */
  readonly desktop?: DesktopParts;
  /** Ends the live streams. */
  readonly closing: AbortSignal;
  /** Told of every failure that nobody foresaw. */
  readonly report: (error: unknown) => void;
}

/** Answers every path under /api; never rejects. */
export function createApp(options: AppOptions): (request: Request) => Promise<Response> {
  const { reader, authorise, exchange, closing, report } = options;
  const { desk = null, casework = null, news = new NewsFeed() } = options;
  const app = new OpenAPIHono({ defaultHook: refuseInvalid });
  app.onError((thrown, c) => answerError(thrown, c, report));
  app.notFound((c) => answerError(new ApiError('NOT_FOUND', `there is no ${c.req.path}`), c, report));
  app.use(limitBodies(), neverStored);
  noticeUse(app, options.integrity ?? null);
  guard(app, options);
  if (casework !== null) noteActs(app, casework, Date.now);
  serveArchive(app, reader, options);
  const parts = options.parts ?? openReplayParts(options);
  const { followed = null } = options;
  serveSessions(app, reader, parts, followed);
  serveStatements(app, followed ?? reader);
  serveStore(app, reader);
  serveExports(app, reader, { version: options.version, news, casework });
  const { fleet = null, rights = null } = options;
  const operator = desk === null ? null : new GatewayOperator(desk, reader, fleet);
  // How far a fleet is ahead stands at each of its gateways; how far a gateway is, tells how much others do.
  const isFollowed = operator !== null && desk?.named === true && fleet === null && rights === null;
  const lag = isFollowed ? new GatewayLag(operator, news) : null;
  serveFleet(app, fleet);
  if (fleet !== null && rights === null) tellOfFleet(fleet, news, closing);
  serveLive(app, { reader, desk, news, lag, followed }, closing);
  serveIntegrity(app, options.integrity ?? null);
  serveOperating(app, operator, parts.kept, rights);
  serveGateway(app, options.house ?? null, news);
  serveStart(app, options.start ?? null, reader);
  serveApprovals(app, desk);
  serveStores(app, options.membership ?? null);
  servePerson(app, { authorise, desk, membership: options.membership ?? null });
  serveCasework(app, casework, news);
  if (casework !== null) tellOfCase(casework, news, options);
  serveDesktop(app, options.desktop ?? null);
  servePreferences(app, options.preferences ?? preferencesInMemory());
  serveSignIn(app, exchange ?? null);
  serveDocument(app, options.version);
  return async (request) => app.fetch(request);
}

/** The one place where permissions are asked for: before any handler of any declared route. */
function guard(app: OpenAPIHono, { authorise, admit, kind, rights = null }: AppOptions): void {
  for (const name of Object.keys(ROUTES).filter(isRouteName)) {
    const route = ROUTES[name];
    app.on(route.method, route.getRoutingPath(), async (c, next) => {
      requirePermission(permissionOf(name), authorise(c.req.raw), kind === 'server');
      expectRight(name, rights);
      admit?.(name);
      await next();
    });
  }
}

function requirePermission(needed: Permission, held: ReadonlySet<Permission> | null, ofTeam: boolean): void {
  if (needed === 'public') return;
  if (!held) throw new ApiError('NOT_SIGNED_IN', 'this needs a sign-in');
  if (held.has(needed)) return;
  const roles = ofTeam ? `, which the role ${rolesWith(needed).join(' or ')} has` : '';
  throw new ApiError('FORBIDDEN', `this needs the permission ${needed}${roles}`);
}

/** Answers hold evidence: no cache may keep them. */
const neverStored: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set('cache-control', 'no-store');
};

interface Checked {
  readonly success: boolean;
  readonly error?: {
    readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
  };
}

function refuseInvalid(checked: Checked): void {
  const issue = checked.error?.issues[0];
  if (!checked.success)
    throw new ApiError(
      'BAD_REQUEST',
      issue ? `${issue.path.join('.')}: ${issue.message}` : 'invalid request',
    );
}

function answerError(thrown: unknown, c: Context, report: AppOptions['report']): Response {
  const error = toApiError(thrown);
  // Nothing went wrong where who asked left before the answer came.
  const hasLeft = c.req.raw.signal.aborted && thrown instanceof Error && thrown.name === 'AbortError';
  if (error.code === 'INTERNAL' && !hasLeft) report(error.cause ?? error);
  return c.json(bodyOf(error), API_ERRORS[error.code]);
}

function serveDocument(app: OpenAPIHono, version: string): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Auditorium', version },
    security: [{ bearer: [] }],
  });
}
