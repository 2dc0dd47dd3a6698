/**
 * Which requests a host on loopback answers at all. Any page of any site can send requests to 127.0.0.1: through a name
 * rebound to it (stopped by Host), or straight from a foreign page (stopped by Origin and Sec-Fetch-Site).
 */
import { ApiError } from '../../shared/api/error.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Why the request is refused; null when it may be answered. `port` is the port the host listens on. */
export function refusalOf(request: Request, port: number): ApiError | null {
  const { headers } = request;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const host = headers.get('host') ?? '';
  if (!hosts.includes(host)) return refuse('its Host is not this host');
  const origin = headers.get('origin');
  if (origin !== null && origin !== `http://${host}`) return refuse('its Origin is another site');
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

function refuse(reason: string): ApiError {
  return new ApiError('FORBIDDEN', `this request is refused: ${reason}`);
}
