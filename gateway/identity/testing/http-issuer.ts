/** An issuer on a real socket, which answers as a test wants and counts what it is asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';

/** A request as it came. */
export interface Asked {
  readonly path: string;
  readonly authorization: string | null;
  readonly body: URLSearchParams;
}

type Handler = (asked: Asked, response: ServerResponse) => void;

export class HttpIssuer implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly asked: Asked[] = [];
  /** The key set it serves. */
  keys: readonly JWK[] = [];
  /** Answers in place of the issuer, by path. */
  readonly handlers = new Map<string, Handler>();

  /** Listens on a port of 127.0.0.1. */
  static async start(keys: readonly JWK[] = []): Promise<HttpIssuer> {
    const issuer = new HttpIssuer();
    issuer.keys = keys;
    issuer.#server.listen(0, '127.0.0.1');
    await once(issuer.#server, 'listening');
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often a path was asked for. */
  count(path: string): number {
    return this.asked.filter((asked) => asked.path === path).length;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    const asked = { path, authorization: request.headers.authorization ?? null, body };
    this.asked.push(asked);
    const handler = this.handlers.get(path);
    if (handler !== undefined) return handler(asked, response);
    if (path === '/jwks') return json(response, { keys: this.keys });
    if (path !== '/.well-known/openid-configuration') return void response.writeHead(404).end();
    const [jwks_uri, introspection_endpoint] = [`${this.url}/jwks`, `${this.url}/introspect`];
    json(response, { issuer: this.url, jwks_uri, introspection_endpoint });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** Answers with JSON. */
export function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
