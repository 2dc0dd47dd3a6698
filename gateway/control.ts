/**
 * The control API: how a gateway is watched and told, over HTTP on a socket that only its owner can open. The CLI
 * (main/commands/control.ts) and health checks speak it; `curl --unix-socket PATH http://gateway/ready` does too.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Logger } from 'pino';
import { type Answer, PROBED, type Route, ROUTES } from './control-routes.ts';
import { CONTROL_ERRORS, ControlError } from './control-schema.ts';
import { claimControlPath } from './control-socket.ts';
import { cannotListen } from './gateway-error.ts';
import { say } from './log.ts';
import type { Operations } from './operations.ts';
import type { Permission } from './permissions.ts';

/** No request has more to say. */
const MAX_BODY_BYTES = 16 * 1024;

/** A client that takes longer than this to ask, ms, is stuck. */
const REQUEST_MS = 10_000;

/** Whoever follows a stream and reads no more than this behind is let go, bytes. */
const MAX_BEHIND_BYTES = 4 << 20;

/** A server that is up; `port` is 0 on a socket that has none. */
export interface Served {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves all of it on a Unix socket or named pipe. Throws {@link GatewayError}. */
export async function serveControl(path: string, operations: Operations, log: Logger): Promise<Served> {
  const release = await claimControlPath(path);
  const served = await serve(routed(ROUTES, operations, log), (server, done) => {
    // The socket is never open to others, not for the moment between bind and chmod either.
    const before = process.umask(0o177);
    server.listen(path, done);
    process.umask(before);
  }).catch((cause: NodeJS.ErrnoException) => {
    throw cannotListen(path, 'gateway.control', cause);
  });
  return {
    port: 0,
    async close() {
      await served.close();
      release();
    },
  };
}

/** Serves {@link PROBED} alone, where `gateway.metrics` says. Throws {@link GatewayError}. */
export async function serveMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  operations: Operations,
  log: Logger,
): Promise<Served> {
  return serve(routed(PROBED, operations, log), (server, done) => server.listen({ host, port }, done)).catch(
    (cause: NodeJS.ErrnoException) => {
      throw cannotListen(`${host}:${port}`, 'gateway.metrics', cause);
    },
  );
}

async function serve(
  listener: RequestListener,
  listen: (server: Server, done: () => void) => void,
): Promise<Served> {
  const server = createServer({ requestTimeout: REQUEST_MS }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    listen(server, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function routed(
  routes: Readonly<Record<string, Route>>,
  operations: Operations,
  log: Logger,
): RequestListener {
  return (request, response) => {
    void answerTo(routes, operations, request, log)
      .catch((error: unknown) => failed(error, log))
      .then((answer) => send(response, answer));
  };
}

async function answerTo(
  routes: Readonly<Record<string, Route>>,
  operations: Operations,
  request: IncomingMessage,
  log: Logger,
): Promise<Answer> {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const { route, id } = find(routes, request.method ?? '', path);
  const authorization = request.headers.authorization;
  const person = await operations.reviewing
    .authorize(route.permission, authorization)
    .catch((error: unknown) => refused(error, `${request.method} ${path}`, route.permission, log));
  return route.run({ operations, id, person, body: () => bodyOf(request) });
}

/** A path that is a route of its own, or an id behind one. Throws {@link ControlError}. */
function find(
  routes: Readonly<Record<string, Route>>,
  method: string,
  path: string,
): { readonly route: Route; readonly id: string } {
  const [, section = '', id = '', ...rest] = path.split('/');
  for (const name of [`${method} ${path}`, ...(id === '' ? [] : [`${method} /${section}/:id`])]) {
    const route = Object.hasOwn(routes, name) && rest.length === 0 ? routes[name] : undefined;
    if (route !== undefined && !path.includes(':')) return { route, id };
  }
  throw new ControlError('NOT_FOUND', `there is no ${method} ${path} here`);
}

/** Who was not let through is logged; of the token nothing is. */
function refused(error: unknown, asked: string, permission: Permission, log: Logger): never {
  const why = error instanceof Error ? error.message : String(error);
  say(log, 'warn', 'control.refused', `a request to the control API was refused: ${why}`, {
    asked,
    permission,
    ...(error instanceof ControlError && { code: error.code }),
  });
  throw error;
}

function failed(error: unknown, log: Logger): Answer {
  if (error instanceof ControlError && error.code !== 'INTERNAL')
    return { status: CONTROL_ERRORS[error.code], json: { code: error.code, message: error.message } };
  const message = error instanceof Error ? error.message : String(error);
  say(log, 'error', 'control.failed', `a request to the control API failed: ${message}`);
  return { status: 500, json: { code: 'INTERNAL', message } };
}

function send(response: ServerResponse, answer: Answer): void {
  const { status, json, text, stream } = answer;
  const type = stream === undefined ? (text?.type ?? 'application/json') : 'text/event-stream';
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  });
  if (stream === undefined) return void response.end(text?.body ?? `${JSON.stringify(json)}\n`);
  const leave = stream(
    (part) => {
      if (response.writableLength > MAX_BEHIND_BYTES) response.destroy();
      else response.write(part);
    },
    () => response.end(),
  );
  response.once('close', leave);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new ControlError('BAD_REQUEST', 'the request is too large');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new ControlError('BAD_REQUEST', 'the request is not JSON', { cause });
  }
}
