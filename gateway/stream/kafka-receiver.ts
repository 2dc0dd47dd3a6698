/**
 * Produces to Kafka through a REST proxy: Confluent's API v2 (`POST /topics/{topic}`), or v3 where a cluster is named
 * (`POST /v3/clusters/{cluster}/topics/{topic}/records`). The key is the session, so that what belongs together stays in order;
 * of what belongs to none, the log. An answer of 200 may still refuse single records: each is looked at.
 */
import { Poster } from './post.ts';
import { DeliveryError, type KafkaSink, type Receiver, type Refused, type StreamMessage } from './sink.ts';

/** What became of one record: null it was taken, else why not, and whether it may be the next time. */
type Fate = { readonly why: string; readonly isFinal: boolean } | null;

/** Confluent REST Proxy v2: error that is no use trying again; 2 is one that is. */
const V2_FINAL = 1;

export class KafkaReceiver implements Receiver {
  readonly settles = 0;
  readonly broken = null;
  readonly #to: KafkaSink;
  readonly #isJson: boolean;
  readonly #poster: Poster;

  constructor(to: KafkaSink, isJson: boolean) {
    this.#to = to;
    this.#isJson = isJson;
    this.#poster = new Poster(to.url, to);
  }

  async deliver(messages: readonly StreamMessage[], signal: AbortSignal): Promise<Refused[]> {
    const fates = await this.#produce(messages, signal);
    if (fates === 'refused') return this.#inHalves(messages, signal);
    const refused: Refused[] = [];
    const again: StreamMessage[] = [];
    let why = '';
    for (const [i, message] of messages.entries()) {
      const fate = fates[i];
      if (fate === null) continue;
      if (fate?.isFinal === true) refused.push({ message, why: fate.why });
      else {
        again.push(message);
        why = fate?.why ?? 'it did not tell what became of some records';
      }
    }
    if (again.length === messages.length && refused.length === 0)
      throw new DeliveryError('BUSY', `${this.#poster.host}: ${why}`);
    return again.length === 0 ? refused : [...refused, ...(await this.deliver(again, signal))];
  }

  async finish(): Promise<boolean> {
    this.close();
    return true;
  }

  close(): void {
    this.#poster.close();
  }

  /** The request is too large, or not understood: one of its records may be why. */
  async #inHalves(messages: readonly StreamMessage[], signal: AbortSignal): Promise<Refused[]> {
    const [message] = messages;
    if (messages.length <= 1)
      return message === undefined ? [] : [{ message, why: `${this.#poster.host} refuses it` }];
    const middle = Math.ceil(messages.length / 2);
    return [
      ...(await this.deliver(messages.slice(0, middle), signal)),
      ...(await this.deliver(messages.slice(middle), signal)),
    ];
  }

  async #produce(
    messages: readonly StreamMessage[],
    signal: AbortSignal,
  ): Promise<readonly Fate[] | 'refused'> {
    const { cluster, topic } = this.#to;
    const { host } = this.#poster;
    const name = encodeURIComponent(topic);
    const path =
      cluster === null
        ? `/topics/${name}`
        : `/v3/clusters/${encodeURIComponent(cluster)}/topics/${name}/records`;
    const body =
      cluster === null
        ? `{"records":[${messages.map((message) => this.#recordV2(message)).join(',')}]}`
        : messages.map((message) => `${this.#recordV3(message)}\n`).join('');
    const answer = await this.#poster.post(path, this.#headers(), body, signal);
    const { status, retryAfter } = answer;
    const why = `${host} answered ${status}`;
    if (status >= 200 && status < 300) return cluster === null ? fatesV2(answer.body) : fatesV3(answer.body);
    if (status === 413 || status === 400 || status === 422) return 'refused';
    if (status === 410) throw new DeliveryError('GONE', `${why}: it takes nothing any more`);
    if (status === 408 || status === 425 || status === 429 || status >= 500)
      throw new DeliveryError('BUSY', why, { retryAfter });
    throw new DeliveryError('REFUSED', `${why}; mend its URL, topic, rights or the proxy`, { retryAfter });
  }

  #headers(): Record<string, string> {
    const { cluster, authorization } = this.#to;
    return {
      'content-type': cluster === null ? 'application/vnd.kafka.json.v2+json' : 'application/json',
      accept: cluster === null ? 'application/vnd.kafka.v2+json' : 'application/json',
      ...(authorization !== null && { authorization }),
    };
  }

  /** A line of a format that is JSON is the value itself; one of CEF is a text. */
  #valueOf({ line }: StreamMessage): string {
    return this.#isJson ? line : JSON.stringify(line);
  }

  #recordV2(message: StreamMessage): string {
    return `{"key":${JSON.stringify(keyOf(message))},"value":${this.#valueOf(message)}}`;
  }

  #recordV3(message: StreamMessage): string {
    const key = JSON.stringify({ type: 'STRING', data: keyOf(message) });
    return `{"key":${key},"value":{"type":"JSON","data":${this.#valueOf(message)}}}`;
  }
}

function keyOf({ session, log }: StreamMessage): string {
  return session ?? log;
}

/** `offsets` in the order of the records. */
function fatesV2(body: string): Fate[] {
  const { offsets } = parsed(body) as { readonly offsets?: unknown };
  if (!Array.isArray(offsets))
    throw new DeliveryError('REFUSED', 'the proxy’s answer has no offsets: is it a REST proxy?');
  return (offsets as readonly { readonly error_code?: number | null; readonly error?: string | null }[]).map(
    ({ error_code: code, error }) =>
      code === undefined || code === null
        ? null
        : { why: error ?? `error ${code}`, isFinal: code === V2_FINAL },
  );
}

/** One JSON object a record, one behind the other. */
function fatesV3(body: string): Fate[] {
  return objectsIn(body).map((text) => {
    const { error_code: code, message } = parsed(text) as {
      readonly error_code?: number;
      readonly message?: string;
    };
    if (code === undefined || (code >= 200 && code < 300)) return null;
    const why = message ?? `error ${code}`;
    return {
      why,
      isFinal: code === 400 || code === 413 || code === 422 || (code >= 40_000 && code < 40_100),
    };
  });
}

/** Objects that follow each other with or without line ends; braces within strings do not count. */
function objectsIn(text: string): string[] {
  const found: string[] = [];
  let [depth, start, isString] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (isString) {
      if (sign === '\\') i++;
      else if (sign === '"') isString = false;
    } else if (sign === '"') isString = true;
    else if (sign === '{') {
      if (depth++ === 0) start = i;
    } else if (sign === '}' && --depth === 0) found.push(text.slice(start, i + 1));
  }
  return found;
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // told below, as what is JSON and no object is
  }
  throw new DeliveryError(
    'REFUSED',
    'the answer is not that of a Kafka REST proxy; mend the URL of the sink',
  );
}
