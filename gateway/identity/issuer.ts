/**
 * The development issuer: an OpenID provider on loopback that mints tokens for whoever can read its runtime file, and signs in
 * whoever opens its page. It has no users; what it says of a subject is what it was told.
 */
import { randomBytes } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { DEVELOPMENT_AUDIENCE } from './issuer-config.ts';
import {
  IssuerError,
  openState,
  removeRuntime,
  runtimeFileOf,
  saveRuntime,
  saveState,
  type IssuerRuntime,
} from './issuer-files.ts';
import { isLoopback } from './loopback.ts';

export interface DevelopmentIssuerOptions {
  /** Holds the signing key and the runtime file `issuer.json`; made (0700) when absent. */
  readonly dir: string;
  /** 0: the port of last time if it is free, else any. */
  readonly port: number;
  /** Addresses the gateway listens on (`host` or `host:port`): all must be loopback. */
  readonly listeners: readonly string[];
  /** `aud` of its tokens; {@link DEVELOPMENT_AUDIENCE} when not given. */
  readonly audience?: string;
  /** The clock that dates tokens, ms since 1970. */
  readonly now?: () => number;
}

export interface DevelopmentIssuer {
  /** `http://127.0.0.1:PORT` */
  readonly issuer: string;
  readonly runtimeFile: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Rejects with {@link IssuerError}. */
export async function startDevelopmentIssuer(options: DevelopmentIssuerOptions): Promise<DevelopmentIssuer> {
  const { dir, listeners, audience = DEVELOPMENT_AUDIENCE, now = Date.now } = options;
  const exposed = listeners.find((listener) => !isLoopback(listener));
  if (exposed !== undefined) {
    throw new IssuerError(
      'NOT_LOOPBACK',
      `the development issuer does not start beside a gateway that others can reach (${exposed}); listen on 127.0.0.1, or use a real issuer`,
    );
  }
  // Loaded only here: it takes most of half a second, which a gateway with real issuers need not spend.
  const [{ createProvider }, state] = await Promise.all([import('./issuer-provider.ts'), openState(dir)]);
  const server = createServer();
  const port = await listen(server, options.port, state.port);
  const runtime: IssuerRuntime = {
    issuer: `http://${HOST}:${port}`,
    clientId: 'auditorium-token',
    clientSecret: randomBytes(32).toString('base64url'),
    audience,
    pid: process.pid,
  };
  try {
    const answer = createProvider({ runtime, key: state.key, now });
    server.on('request', exactHost(`${HOST}:${port}`, answer));
    await saveState(dir, { ...state, port });
    await saveRuntime(dir, runtime);
  } catch (error) {
    await stop(server);
    throw error;
  }
  return {
    issuer: runtime.issuer,
    runtimeFile: runtimeFileOf(dir),
    async close() {
      await removeRuntime(dir, runtime);
      await stop(server);
    },
  };
}

/** Listens on `wanted`, or for 0 on the port of last time or, when that is taken, on any. Resolves to the port. */
async function listen(server: Server, wanted: number, last: number): Promise<number> {
  try {
    return await listenOn(server, wanted === 0 ? last : wanted);
  } catch (error) {
    const taken =
      error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
    if (!taken) throw error;
    if (wanted === 0) return listenOn(server, 0);
    throw new IssuerError(
      'PORT_TAKEN',
      `port ${wanted} of ${HOST} is taken; give the development issuer another one`,
      {
        cause: error,
      },
    );
  }
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the server has no port'));
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Answers only requests for this very address: a web page that points its own name here gets nothing (DNS rebinding). */
function exactHost(
  host: string,
  handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): RequestListener {
  return (request, response) => {
    if (request.headers.host === host) void handler(request, response).catch(() => response.destroy());
    else response.writeHead(421, { 'content-type': 'text/plain' }).end(`this is ${host}\n`);
  };
}
