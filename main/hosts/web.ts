/** The app in a browser: the API and the window on loopback, for the person who started it and nobody else. */
import { once } from 'node:events';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { API_ERRORS } from '../../shared/api/error.ts';
import { EVERYTHING } from '../../shared/api/permission.ts';
import { bodyOf, toApiError } from '../api/failure.ts';
import type { ApprovalDesk } from '../approval-desk.ts';
import { createApp } from '../app.ts';
import type { Casework } from '../casework/casework.ts';
import type { IntegrityDesk } from '../integrity/integrity-of.ts';
import type { NewsFeed } from '../news-feed.ts';
import type { PreferencesStore } from '../preferences-file.ts';
import { createLocalSignIn } from '../identity/local-sign-in.ts';
import { secured } from './headers.ts';
import { isApi, loopbackOrigins, refusalOf } from './origin.ts';
import { serveFile } from './static-files.ts';

/** Only this machine: there is no option to listen elsewhere. */
const LOOPBACK = '127.0.0.1';

export interface WebHostOptions {
  readonly reader: ArchiveReader;
  readonly version: string;
  /** 0: any free one. */
  readonly port: number;
  /** The folder of the built window. */
  readonly renderer: string;
  /** Held statements of a gateway; absent: the host knows of none. */
  readonly desk?: ApprovalDesk;
  /** The case that is open beside the archive; absent: none. */
  readonly casework?: Casework;
  /** What the person keeps between windows; absent: it is gone with this host. */
  readonly preferences?: PreferencesStore;
  /** What windows are told beside the archive and the inbox. */
  readonly news?: NewsFeed;
  /** Whether the archive is what was recorded; absent: nobody looks. */
  readonly integrity?: IntegrityDesk;
  /** The user's folder for what can be made anew; absent: nothing is kept. */
  readonly cache?: string;
  readonly report: (error: unknown) => void;
}

export interface WebHost {
  readonly port: number;
  /** A URL that signs in once; each call gives another. */
  freshUrl(): string;
  /** Ends every stream and connection. The reader stays open: it is its opener's. */
  close(): Promise<void>;
}

/** Starts listening. Rejects with the system's error, such as EADDRINUSE. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const closing = new AbortController();
  const signIn = createLocalSignIn();
  const api = createApp({
    reader: options.reader,
    kind: 'browser',
    version: options.version,
    authorise: (request) => (signIn.holds(request.headers.get('authorization')) ? EVERYTHING : null),
    exchange: (token) => signIn.exchange(token),
    ...(options.desk === undefined ? {} : { desk: options.desk }),
    ...(options.casework === undefined ? {} : { casework: options.casework }),
    ...(options.news === undefined ? {} : { news: options.news }),
    ...(options.integrity === undefined ? {} : { integrity: options.integrity }),
    ...(options.preferences === undefined ? {} : { preferences: options.preferences }),
    ...(options.cache === undefined ? {} : { cache: options.cache }),
    closing: closing.signal,
    report: options.report,
  });
  const answer = async (request: Request): Promise<Response> => {
    const refusal = refusalOf(request, loopbackOrigins(port));
    if (refusal) return Response.json(bodyOf(refusal), { status: API_ERRORS[refusal.code] });
    return isApi(request.url) ? api(request) : serveFile(options.renderer, request);
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
    async close() {
      closing.abort();
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
