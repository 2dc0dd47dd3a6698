/**
 * Posts batches, signed as Standard Webhooks says (standardwebhooks.com, "Webhook scheme"): HMAC-SHA-256 over `id.timestamp.body`.
 * A batch that is refused is halved until it is known which of its messages are meant.
 */
import { createHash, createHmac } from 'node:crypto';
import { Poster } from './post.ts';
import { DeliveryError, type Receiver, type Refused, type StreamMessage, type WebhookSink } from './sink.ts';

/** That the request itself is wrong, which it will be the next time, too. */
const REFUSING = new Set([400, 406, 409, 411, 415, 422, 431]);

/** That it is too large. */
const TOO_LARGE = 413;

const GONE = 410;

const BUSY = new Set([408, 425, 429]);

export class WebhookReceiver implements Receiver {
  readonly settles = 0;
  readonly broken = null;
  readonly #to: WebhookSink;
  readonly #isJson: boolean;
  readonly #poster: Poster;
  readonly #now: () => number;

  constructor(to: WebhookSink, isJson: boolean, now: () => number) {
    this.#to = to;
    this.#isJson = isJson;
    this.#now = now;
    this.#poster = new Poster(to.url, to);
  }

  async deliver(messages: readonly StreamMessage[], signal: AbortSignal): Promise<Refused[]> {
    const why = await this.#post(messages, signal);
    if (why === null) return [];
    const [message] = messages;
    if (messages.length <= 1) return message === undefined ? [] : [{ message, why }];
    const middle = Math.ceil(messages.length / 2);
    return [
      ...(await this.deliver(messages.slice(0, middle), signal)),
      ...(await this.deliver(messages.slice(middle), signal)),
    ];
  }

  async finish(): Promise<boolean> {
    this.close();
    return true;
  }

  close(): void {
    this.#poster.close();
  }

  /** Why it is refused for good; null where it was taken. Rejects with {@link DeliveryError}. */
  async #post(messages: readonly StreamMessage[], signal: AbortSignal): Promise<string | null> {
    const { host } = this.#poster;
    const body = this.#bodyOf(messages);
    const { status, retryAfter } = await this.#poster.post('', this.#headers(messages, body), body, signal);
    if (status >= 200 && status < 300) return null;
    const why = `${host} answered ${status}`;
    if (REFUSING.has(status) || status === TOO_LARGE) return why;
    if (status === GONE)
      throw new DeliveryError(
        'GONE',
        `${why}: it takes nothing any more; change the sink, or mend the receiver and reload`,
      );
    if (BUSY.has(status) || status >= 500) throw new DeliveryError('BUSY', why, { retryAfter });
    throw new DeliveryError('REFUSED', `${why}; mend its URL, its rights or the receiver`, { retryAfter });
  }

  #bodyOf(messages: readonly StreamMessage[]): string {
    const lines = messages.map(({ line }) => line);
    return this.#isJson && this.#to.body === 'array' ? `[${lines.join(',')}]` : `${lines.join('\n')}\n`;
  }

  #headers(messages: readonly StreamMessage[], body: string): Record<string, string> {
    const { secret, authorization } = this.#to;
    const id = `msg_${createHash('sha256')
      .update(messages.map((message) => message.id).join('\n'))
      .digest('hex')
      .slice(0, 32)}`;
    const timestamp = String(Math.floor(this.#now() / 1000));
    const type = !this.#isJson
      ? 'text/plain; charset=utf-8'
      : this.#to.body === 'array'
        ? 'application/json'
        : 'application/x-ndjson';
    return {
      'content-type': type,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      ...(secret !== null && {
        'webhook-signature': `v1,${signatureOf(secret, `${id}.${timestamp}.${body}`)}`,
      }),
      ...(authorization !== null && { authorization }),
    };
  }
}

function signatureOf(secret: string, signed: string): string {
  const encoded = /^whsec_(.+)$/.exec(secret)?.[1];
  const key = encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
  return createHmac('sha256', key).update(signed).digest('base64');
}
