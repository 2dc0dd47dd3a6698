/** What a server says from AuthenticationOk to its first ReadyForQuery. PostgreSQL manual §54.2.1 "Start-up". */
import { UpstreamError } from './upstream-error.ts';
import type { ProtocolVersion } from './upstream-requests.ts';
import { parseErrorResponse, ServerError } from './wire/errors.ts';
import type { HandshakeMessage, SocketReader } from './wire/handshake.ts';

/** Longest message of a server while a session opens; PostgreSQL's own are below 2 KiB, its errors below 30,000 bytes. */
const MAX_MESSAGE = 64 * 1024;

/** All messages of a server while a session opens, in bytes; PostgreSQL 18 sends less than 1 KiB. */
const MAX_MESSAGES = 1024 * 1024;

/** Between 3.0 and 3.2 there is no other: 3.1 never was (PostgreSQL manual §54, "Frontend/Backend Protocol"). */
const PROTOCOL_3_0 = 3 << 16;

/** Bytes of a cancel key, least and most: fixed in 3.0, the server's choice in 3.2 (PostgreSQL manual §54.7). */
const KEY_BYTES = { '3.0': [4, 4], '3.2': [4, 256] } as const;

/** What is known of a server once it is ready. */
export interface ServerFacts {
  readonly protocol: ProtocolVersion;
  readonly parameters: ReadonlyMap<string, string>;
  readonly processId: number;
  /** Empty where the server gave none. */
  readonly key: Buffer;
  readonly serverVersion: string;
  /** NoticeResponse messages, whole. */
  readonly notices: readonly Buffer[];
}

/** A server's messages while a session opens; notices are put aside wherever they come. */
export class ServerMessages {
  readonly #reader: SocketReader;
  readonly #name: string;
  readonly #notices: Buffer[] = [];
  #protocol: ProtocolVersion;
  #bytes = 0;
  #received = 0;

  /** `name` is the connection's, for messages; `protocol` what was asked for. */
  constructor(reader: SocketReader, name: string, protocol: ProtocolVersion) {
    this.#reader = reader;
    this.#name = name;
    this.#protocol = protocol;
  }

  /** How many messages came, notices aside. */
  get received(): number {
    return this.#received;
  }

  /** The next message that is not a notice; first of all, an older protocol is agreed on. Throws UpstreamError, HandshakeError. */
  async next(): Promise<HandshakeMessage> {
    for (;;) {
      const message = await this.#reader.message(MAX_MESSAGE);
      this.#bytes += 5 + message.body.length;
      if (this.#bytes > MAX_MESSAGES) throw this.#violation('it does not stop talking before it is ready');
      if (message.type === 'N') this.#notices.push(whole(message));
      else if (++this.#received === 1 && message.type === 'v') this.#agree(message.body);
      else return message;
    }
  }

  /** NegotiateProtocolVersion: the newest version the server knows, and the options, of which none was given, that it does not. */
  #agree(body: Buffer): void {
    const older =
      this.#protocol === '3.2' &&
      body.length === 8 &&
      body.readUInt32BE(0) === PROTOCOL_3_0 &&
      body.readUInt32BE(4) === 0;
    if (!older) throw this.#violation('it negotiates a version or options that nobody asked for');
    this.#protocol = '3.0';
  }

  /** Reads to ReadyForQuery. Throws UpstreamError, HandshakeError, ServerError. */
  async untilReady(): Promise<ServerFacts> {
    const parameters = new Map<string, string>();
    let cancel: Pick<ServerFacts, 'processId' | 'key'> = { processId: 0, key: Buffer.alloc(0) };
    for (;;) {
      const { type, body } = await this.next();
      switch (type) {
        case 'S':
          parameters.set(...this.#parameter(body));
          break;
        case 'K':
          cancel = this.#cancelKey(body);
          break;
        case 'E':
          throw new ServerError(parseErrorResponse(body));
        case 'Z':
          if (body.toString('latin1') !== 'I') throw this.#violation('a new session is not idle');
          this.#requireUtf8(parameters);
          return {
            protocol: this.#protocol,
            parameters,
            ...cancel,
            serverVersion: parameters.get('server_version') ?? '',
            notices: this.#notices,
          };
        default:
          throw this.#violation(`a message of type ${JSON.stringify(type)} before it is ready`);
      }
    }
  }

  #cancelKey(body: Buffer): Pick<ServerFacts, 'processId' | 'key'> {
    const [least, most] = KEY_BYTES[this.#protocol];
    const length = body.length - 4;
    if (length < least || length > most) {
      throw this.#violation(`a cancel key of this length does not belong to protocol ${this.#protocol}`);
    }
    return { processId: body.readInt32BE(0), key: body.subarray(4) };
  }

  #parameter(body: Buffer): [name: string, value: string] {
    const parts = body.toString('utf8').split('\0');
    const [name = '', value = '', end] = parts;
    if (parts.length !== 3 || end !== '') throw this.#violation('a malformed ParameterStatus');
    return [name, value];
  }

  /** What is recorded is read as UTF-8; a server (or a pooler before it) that ignores what was asked must not go on. */
  #requireUtf8(parameters: ReadonlyMap<string, string>): void {
    const encoding = parameters.get('client_encoding') ?? 'UTF8';
    if (encoding !== 'UTF8') throw this.#violation(`it speaks ${encoding} where UTF8 was asked for`);
  }

  #violation(what: string): UpstreamError {
    const message = `the server of connection "${this.#name}" does not keep to PostgreSQL's protocol: ${what}`;
    return new UpstreamError('PROTOCOL_VIOLATION', message);
  }
}

function whole({ type, body }: HandshakeMessage): Buffer {
  const head = Buffer.alloc(5, type, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
