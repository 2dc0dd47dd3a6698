/**
 * Tells a chat tool or the like over HTTP that a statement is held, and how that ended. Messages are signed as Standard Webhooks
 * says (standardwebhooks.com, "Webhook scheme"): HMAC-SHA-256 over `id.timestamp.body`. Nothing can be decided this way: that takes
 * a reviewer's own token.
 */
import { createHmac, randomUUID } from 'node:crypto';
import type { RequestRow } from '../../shared/approvals/request.ts';

/** Who is told. */
export interface WebhookConfig {
  readonly url: string;
  /** Signs what is sent: `whsec_` and base64, or any other text. */
  readonly secret: string | { password(): Promise<string> };
  /** Whether the beginning of the statement's text, masked as in the record, is sent. */
  readonly includeText: boolean;
  /** Where a person decides: a URL with `{id}` in the place of the request's; null: by the command line. */
  readonly link: string | null;
}

export interface WebhookOptions {
  /** As configured now; null: nobody is told. */
  readonly config: () => WebhookConfig | null;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Resolves after so many ms, or at once when the signal aborts; keeps no process alive. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly fetch: typeof fetch;
  /** Told what could not be delivered, and why. */
  readonly failed: (request: string, why: string) => void;
}

/** Between two tries, ms; each time in a row twice as long, up to the last. */
const BACK_OFF = { first: 1_000, last: 60_000 };

/** A receiver that takes longer than this to answer, ms, is tried again. */
const PATIENCE_MS = 10_000;

/** How a request ended is told for so long after, ms; that it was opened only as long as it is held. */
const ENDED_MS = 10 * 60_000;

/** Requests that messages may be under way for; what comes on top is not told. */
const MAX_UNDER_WAY = 200;

/** How long the last messages may take once the gateway ends, ms. */
const CLOSING_MS = 3_000;

/** One message, the same at every try. */
interface Message {
  readonly id: string;
  readonly body: string;
  /** When it is no longer worth a try, ms since 1970. */
  readonly until: number;
}

/** What is under way for one request: the latest message is all that its receiver still needs. */
interface Delivery {
  message: Message;
  /** Ends the wait for the next try. */
  wake: AbortController;
  readonly done: Promise<void>;
}

export class Webhook {
  readonly #options: WebhookOptions;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #closing = new AbortController();

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  tell(row: RequestRow, what: 'opened' | 'voted' | 'ended'): void {
    const config = this.#options.config();
    if (config === null || what === 'voted') return;
    const message = this.#messageOf(row, what, config);
    const under = this.#deliveries.get(row.id);
    if (under !== undefined) {
      under.message = message;
      under.wake.abort();
    } else if (this.#deliveries.size >= MAX_UNDER_WAY) {
      this.#options.failed(row.id, `${MAX_UNDER_WAY} messages are under way already`);
    } else {
      const { promise: done, resolve } = Promise.withResolvers<void>();
      const delivery = { message, wake: new AbortController(), done };
      this.#deliveries.set(row.id, delivery);
      void this.#deliver(row.id, delivery).then(resolve);
    }
  }

  /** Tries what is under way a last time. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { wake } of this.#deliveries.values()) wake.abort();
    const all = Promise.all(Array.from(this.#deliveries.values(), ({ done }) => done));
    const enough = new AbortController();
    await Promise.race([all, this.#options.sleep(CLOSING_MS, enough.signal)]);
    enough.abort();
  }

  #messageOf(row: RequestRow, what: 'opened' | 'ended', config: WebhookConfig): Message {
    const now = this.#options.now();
    return {
      id: `msg_${randomUUID()}`,
      body: JSON.stringify({
        type: `approval.${what}`,
        timestamp: new Date(now).toISOString(),
        data: dataOf(row, config),
      }),
      until: what === 'opened' ? row.deadline : now + ENDED_MS,
    };
  }

  /** Until the latest message is delivered, or not worth it any more. Never rejects. */
  async #deliver(request: string, delivery: Delivery): Promise<void> {
    let wait = BACK_OFF.first;
    for (;;) {
      const { message } = delivery;
      const closing = this.#closing.signal.aborted;
      const problem = await this.#send(message);
      if (delivery.message !== message) {
        wait = BACK_OFF.first; // news of the same request came meanwhile
        continue;
      }
      if (problem === null || closing || this.#options.now() + wait > message.until) {
        this.#deliveries.delete(request); // at once, so that no later news is put where nobody looks any more
        if (problem !== null) this.#options.failed(request, problem);
        return;
      }
      await this.#options.sleep(wait, delivery.wake.signal);
      if (delivery.wake.signal.aborted) delivery.wake = new AbortController();
      wait = Math.min(wait * 2, BACK_OFF.last);
    }
  }

  /** What went wrong; null when it was taken. The URL is not in it: with many receivers it is a secret. */
  async #send({ id, body }: Message): Promise<string | null> {
    const config = this.#options.config();
    if (config === null) return null; // it was taken out of the configuration meanwhile
    const timestamp = String(Math.floor(this.#options.now() / 1000));
    try {
      const secret = typeof config.secret === 'string' ? config.secret : await config.secret.password();
      const response = await this.#options.fetch(config.url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'auditorium',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signatureOf(secret, `${id}.${timestamp}.${body}`)}`,
        },
        body,
      });
      await response.body?.cancel();
      return response.ok ? null : `${hostOf(config.url)} answered ${response.status}`;
    } catch (error) {
      return `${hostOf(config.url)} does not answer: ${reasonOf(error)}`;
    }
  }
}

/** What is told; names and what people said, never a value. */
function dataOf(row: RequestRow, { includeText, link }: WebhookConfig): Readonly<Record<string, unknown>> {
  const { id, state, session, statement, connection, asker, verbs, tables, rules, severity, message } = row;
  return {
    id,
    state,
    session,
    statement,
    connection,
    agent: asker,
    verbs,
    tables,
    rules,
    severity,
    message,
    approvers: row.approvers,
    quorum: row.quorum,
    deadline: new Date(row.deadline).toISOString(),
    outcome: row.outcome,
    votes: row.votes.map(({ verdict, subject, name, reason }) => ({ verdict, by: name ?? subject, reason })),
    link: link === null ? null : link.replaceAll('{id}', encodeURIComponent(id)),
    command: `auditorium approvals show ${id}`,
    ...(includeText && { text: row.preview, textCut: row.previewCut }),
  };
}

function signatureOf(secret: string, signed: string): string {
  const encoded = /^whsec_(.+)$/.exec(secret)?.[1];
  const key = encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
  return createHmac('sha256', key).update(signed).digest('base64');
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the receiver';
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code || (cause instanceof Error ? cause.name : 'unknown');
}
