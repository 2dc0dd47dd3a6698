/**
 * Which requests a host answers at all. Any page of any site can send requests to it: through a name rebound to its address
 * (stopped by Host), or straight from a foreign page (stopped by Origin and Sec-Fetch-Site).
 */
import { ApiError } from '../../shared/api/error.ts';

/** Methods that have no effects. */
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The names of a host on loopback that listens on this port. */
export function loopbackOrigins(port: number): readonly string[] {
  return [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
}

/** Why the request is refused; null when it may be answered. `origins` are the names of this host, each with its scheme. */
export function refusalOf(request: Request, origins: readonly string[]): ApiError | null {
  const { headers } = request;
  const own = origins.find((one) => new URL(one).host === headers.get('host'));
  if (own === undefined) return refuse('its Host is not this host');
  const origin = headers.get('origin');
  if (origin !== null && origin !== own) return refuse('its Origin is another site');
  if (origin === null && !SAFE_METHODS.has(request.method))
    return refuse('it changes state and has no Origin');
  if (!sameSite(request)) return refuse('it was sent by another site');
  return null;
}

/** Sec-Fetch-Site is `none` when the person typed the address; a link on another site may open the window itself. */
function sameSite({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  if (site === null || site === 'same-origin' || site === 'none') return true;
  const opensWindow =
    headers.get('sec-fetch-mode') === 'navigate' && headers.get('sec-fetch-dest') === 'document';
  return opensWindow && !isApi(url);
}

/** Whether the URL is one of the API's. */
export function isApi(url: string): boolean {
  return new URL(url).pathname.startsWith('/api/');
}

/** That of a request which is not answered. */
export function refuse(reason: string): ApiError {
  return new ApiError('FORBIDDEN', `this request is refused: ${reason}`);
}
