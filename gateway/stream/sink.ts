/** Where a gateway streams what it records to, and what of it: `gateway.stream` in auditorium.yaml, with secrets looked up. */

/** How what is streamed is written. */
export const STREAM_FORMATS = ['ocsf', 'ecs', 'cef', 'json'] as const;
export type StreamFormat = (typeof STREAM_FORMATS)[number];

/**
 * What is streamed: sessions as they connect and end, statements as they end, acts (what people and the gateway did), or every
 * event of the record by itself.
 */
export const STREAMED = ['sessions', 'statements', 'acts', 'record'] as const;
export type Streamed = (typeof STREAMED)[number];

/** What of a statement's text is sent: as it stands in the record, without its literals, or nothing. */
export const SENT_SQL = ['recorded', 'normalised', 'none'] as const;

/** Whom TLS believes, and who the gateway is there; all PEM. */
export interface TlsTrust {
  /** Null: whom this machine believes. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

/** Batches by HTTPS, signed. */
export interface WebhookSink extends TlsTrust {
  readonly kind: 'webhook';
  readonly url: string;
  /** `whsec_` and base64, or any other text; null: nothing is signed. */
  readonly secret: string | null;
  /** The header of this name, whole. */
  readonly authorization: string | null;
  /** A JSON array, or one value a line. */
  readonly body: 'array' | 'lines';
}

/** RFC 5424 over TLS (RFC 5425). */
export interface SyslogSink extends TlsTrust {
  readonly kind: 'syslog';
  readonly host: string;
  readonly port: number;
  /** What its certificate must name. */
  readonly serverName: string;
  /** What messages call this machine. */
  readonly hostname: string;
}

/** The REST proxy of Confluent, or what speaks as it does: v3 where a cluster is named, else v2. */
export interface KafkaSink extends TlsTrust {
  readonly kind: 'kafka';
  readonly url: string;
  readonly topic: string;
  readonly cluster: string | null;
  readonly authorization: string | null;
}

export interface SinkConfig {
  readonly name: string;
  readonly to: WebhookSink | SyslogSink | KafkaSink;
  readonly format: StreamFormat;
  readonly send: readonly Streamed[];
  /** Empty: everything. */
  readonly filter: string;
  /** Where a sink begins that is new: with what comes, or with the oldest event that the archive has. */
  readonly from: 'now' | 'start';
  readonly values: {
    readonly sql: (typeof SENT_SQL)[number];
    readonly parameters: boolean;
    /** Characters of a text, and of a parameter, that are sent. */
    readonly limit: number;
  };
  /** Messages, bytes, and ms to wait for more. */
  readonly batch: { readonly events: number; readonly bytes: number; readonly wait: number };
  /** Bytes on disk of what was refused for good. */
  readonly deadLetters: number;
}

/** One message. */
export interface StreamMessage {
  /** The same whenever it is sent. */
  readonly id: string;
  readonly type: 'session' | 'statement' | 'act';
  /** The log, hex, and the event in it that brought it about. */
  readonly log: string;
  readonly index: number;
  /** µs. */
  readonly time: number;
  readonly session: string | null;
  readonly gravity: 0 | 1 | 2 | 3 | 4;
  /** One line, without its end. */
  readonly line: string;
}

/** What a receiver refused for good, and its words. */
export interface Refused {
  readonly message: StreamMessage;
  readonly why: string;
}

/** Takes messages. */
export interface Receiver {
  /** How long ago something must have been written before it counts as received, ms: 0 where receivers answer. */
  readonly settles: number;
  /** Resolves to what is refused for good, once all else was taken. Rejects with {@link DeliveryError}; then all is sent again. */
  deliver(messages: readonly StreamMessage[], signal: AbortSignal): Promise<readonly Refused[]>;
  /** Why what was written and has not settled may be lost; null: the connection stands. */
  readonly broken: string | null;
  /** Ends in order; resolves to whether everything that was written was received for sure. */
  finish(): Promise<boolean>;
  close(): void;
}

/** Why nothing is taken for now. */
export class DeliveryError extends Error {
  readonly code:
    | 'UNREACHABLE'
    | 'BUSY'
    /** Something is to be mended at the receiver, or in the configuration. */
    | 'REFUSED'
    /** The receiver says that it will never take anything again. */
    | 'GONE';
  /** How long it asks to be left alone, ms; null: it did not say. */
  readonly retryAfter: number | null;
  constructor(
    code: DeliveryError['code'],
    message: string,
    { retryAfter = null, ...options }: ErrorOptions & { readonly retryAfter?: number | null } = {},
  ) {
    super(message, options);
    this.name = 'DeliveryError';
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
