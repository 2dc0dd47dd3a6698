/**
 * A PostgreSQL client that costs next to nothing: it sends ready-made messages and drains what comes back, so that a
 * figure is about the path and not about a driver. It looks at the end of an answer only.
 */
import { connect, type Socket } from 'node:net';
import { startScram, type ScramExchange } from './scram.ts';

/** Where to and as whom. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** A database's password, or a token for a gateway. */
  readonly password: string;
}

/** What came back for one message or pipeline, up to and with ReadyForQuery. */
export interface Answer {
  readonly bytes: number;
  /** Of the last CommandComplete, when that came right before ReadyForQuery. */
  readonly tag: string | null;
}

export interface RawClient {
  /** Sends messages that end in a Query or Sync and drains the answer; rejects when the answer ends in an error. */
  run(messages: Uint8Array): Promise<Answer>;
  close(): Promise<void>;
}

/** ReadyForQuery: type, length 5, transaction status. */
const READY_BYTES = 6;

/** Enough of the end of an answer to hold CommandComplete and ReadyForQuery, or the words of an error. */
const TAIL_BYTES = 512;

/** Connects and logs in: trust, cleartext password or SCRAM-SHA-256. */
export async function connectRaw(address: Address, applicationName: string): Promise<RawClient> {
  const socket = await openSession(address, applicationName);
  return {
    run: (messages) => drain(socket, messages),
    close: () => endSession(socket),
  };
}

/** The socket of a session that is ready for its first query. */
export async function openSession(address: Address, applicationName: string): Promise<Socket> {
  const socket = connect({ host: address.host, port: address.port, noDelay: true });
  socket.on('error', () => {}); // of a socket that nobody waits for right now: its next use fails
  socket.write(startupPacket(address, applicationName));
  await logIn(socket, address.password);
  return socket;
}

/** One message: type, length, body. */
export function message(type: string, ...body: readonly (string | Uint8Array)[]): Buffer {
  const content = Buffer.concat(body.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

/** A simple Query. */
export function query(sql: string): Buffer {
  return message('Q', sql, '\0');
}

function startupPacket(address: Address, applicationName: string): Buffer {
  const { user, database } = address;
  const body = `user\0${user}\0database\0${database}\0application_name\0${applicationName}\0\0`;
  const head = Buffer.alloc(8);
  head.writeUInt32BE(Buffer.byteLength(body) + 8, 0);
  head.writeUInt32BE(0x00030000, 4);
  return Buffer.concat([head, Buffer.from(body)]);
}

function logIn(socket: Socket, password: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let pending: Buffer = Buffer.alloc(0);
    const scram = startScram(password);
    const settle = (error?: Error): void => {
      stop();
      if (error === undefined) return resolve();
      socket.destroy();
      reject(error);
    };
    const stop = listen(socket, settle, (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 5 && pending.length > pending.readUInt32BE(1)) {
        const length = pending.readUInt32BE(1) + 1;
        const type = pending.toString('latin1', 0, 1);
        const body = pending.subarray(5, length);
        pending = pending.subarray(length);
        if (type === 'E') return settle(new Error(body.toString().replaceAll('\0', ' ')));
        if (type === 'Z') return settle();
        if (type === 'R') answerAuthentication(socket, body, password, scram);
      }
    });
  });
}

/** Takes what comes; `fail` is told when nothing more will. Returns what ends that. */
function listen(
  socket: Socket,
  fail: (error: Error) => void,
  take: (chunk: Buffer<ArrayBuffer>) => void,
): () => void {
  const gone = () => fail(new Error('the connection closed before the answer was whole'));
  socket.on('data', take).on('error', fail).on('close', gone);
  return () => void socket.off('data', take).off('error', fail).off('close', gone);
}

/** AuthenticationOk, -CleartextPassword, -SASL, -SASLContinue, -SASLFinal (protocol-message-formats). */
function answerAuthentication(socket: Socket, body: Buffer, password: string, scram: ScramExchange): void {
  switch (body.readUInt32BE(0)) {
    case 3:
      socket.write(message('p', password, '\0'));
      return;
    case 10: {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(scram.first.length);
      socket.write(message('p', 'SCRAM-SHA-256\0', length, scram.first));
      return;
    }
    case 11:
      socket.write(message('p', scram.final(body.toString('latin1', 4))));
  }
}

function drain(socket: Socket, messages: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let tail = Buffer.alloc(0);
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    if (socket.destroyed) return reject(new Error('the connection is closed'));
    const stop = listen(socket, fail, (chunk) => {
      bytes += chunk.length;
      tail = chunk.length < TAIL_BYTES ? Buffer.concat([tail, chunk]) : chunk;
      tail = tail.subarray(-TAIL_BYTES);
      const ready = tail.length - READY_BYTES;
      if (ready < 0 || tail[ready] !== 0x5a || tail.readUInt32BE(ready + 1) !== 5) return;
      const last = lastMessage(tail.subarray(0, ready));
      if (last === null) return fail(new Error(`an error: ${tail.toString('latin1').replaceAll('\0', ' ')}`));
      stop();
      resolve({ bytes, tag: last === '' ? null : last });
    });
    socket.write(messages);
  });
}

/** The tag of the CommandComplete that `bytes` end in, '' when they end in ParseComplete, else null. */
function lastMessage(bytes: Buffer): string | null {
  for (let at = bytes.length - 5; at >= 0; at--) {
    if (at + 1 + bytes.readUInt32BE(at + 1) !== bytes.length) continue;
    if (bytes[at] === 0x43) return bytes.toString('latin1', at + 5, bytes.length - 1);
    if (bytes[at] === 0x31) return '';
  }
  return null;
}

function endSession(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.on('close', () => resolve());
    socket.resume();
    socket.end(message('X'));
  });
}
