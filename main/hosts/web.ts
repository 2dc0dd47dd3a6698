/** The app in a browser: the API and the window on loopback, for the person who started it and nobody else. */
import { once } from 'node:events';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { API_ERRORS } from '../../shared/api/error.ts';
import { EVERYTHING } from '../../shared/api/permission.ts';
import { bodyOf, toApiError } from '../api/failure.ts';
import { createApp, type AppOptions } from '../app.ts';
import { createLocalSignIn } from '../identity/local-sign-in.ts';
import { secured } from './headers.ts';
import { isApi, loopbackOrigins, refusalOf } from './origin.ts';
import { serveFile } from './static-files.ts';

/** Only this machine: there is no option to listen elsewhere. */
const LOOPBACK = '127.0.0.1';

/** What is shown: another archive has others. */
export type ShownParts = Pick<
  AppOptions,
  'reader' | 'desk' | 'casework' | 'preferences' | 'news' | 'integrity' | 'house' | 'start' | 'cache'
>;

export interface WebHostOptions extends ShownParts {
  readonly version: string;
  /** 0: any free one. */
  readonly port: number;
  /** The folder of the built window. */
  readonly renderer: string;
  readonly report: (error: unknown) => void;
}

export interface WebHost {
  readonly port: number;
  /** A URL that signs in once; each call gives another. */
  freshUrl(): string;
  /** Shows this from now on; streams of what was shown end, and who followed them comes again. */
  turnTo(parts: ShownParts): void;
  /** Ends every stream and connection. The reader stays open: it is its opener's. */
  close(): Promise<void>;
}

/** Starts listening. Rejects with the system's error, such as EADDRINUSE. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const { version, renderer, report, port: _, ...first } = options;
  const signIn = createLocalSignIn();
  const appOf = (parts: ShownParts) => {
    const closing = new AbortController();
    const answers = createApp({
      ...parts,
      kind: 'browser',
      version,
      authorise: (request) => (signIn.holds(request.headers.get('authorization')) ? EVERYTHING : null),
      exchange: (token) => signIn.exchange(token),
      closing: closing.signal,
      report,
    });
    return { closing, answers };
  };
  let app = appOf(first);
  const answer = async (request: Request): Promise<Response> => {
    const refusal = refusalOf(request, loopbackOrigins(port));
    if (refusal) return Response.json(bodyOf(refusal), { status: API_ERRORS[refusal.code] });
    return isApi(request.url) ? app.answers(request) : serveFile(renderer, request);
  };
  const server = createAdaptorServer({
    fetch: async (request) =>
      secured(await answer(request).catch((error: unknown) => failed(error, options))),
  });
  server.listen(options.port, LOOPBACK);
  await once(server, 'listening');
  const port = portOf(server);
  return {
    port,
    freshUrl: () => `http://${LOOPBACK}:${port}/#token=${signIn.issue()}`,
    turnTo(parts) {
      const before = app;
      app = appOf(parts);
      before.closing.abort();
    },
    async close() {
      app.closing.abort();
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

function failed(error: unknown, { report }: WebHostOptions): Response {
  const { code, message } = toApiError(error);
  report(error);
  return Response.json({ code, message }, { status: API_ERRORS[code] });
}

function portOf(server: ServerType): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return address.port;
}
