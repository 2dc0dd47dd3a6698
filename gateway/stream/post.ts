/** Posts over HTTPS to receivers whose certificates may be signed by an authority of one's own. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { DeliveryError, type TlsTrust } from './sink.ts';

/** A receiver that takes longer than this to answer, ms, is tried again. */
const PATIENCE_MS = 30_000;

/** More of an answer than this, bytes, is not read: what is told of one batch is far less. */
const MOST_ANSWER_BYTES = 8 << 20;

/** What was answered. */
export interface Answered {
  readonly status: number;
  readonly body: string;
  /** ms, where the receiver says when to come again. */
  readonly retryAfter: number | null;
}

/** One receiver's connections, kept open. */
export class Poster {
  readonly #url: URL;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(url: string, { ca, cert, key }: TlsTrust) {
    this.#url = new URL(url);
    this.#agent =
      this.#url.protocol === 'https:'
        ? new HttpsAgent({
            keepAlive: true,
            minVersion: 'TLSv1.2',
            ...(ca !== null && { ca }),
            ...(cert !== null && { cert }),
            ...(key !== null && { key }),
          })
        : new HttpAgent({ keepAlive: true });
  }

  /** Without its path, which may be a secret. */
  get host(): string {
    return this.#url.host;
  }

  /** `path` is added to that of the URL. Rejects with {@link DeliveryError} where nothing was answered. */
  async post(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<Answered> {
    const url = new URL(this.#url);
    url.pathname = url.pathname.replace(/\/$/, '') + path;
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    try {
      return await new Promise<Answered>((resolve, reject) => {
        const bytes = Buffer.from(body);
        const request = send(url, {
          method: 'POST',
          agent: this.#agent,
          signal: limit,
          headers: { 'user-agent': 'auditorium', 'content-length': bytes.length, ...headers },
        });
        request.once('error', reject);
        request.once('response', (response) => {
          readAnswer(response).then(resolve, reject);
        });
        request.end(bytes);
      });
    } catch (cause) {
      throw new DeliveryError('UNREACHABLE', `${this.host} does not answer: ${reasonOf(cause)}`, { cause });
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) {
      response.destroy();
      break;
    }
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks).toString('utf8'),
    retryAfter: retryAfterOf(response.headers['retry-after'], Date.now()),
  };
}

/** RFC 9110 §10.2.3: seconds, or a date. */
export function retryAfterOf(written: string | undefined, now: number): number | null {
  if (written === undefined) return null;
  if (/^\d{1,9}$/.test(written)) return Number(written) * 1000;
  const at = Date.parse(written);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Names of errors that say more than their messages. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `it takes longer than ${PATIENCE_MS / 1000} s`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code === '' || error.message.includes(code)
    ? error.message || code || error.name
    : `${code}: ${error.message}`;
}
