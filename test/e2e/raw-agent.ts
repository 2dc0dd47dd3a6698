/** An agent that sends bytes as they come, well-formed or not, and reads what it is answered until the end. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { serialize } from 'pg-protocol';

/** Where to, and who. */
export interface RawAgent {
  readonly port: number;
  readonly connection: string;
  readonly token: string;
}

/** What a gateway must manage in: answer and close, ms. */
const PATIENCE = 5000;

/** How long the agent listens after it has sent its last byte, before it ends its side, ms. */
const LISTENS = 50;

/** Sends bytes as the first of a connection; resolves to the answer once the gateway closed. */
export async function sendFirst({ port }: RawAgent, bytes: Uint8Array): Promise<Buffer> {
  const call = new Call(port);
  call.socket.write(bytes);
  return call.hangUp();
}

/** Logs in and sends bytes; resolves to what came after the login once the gateway closed. */
export async function sendLater(agent: RawAgent, bytes: Uint8Array): Promise<Buffer> {
  const call = new Call(agent.port);
  call.socket.write(serialize.startup({ user: 'raw', database: agent.connection }));
  call.socket.write(serialize.password(agent.token));
  const login = await call.until(isReady);
  call.socket.write(bytes);
  return (await call.hangUp()).subarray(login.length);
}

/** A connection and all that came over it. */
class Call {
  readonly socket: Socket;
  #received = Buffer.alloc(0);

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk) => (this.#received = Buffer.concat([this.#received, chunk])));
    // A reset is a way to close; it may follow what was sent to a socket already closed.
    this.socket.on('error', () => undefined);
  }

  /** Waits until what came passes; throws when the gateway closes before. */
  async until(passes: (received: Buffer) => boolean): Promise<Buffer> {
    const closed = once(this.socket, 'close').then(() => {
      throw new Error(`the gateway closed after ${JSON.stringify(this.#received.toString())}`);
    });
    closed.catch(() => undefined);
    while (!passes(this.#received)) await Promise.race([once(this.socket, 'data'), closed]);
    return this.#received;
  }

  /** Ends this side when the gateway has not, and resolves to all that came once it is closed. */
  async hangUp(): Promise<Buffer> {
    if (this.socket.closed) return this.#received;
    const closed = once(this.socket, 'close', { signal: AbortSignal.timeout(PATIENCE) });
    const end = setTimeout(() => this.socket.end(), LISTENS);
    try {
      await closed;
    } finally {
      clearTimeout(end);
      this.socket.destroy();
    }
    return this.#received;
  }
}

/** SQLSTATEs of the ErrorResponses in an answer that is whole; throws where it is not PostgreSQL's. */
export function errorsIn(answer: Buffer): string[] {
  const found: string[] = [];
  let at = 0;
  while (at < answer.length) {
    const length = answer.readUInt32BE(at + 1);
    const body = answer.subarray(at + 5, at + 1 + length).toString();
    if (body.length !== length - 4 && Buffer.byteLength(body) !== length - 4)
      throw new RangeError('a message is cut short');
    if (answer[at] === 'E'.charCodeAt(0))
      found.push(/(?:^|\0)C(?<code>[^\0]*)\0/.exec(body)?.groups?.['code'] ?? '');
    at += 1 + length;
  }
  return found;
}

/** ReadyForQuery, idle, is the last of a login: `Z`, length 5, `I`. */
function isReady(bytes: Buffer): boolean {
  return bytes.subarray(-6).equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]));
}
