/**
 * Waits on this machine for the browser to come back from an issuer (RFC 8252 §7.3): once, for the one who holds `state`, for a
 * few minutes.
 */
import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CommandError } from '../failure.ts';

const HOST = '127.0.0.1';
const PATH = '/callback';

export interface RedirectListener {
  /** `http://127.0.0.1:PORT/callback` */
  readonly redirectUri: string;
  /**
   * Resolves to the URL that the browser came back with, and how it is told what came of it. Rejects with {@link CommandError}
   * when nobody came in time, or {@link close} was called.
   */
  readonly returned: Promise<{ readonly url: URL; readonly answer: (message: string) => void }>;
  close(): void;
}

/** Listens on the first port that is free. Rejects with {@link CommandError}. */
export async function listenForRedirect(
  ports: readonly number[],
  state: string,
  patienceMs: number,
): Promise<RedirectListener> {
  const server = createServer({ requestTimeout: 10_000 });
  const port = await listenOnFirst(server, ports);
  const own = `${HOST}:${port}`;
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<RedirectListener['returned']>>();
  promise.catch(() => {}); // whoever waits is told; when nobody does yet that is no accident
  const timer = setTimeout(
    () => reject(new CommandError('SIGN_IN_FAILED', 'nobody signed in in time; try again')),
    patienceMs,
  );
  let used = false;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', `http://${own}`);
    const meant = request.method === 'GET' && request.headers.host === own && url.pathname === PATH;
    // Any page can send a browser here; without `state` it is not the answer to our question.
    if (!meant || !isSame(url.searchParams.get('state') ?? '', state))
      return page(response, 400, 'Not expected here.');
    if (used) return page(response, 400, 'This sign-in was used before.');
    used = true;
    clearTimeout(timer);
    resolve({ url, answer: (message) => page(response, 200, message) });
  });
  return {
    redirectUri: `http://${own}${PATH}`,
    returned: promise,
    close() {
      clearTimeout(timer);
      reject(new CommandError('SIGN_IN_FAILED', 'the sign-in was given up'));
      server.close();
      server.closeIdleConnections();
    },
  };
}

async function listenOnFirst(server: Server, ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    try {
      server.listen(port, HOST);
      await once(server, 'listening');
      const address = server.address();
      if (typeof address === 'object' && address !== null) return address.port;
    } catch {
      continue; // taken, or not ours to take
    }
  }
  const all = ports.join(', ');
  throw new CommandError(
    'PORT_TAKEN',
    `every port for the way back from the sign-in is taken (${all}); free one of them`,
  );
}

function page(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      connection: 'close',
    })
    .end(`<!doctype html><title>Auditorium</title><p>${escaped(message)}</p>\n`);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
