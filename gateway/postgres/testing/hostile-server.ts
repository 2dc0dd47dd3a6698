/** A server that answers as a test tells it, and what the gateway makes of it when it opens a session there. */
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { expect, onTestFinished } from 'vitest';
import { connectUpstream, type Upstream, type UpstreamTarget } from '../upstream.ts';
import { fakeServer } from './loopback.ts';

/** What the server answers to one thing it is sent: the start-up packet or the request for TLS, then messages. */
export type Answer = string | Buffer | ((asked: string) => string | Buffer);

export interface Hostility {
  /** One answer after the other; then the server closes. */
  readonly answers: readonly Answer[];
  readonly target?: Partial<UpstreamTarget>;
  readonly signal?: AbortSignal;
  /** The server takes the request for TLS, with this certificate; `answers` are what it says inside. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** What was asked (as latin1), connection by connection. */
export type Asked = readonly (readonly string[])[];

/** Starts the server, gone when the test is, and begins to open a session on it. */
export async function opening(
  hostility: Hostility,
): Promise<{ readonly outcome: Promise<Upstream>; readonly connections: Asked }> {
  const connections: string[][] = [];
  const server = await fakeServer((socket) => {
    const asked: string[] = [];
    connections.push(asked);
    serve(socket, hostility, asked);
  });
  onTestFinished(server.close);
  const outcome = connectUpstream(
    {
      name: 'shop',
      host: '127.0.0.1',
      port: server.port,
      database: 'd',
      user: 'u',
      password: 'secret',
      sslmode: hostility.tls === undefined ? 'disable' : 'require',
      ...hostility.target,
    },
    { parameters: new Map() },
    { signal: hostility.signal ?? AbortSignal.timeout(5_000) },
  );
  return { outcome, connections };
}

/** Why no session opened. */
export async function failure(hostility: Hostility): Promise<object> {
  const { outcome } = await opening(hostility);
  return outcome.then(
    () => expect.unreachable('the session opened'),
    (error: unknown) => Object(error),
  );
}

function serve(socket: Socket, { answers, tls }: Hostility, asked: string[]): void {
  const answerOn = (stream: Socket): void => {
    stream.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      const answer = answers[asked.push(text) - 1];
      if (answer === undefined) stream.end();
      else stream.write(typeof answer === 'function' ? answer(text) : answer, 'latin1');
    });
  };
  if (tls === undefined) return answerOn(socket);
  socket.once('data', () => {
    socket.write('S');
    const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) });
    secure.on('error', () => {});
    answerOn(secure);
  });
}

/** A message: type, then its body's parts one after the other (strings as latin1, nothing added). */
export function rawMessage(type: string, ...parts: readonly (string | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
  const head = Buffer.alloc(5, type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** An Authentication message. */
export function authentication(code: number, data: string): Buffer {
  return rawMessage('R', Buffer.from([0, 0, 0, code]), data);
}

/** AuthenticationSASL with these mechanisms. */
export function offer(...mechanisms: readonly string[]): Buffer {
  return authentication(10, [...mechanisms, '', ''].join('\0'));
}

/** The server's first SCRAM message for a client's. */
export function serverFirst(asked: string, more = 'x', iterations = 1): Buffer {
  const nonce = /r=([^,]+)/.exec(asked)?.[1] ?? '';
  return authentication(11, `r=${nonce}${more},s=c2FsdA==,i=${iterations}`);
}
