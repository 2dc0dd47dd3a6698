/** Requests of a gateway to its team server, over TLS that it verifies. */
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { LinkErrorBody } from '../../shared/fleet/link-error.ts';

/** Where the server is, and who the gateway is to it. PEM texts. */
export interface DialOptions {
  /** `https://audit.example`. */
  readonly server: string;
  readonly name: string;
  readonly secret: () => Promise<string>;
  /** Who alone may have signed the server's certificate; absent: whom this machine trusts. */
  readonly ca?: string | undefined;
  /** The gateway's own certificate, where the server's proxy asks for one. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** What the server refused with, or how it could not be reached. */
export class DialError extends Error {
  /** The code of the server (LINK_ERRORS); null: it did not answer. */
  readonly told: string | null;
  constructor(told: string | null, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DialError';
    this.told = told;
  }
}

/** An answer that is an error is read up to so many bytes. */
const MAX_ERROR_BYTES = 64 * 1024;

/** A server that takes longer to begin an answer, ms, is stuck. */
const ANSWER_MS = 20_000;

export class Dialer {
  readonly #options: DialOptions;
  readonly #agent: Agent;

  constructor(options: DialOptions) {
    this.#options = options;
    const { ca, cert, key } = options;
    // One connection for the long answer, one for what is said meanwhile.
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 2,
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && key !== undefined && { cert, key }),
    });
  }

  /** Resolves to the answer once it begins with 200 or 204; rejects with {@link DialError}. */
  async post(path: string, body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { server, name, secret } = this.#options;
    const response = await this.#send(path, body, `${name}:${await secret()}`, signal).catch(
      (cause: unknown) => {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new DialError(null, `${server} cannot be reached: ${why}`, { cause });
      },
    );
    if (response.statusCode === 200 || response.statusCode === 204) return response;
    throw await this.#refused(response);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(path: string, body: string, who: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = {
      authorization: `Basic ${Buffer.from(who).toString('base64')}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const url = new URL(path, this.#options.server);
    const sent = request(url, { method: 'POST', agent: this.#agent, headers, signal }, (response) => {
      sent.setTimeout(0);
      resolve(response);
    });
    sent.setTimeout(ANSWER_MS, () => sent.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
    sent.once('error', reject);
    sent.end(body);
    return promise;
  }

  async #refused(response: IncomingMessage): Promise<DialError> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_ERROR_BYTES) break;
      chunks.push(chunk);
    }
    const told = LinkErrorBody.safeParse(jsonOf(Buffer.concat(chunks).toString('utf8')));
    const { server } = this.#options;
    if (told.success) return new DialError(told.data.code, told.data.message);
    return new DialError(null, `what answers at ${server} is no team server (HTTP ${response.statusCode})`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
