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
import type { z } from 'zod';
import { CONTROL_ERRORS, ControlError, EndRequest, RevocationRequest } from './control-schema.ts';
import { claimControlPath } from './control-socket.ts';
import { cannotListen } from './gateway-error.ts';
import { say } from './log.ts';
import { METRICS_TYPE } from './metrics.ts';
import type { Operations } from './operations.ts';

/** No request has more to say. */
const MAX_BODY_BYTES = 16 * 1024;

/** A client that takes longer than this to ask, ms, is stuck. */
const REQUEST_MS = 10_000;

/** What is answered: JSON, or text as it is. */
interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: { readonly type: string; readonly body: string };
}

type Route = (operations: Operations, id: string, body: () => Promise<unknown>) => Promise<Answer>;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /health': async () => ok({ pid: process.pid, uptime: Math.round(process.uptime()) }),
  'GET /ready': async (operations) => {
    const readiness = await operations.readiness();
    return { status: readiness.ready ? 200 : 503, json: readiness };
  },
  'GET /sessions': async (operations) => ok({ sessions: await operations.sessions() }),
  'DELETE /sessions/:id': async (operations, id, body) =>
    ok(await operations.end(id, parsed(EndRequest, await body()))),
  'POST /reload': async (operations) => ok(await operations.reload()),
  'POST /revocations': async (operations, _, body) =>
    ok({ ended: await operations.revoke(parsed(RevocationRequest, await body())) }),
  'GET /metrics': async (operations) => ({
    status: 200,
    text: { type: METRICS_TYPE, body: await operations.metrics() },
  }),
};

const METRICS_ONLY = { 'GET /metrics': ROUTES['GET /metrics'] as Route };

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

/** Serves GET /metrics alone, to this machine. Throws {@link GatewayError}. */
export async function serveMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  operations: Operations,
  log: Logger,
): Promise<Served> {
  return serve(routed(METRICS_ONLY, operations, log), (server, done) =>
    server.listen({ host, port }, done),
  ).catch((cause: NodeJS.ErrnoException) => {
    throw cannotListen(`${host}:${port}`, 'gateway.metrics', cause);
  });
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
    void answerTo(routes, operations, request)
      .catch((error: unknown) => failed(error, log))
      .then((answer) => send(response, answer));
  };
}

async function answerTo(
  routes: Readonly<Record<string, Route>>,
  operations: Operations,
  request: IncomingMessage,
): Promise<Answer> {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const [, section = '', id = '', ...rest] = path.split('/');
  const name = `${request.method} /${section}${path.split('/').length > 2 ? '/:id' : ''}`;
  const route = Object.hasOwn(routes, name) && rest.length === 0 ? routes[name] : undefined;
  if (route === undefined) throw new ControlError('NOT_FOUND', `there is no ${request.method} ${path} here`);
  return route(operations, id, () => bodyOf(request));
}

function ok(json: unknown): Answer {
  return { status: 200, json };
}

function failed(error: unknown, log: Logger): Answer {
  if (error instanceof ControlError)
    return { status: CONTROL_ERRORS[error.code], json: { code: error.code, message: error.message } };
  const message = error instanceof Error ? error.message : String(error);
  say(log, 'error', 'control.failed', `a request to the control API failed: ${message}`);
  return { status: 500, json: { code: 'INTERNAL', message } };
}

function send(response: ServerResponse, { status, json, text }: Answer): void {
  const body = text?.body ?? `${JSON.stringify(json)}\n`;
  response.writeHead(status, {
    'content-type': text?.type ?? 'application/json',
    'cache-control': 'no-store',
  });
  response.end(body);
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

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ControlError(
    'BAD_REQUEST',
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`,
  );
}
