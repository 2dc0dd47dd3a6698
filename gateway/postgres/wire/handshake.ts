/**
 * Reads a socket message by message while a session opens, before the relay takes over. Nothing is read further than
 * asked for: what came too early stays in the socket. Slow by the relay's measure and strict, since both ends are
 * strangers until authentication is over.
 */
import type { Socket } from 'node:net';

/** One message: its type and what follows its length. PostgreSQL manual §54.1 "Overview". */
export interface HandshakeMessage {
  readonly type: string;
  readonly body: Buffer;
}

export type HandshakeErrorCode =
  /** The peer closed the connection. */
  | 'CLOSED'
  /** The connection broke; the socket's error is the cause. */
  | 'BROKEN'
  /** The signal's time ran out. */
  | 'TIMEOUT'
  /** The signal was aborted for another reason, which is the cause. */
  | 'ABORTED'
  /** A length that cannot be, or is over the limit. */
  | 'BAD_LENGTH';

/** Why no message came. */
export class HandshakeError extends Error {
  readonly code: HandshakeErrorCode;
  constructor(code: HandshakeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HandshakeError';
    this.code = code;
  }
}

/** Reads a socket until {@link SocketReader.release}; one reader at a time, one read at a time. */
export class SocketReader {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  #failure: HandshakeError | undefined;
  #wake: () => void = () => {};

  /** Takes over the socket's `readable` side; the reads end when the signal aborts. */
  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    keepErrorsQuiet(socket);
    if (signal.aborted) this.#onAbort();
    signal.addEventListener('abort', this.#onAbort);
    socket.on('readable', this.#onProgress);
    socket.on('end', this.#onProgress);
    socket.on('close', this.#onProgress);
    socket.on('error', this.#onError);
  }

  /** The next `length` bytes (> 0), whole. Throws {@link HandshakeError}. */
  async read(length: number): Promise<Buffer> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const chunk: unknown = this.#socket.read(length);
      if (chunk instanceof Buffer && chunk.length === length) return chunk;
      // A shorter chunk is the rest of a stream that has ended.
      if (chunk !== null || this.#socket.readableEnded || this.#socket.destroyed) {
        throw new HandshakeError('CLOSED', 'the connection was closed in the middle of a message');
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The next message, its body at most `limit` bytes. Throws {@link HandshakeError}. */
  async message(limit: number): Promise<HandshakeMessage> {
    const head = await this.read(5);
    const type = head.toString('latin1', 0, 1);
    const length = head.readUInt32BE(1) - 4;
    if (length < 0 || length > limit) {
      throw new HandshakeError(
        'BAD_LENGTH',
        `a message of type ${JSON.stringify(type)} claims ${length} bytes`,
      );
    }
    return { type, body: length === 0 ? Buffer.alloc(0) : await this.read(length) };
  }

  /** Bytes that came already and were not asked for. */
  get buffered(): number {
    return this.#socket.readableLength;
  }

  /**
   * Gives the socket back: paused, unread bytes still in it, without listeners but one that keeps an error between two
   * owners from ending the process (`close` follows every error, and `destroyed` tells the next owner).
   */
  async release(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#socket.off('readable', this.#onProgress);
    this.#socket.off('end', this.#onProgress);
    this.#socket.off('close', this.#onProgress);
    this.#socket.off('error', this.#onError);
    // Node decides one tick after the last 'readable' listener went whether the stream flows; pausing comes after that.
    await new Promise<void>((resolve) => {
      process.nextTick(resolve);
    });
    this.#socket.pause();
  }

  readonly #onProgress = (): void => {
    this.#wake();
  };

  readonly #onError = (error: Error): void => {
    this.#failure ??= new HandshakeError('BROKEN', error.message, { cause: error });
    this.#wake();
  };

  readonly #onAbort = (): void => {
    this.#failure ??= interruption(this.#signal);
    this.#wake();
  };
}

/** The error for a signal that aborted: a timeout, or something else. */
export function interruption(signal: AbortSignal): HandshakeError {
  const cause: unknown = signal.reason;
  return cause instanceof DOMException && cause.name === 'TimeoutError'
    ? new HandshakeError('TIMEOUT', 'no answer in time', { cause })
    : new HandshakeError('ABORTED', 'given up before an answer came', { cause });
}

/** Adds, once, the listener without which an `error` event would be an uncaught exception. */
export function keepErrorsQuiet(socket: Socket): void {
  if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
}

function ignore(): void {}
