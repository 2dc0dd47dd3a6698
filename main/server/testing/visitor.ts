/** Somebody with a browser before a team server: keeps its cookies, and sends requests exactly as written; for tests. */
import type { IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { Me } from '../../../shared/api/routes.ts';
import { z } from '../../../shared/api/zod.ts';
import { ROOT_CERTIFICATE } from '../../../gateway/postgres/testing/certificate.ts';
import { Browser } from '../../testing/browser.ts';

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is signed in as. */
export interface Named {
  readonly subject: string;
  readonly name?: string;
  readonly groups?: string;
}

const Begun = z.object({ url: z.string() });

export class Visitor {
  readonly #origin: string;
  readonly #port: number;
  readonly cookies = new Map<string, string>();
  /** What its window proves itself with, once it has asked. */
  csrf = '';

  /** `port`: where the server listens, if not at the port of its origin. */
  constructor(origin: string, port = Number(new URL(origin).port)) {
    this.#origin = origin;
    this.#port = port;
  }

  /** One request, with this browser's cookies and nothing else that is not written here. */
  raw(method: string, path: string, { headers = {}, body }: Sent = {}): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const { hostname, host } = new URL(this.#origin);
    const request = httpsRequest(
      {
        hostname,
        port: this.#port,
        path,
        method,
        ca: ROOT_CERTIFICATE,
        servername: hostname,
        agent: false,
        headers: { host, ...(cookie !== '' && { cookie }), ...headers },
      },
      (response) => {
        this.#keep(response.headers['set-cookie'] ?? []);
        const { statusCode: status, headers: answered } = response;
        // A stream of news has no end.
        if (answered['content-type'] === 'text/event-stream') {
          response.destroy();
          resolve({ status, headers: answered, body: '' });
        } else text(response).then((read) => resolve({ status, headers: answered, body: read }), reject);
      },
    );
    request.on('error', reject);
    request.end(body);
    return promise;
  }

  /** As this server's own window asks. */
  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { origin: this.#origin, 'sec-fetch-site': 'same-origin', 'x-auditorium-csrf': this.csrf };
    if (method === 'GET') return this.raw(method, path, { headers: { 'sec-fetch-site': 'same-origin' } });
    if (body === undefined) return this.raw(method, path, { headers });
    const json = { ...headers, 'content-type': 'application/json' };
    return this.raw(method, path, { headers: json, body: JSON.stringify(body) });
  }

  /** Follows the news until the stream ends: resolves to how it ended. */
  follow(): Promise<'ended' | number> {
    const { promise, resolve, reject } = Promise.withResolvers<'ended' | number>();
    const cookie = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const { hostname, host } = new URL(this.#origin);
    const request = httpsRequest(
      {
        hostname,
        port: this.#port,
        path: '/api/live',
        ca: ROOT_CERTIFICATE,
        agent: false,
        headers: { host, cookie },
      },
      (response) => {
        if (response.statusCode !== 200) resolve(response.statusCode ?? 0);
        response.resume().once('end', () => resolve('ended'));
      },
    );
    request.on('error', reject);
    request.end();
    return promise;
  }

  /** Where the issuer sends this browser back to, once the person has said there who they are. */
  async leave(visitor: Named): Promise<string> {
    const { url } = Begun.parse(JSON.parse((await this.ask('POST', '/api/person/sign-in')).body));
    const issuer = new Browser();
    // It cannot go on at the server, whose certificate only this test knows.
    await issuer.signIn(url, visitor).catch(() => undefined);
    return issuer.next.slice(this.#origin.length);
  }

  /** Comes back from another site. */
  comeBack(path: string): Promise<Answer> {
    const headers = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    return this.raw('GET', path, { headers });
  }

  async signIn(visitor: Named): Promise<z.infer<typeof Me>> {
    const answer = await this.comeBack(await this.leave(visitor));
    if (answer.status !== 303) throw new Error(`not signed in: ${answer.status} ${answer.body}`);
    return this.me();
  }

  async me(): Promise<z.infer<typeof Me>> {
    const { body } = await this.ask('GET', '/api/person');
    const me = Me.parse(JSON.parse(body));
    this.csrf = me.csrf ?? '';
    return me;
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = ''] = line.split(';', 1);
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(name.length + 1);
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}
