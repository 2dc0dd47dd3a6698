/** What a server says from AuthenticationOk to its first ReadyForQuery. PostgreSQL manual §54.2.1 "Start-up". */
import { UpstreamError } from './upstream-error.ts';
import { parseErrorResponse, ServerError } from './wire/errors.ts';
import type { HandshakeMessage, SocketReader } from './wire/handshake.ts';

/** Longest message of a server while a session opens; PostgreSQL's own are below 2 KiB, its errors below 30,000 bytes. */
const MAX_MESSAGE = 64 * 1024;

/** All messages of a server while a session opens, in bytes; PostgreSQL 18 sends less than 1 KiB. */
const MAX_MESSAGES = 1024 * 1024;

/** What is known of a server once it is ready. */
export interface ServerFacts {
  readonly parameters: ReadonlyMap<string, string>;
  readonly processId: number;
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
  #bytes = 0;

  /** `name` is the connection's, for messages. */
  constructor(reader: SocketReader, name: string) {
    this.#reader = reader;
    this.#name = name;
  }

  /** The next message that is not a notice. Throws UpstreamError, HandshakeError. */
  async next(): Promise<HandshakeMessage> {
    for (;;) {
      const message = await this.#reader.message(MAX_MESSAGE);
      this.#bytes += 5 + message.body.length;
      if (this.#bytes > MAX_MESSAGES) throw this.#violation('it does not stop talking before it is ready');
      if (message.type !== 'N') return message;
      this.#notices.push(whole(message));
    }
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
          if (body.length !== 8)
            throw this.#violation('a cancel key of this length does not belong to protocol 3.0');
          cancel = { processId: body.readInt32BE(0), key: body.subarray(4) };
          break;
        case 'E':
          throw new ServerError(parseErrorResponse(body));
        case 'Z':
          if (body.toString('latin1') !== 'I') throw this.#violation('a new session is not idle');
          this.#requireUtf8(parameters);
          return {
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
