/** What a team server answers: the window, sign-in and out, and the API to whoever is signed in. Knows of no network. */
import { API_ERRORS, ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import { CSRF_HEADER } from '../../shared/api/routes.ts';
import { createApp } from '../app.ts';
import { asked } from '../api/gateway-failure.ts';
import { bodyOf, toApiError } from '../api/failure.ts';
import { secured } from '../hosts/headers.ts';
import { isApi, refusalOf, refuse, SAFE_METHODS } from '../hosts/origin.ts';
import { serveFile } from '../hosts/static-files.ts';
import { CommandError } from '../failure.ts';
import { type FleetHost, isFleet } from '../fleet/fleet-host.ts';
import type { Admission } from './admission.ts';
import type { Peer } from './client-address.ts';
import { cookieOf, dropCookie, keepCookie, SESSION_COOKIE, SIGN_IN_COOKIE } from './cookies.ts';
import type { PersonApps } from './person-app.ts';
import { keptAs } from './secret.ts';
import type { TeamSession } from './session.ts';
import type { Sessions } from './sessions.ts';
import { failedPage } from './sign-in-page.ts';
import { SIGN_IN_MS, type SignIns } from './sign-ins.ts';
import { CALLBACK_PATH, type TeamIssuer } from './team-issuer.ts';

/** A year: browsers that were here once come by HTTPS alone (RFC 6797). */
const TRANSPORT_SECURITY = 'max-age=31536000';

export interface TeamHostOptions {
  /** `https://audit.example`, the one name it answers to. */
  readonly origin: string;
  /** Whether every request has to come by a trusted proxy, over HTTPS. */
  readonly behindProxy: boolean;
  readonly issuer: Pick<TeamIssuer, 'begin' | 'finish' | 'revoke'>;
  readonly sessions: Sessions;
  readonly signIns: SignIns;
  readonly apps: Pick<PersonApps, 'of'>;
  readonly admission: Admission;
  /** Answers the gateways that dial it; null: none may. */
  readonly fleet: Pick<FleetHost, 'answer'> | null;
  readonly reader: Parameters<typeof createApp>[0]['reader'];
  readonly version: string;
  /** The folder of the built window. */
  readonly renderer: string;
  readonly closing: AbortSignal;
  readonly report: (error: unknown) => void;
}

export class TeamHost {
  readonly #options: TeamHostOptions;
  /** For those who are nobody known. */
  readonly #strangers: (request: Request) => Promise<Response>;

  constructor(options: TeamHostOptions) {
    this.#options = options;
    const { reader, version, closing, report } = options;
    this.#strangers = createApp({ reader, kind: 'server', version, authorise: () => null, closing, report });
  }

  /** Never rejects. */
  async answer(request: Request, peer: Peer): Promise<Response> {
    const response = await this.#answer(request, peer).catch((thrown: unknown) => this.#failed(thrown));
    response.headers.set('strict-transport-security', TRANSPORT_SECURITY);
    return secured(response);
  }

  async #answer(request: Request, peer: Peer): Promise<Response> {
    const { origin, behindProxy, renderer, fleet } = this.#options;
    if (behindProxy && !peer.proxied) throw refuse('it did not come by a proxy that this server trusts');
    if (behindProxy && request.headers.get('x-forwarded-proto') !== 'https')
      throw refuse('its proxy does not say that it came over HTTPS (X-Forwarded-Proto)');
    const { pathname } = new URL(request.url);
    // Gateways are no browsers: what is theirs is refused to whoever sends an Origin.
    if (isFleet(pathname)) {
      if (request.headers.get('host') !== new URL(origin).host) throw refuse('its Host is not this host');
      return (await fleet?.answer(request, pathname, peer.address)) ?? noFleet();
    }
    const refusal = refusalOf(request, [origin]);
    if (refusal !== null) throw refusal;
    if (pathname === CALLBACK_PATH) return this.#comeBack(request, peer);
    return isApi(request.url) ? this.#api(request, pathname, peer) : serveFile(renderer, request);
  }

  async #api(request: Request, pathname: string, peer: Peer): Promise<Response> {
    const { sessions, apps, admission } = this.#options;
    const secret = cookieOf(request, SESSION_COOKIE);
    const session = await sessions.use(secret);
    if (session === null) admission.stranger(peer.address);
    else if (!SAFE_METHODS.has(request.method)) expectOwnWindow(request, session);
    if (request.method === 'POST' && pathname === ROUTES.beginSignIn.path)
      return this.#beginSignIn(session, peer);
    const response = await (session === null ? this.#strangers(request) : apps.of(session)(request));
    const isLeft = secret !== null && (session === null || session.isOver);
    if (isLeft) response.headers.append('set-cookie', dropCookie(SESSION_COOKIE));
    return response;
  }

  async #beginSignIn(before: TeamSession | null, { address }: Peer): Promise<Response> {
    const { admission, issuer, signIns } = this.#options;
    admission.signIn(address);
    const { url, expected } = await asked(issuer.begin());
    const secret = signIns.begin(expected, before);
    const cookie = keepCookie(SIGN_IN_COOKIE, secret, SIGN_IN_MS / 1000);
    const headers = { 'set-cookie': cookie, 'cache-control': 'no-store' };
    return Response.json({ url, opened: false }, { headers });
  }

  /** The browser comes back from the issuer. */
  async #comeBack(request: Request, { address }: Peer): Promise<Response> {
    if (request.method !== 'GET') return failedPage('A browser comes back from a sign-in by GET.');
    const { admission, issuer, signIns, sessions, report } = this.#options;
    const { search, searchParams } = new URL(request.url);
    try {
      admission.signIn(address);
      const pending = signIns.take(cookieOf(request, SIGN_IN_COOKIE), searchParams.get('state'));
      if (pending === null)
        return failedPage('This sign-in is over, or was begun in another browser. Begin it again.');
      const signedIn = await issuer.finish(search, pending);
      pending.before?.end();
      const { secret } = sessions.begin(signedIn);
      return cameIn(secret);
    } catch (thrown) {
      if (!(thrown instanceof CommandError || thrown instanceof ApiError)) report(thrown);
      const told = thrown instanceof CommandError || thrown instanceof ApiError;
      const failed = failedPage(told ? thrown.message : 'Something failed inside Auditorium.');
      failed.headers.append('set-cookie', dropCookie(SIGN_IN_COOKIE));
      return failed;
    }
  }

  #failed(thrown: unknown): Response {
    const error = toApiError(thrown);
    if (error.code === 'INTERNAL') this.#options.report(error.cause ?? error);
    return Response.json(bodyOf(error), {
      status: API_ERRORS[error.code],
      headers: { 'cache-control': 'no-store' },
    });
  }
}

function noFleet(): Response {
  const message = 'this team server takes no gateways: serve.fleet of its configuration names no folder';
  return Response.json({ code: 'UNKNOWN', message }, { status: 404 });
}

function cameIn(secret: string): Response {
  const headers = new Headers({ location: '/', 'cache-control': 'no-store' });
  headers.append('set-cookie', keepCookie(SESSION_COOKIE, secret));
  headers.append('set-cookie', dropCookie(SIGN_IN_COOKIE));
  return new Response(null, { status: 303, headers });
}

function expectOwnWindow(request: Request, { csrf }: TeamSession): void {
  // Compared as digests: how long that takes tells nothing of where they differ.
  if (keptAs(request.headers.get(CSRF_HEADER) ?? '') !== keptAs(csrf))
    throw refuse(`it changes state without the ${CSRF_HEADER} of its window`);
}
