/** Real receivers on loopback: HTTPS that answers as it is told, and a collector of syslog that takes nothing that RFC 5425 forbids. */
import { once } from 'node:events';
import { createServer as createHttpsServer, type Server } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { LOCALHOST } from '../../postgres/testing/certificate.ts';

/** One request as it came. */
export interface Request {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is answered; `cut`: nothing, the connection is reset. */
export type Reply =
  | 'cut'
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> };

export interface HttpsReceiver extends AsyncDisposable {
  readonly url: string;
  /** Those that were answered 2xx. */
  readonly taken: Request[];
  readonly all: Request[];
  reply: (request: Request) => Reply | Promise<Reply>;
}

export async function httpsReceiver(port = 0): Promise<HttpsReceiver> {
  const server = createHttpsServer({ cert: LOCALHOST.cert, key: LOCALHOST.key }, (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('error', () => {});
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => {
      const request = {
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      receiver.all.push(request);
      void Promise.resolve(receiver.reply(request)).then((reply) => {
        if (reply === 'cut') return incoming.socket.destroy();
        if (reply.status < 300) receiver.taken.push(request);
        response.writeHead(reply.status, reply.headers);
        return response.end(reply.body ?? '');
      });
    });
  });
  const receiver: HttpsReceiver = {
    url: `https://localhost:${await listening(server, port)}`,
    taken: [],
    all: [],
    reply: () => ({ status: 202 }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

export interface SyslogCollector extends AsyncDisposable {
  readonly port: number;
  /** Whole messages, as they came. */
  readonly messages: string[];
  /** What was no frame. */
  readonly faults: string[];
  readonly sockets: Set<TLSSocket>;
  /** Told before each whole message is counted. */
  onMessage: (socket: TLSSocket) => void;
}

export async function syslogCollector(options: TlsOptions = {}): Promise<SyslogCollector> {
  const sockets = new Set<TLSSocket>();
  const server = createTlsServer({ cert: LOCALHOST.cert, key: LOCALHOST.key, ...options }, (socket) => {
    sockets.add(socket);
    let held = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        const frame = frameIn(held);
        if (frame === null || socket.destroyed) return;
        if (frame === 'fault') {
          collector.faults.push(held.subarray(0, 80).toString());
          socket.destroy();
          return;
        }
        held = held.subarray(frame.end);
        collector.onMessage(socket);
        if (!socket.destroyed) collector.messages.push(frame.message);
      }
    });
  });
  server.on('tlsClientError', () => {});
  const collector: SyslogCollector = {
    port: await listening(server, 0),
    messages: [],
    faults: [],
    sockets,
    onMessage: () => {},
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}

/** RFC 5425 §4.3: MSG-LEN without leading zeros, SP, so many octets; null: more must come. */
function frameIn(bytes: Buffer): { readonly message: string; readonly end: number } | 'fault' | null {
  const space = bytes.subarray(0, 11).indexOf(0x20);
  if (space < 0) return bytes.length > 10 ? 'fault' : null;
  const length = bytes.subarray(0, space).toString('latin1');
  if (!/^[1-9]\d*$/.test(length)) return 'fault';
  const end = space + 1 + Number(length);
  return bytes.length < end ? null : { message: bytes.subarray(space + 1, end).toString(), end };
}

async function listening(server: Server | ReturnType<typeof createTlsServer>, port: number): Promise<number> {
  server.listen({ host: 'localhost', port });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
