/**
 * Syslog (RFC 5424) over TLS, framed by octet counts (RFC 5425). Nothing is ever answered: what was written counts as received only
 * some time later, with the connection still standing, and is written again where it broke before.
 */
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { DeliveryError, type Receiver, type Refused, type StreamMessage, type SyslogSink } from './sink.ts';

/** How long a written message must stand, ms: longer than TCP takes to notice a peer that refuses it. */
const SETTLES_MS = 10_000;

/** How long connecting, or writing one batch, may take, ms. */
const PATIENCE_MS = 30_000;

/** How long the peer may take to close after us, ms. */
const FINISH_MS = 2_000;

/** RFC 5424 §6.2.1: facility 13 is "log audit"; severities from informational to critical. */
const FACILITY = 13;
const SEVERITIES = [6, 5, 4, 3, 2] as const;

const CLOSED = 'it closed the connection';

/** RFC 5424 limits of APP-NAME and HOSTNAME. */
const APP_NAME = 'auditorium';
const MOST_HOST = 255;

export class SyslogReceiver implements Receiver {
  readonly settles: number;
  readonly #to: SyslogSink;
  #socket: TLSSocket | null = null;
  /** Why the last connection ended. */
  #reason = CLOSED;

  constructor(to: SyslogSink, settles = SETTLES_MS) {
    this.#to = to;
    this.settles = settles;
  }

  async deliver(messages: readonly StreamMessage[], signal: AbortSignal): Promise<readonly Refused[]> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const socket = await this.#connected(limit);
    const frames = Buffer.concat(messages.map((message) => framed(syslogLine(message, this.#to.hostname))));
    await settled(limit, (resolve, reject) => {
      const lost = () => reject(this.#failure(CLOSED));
      socket.once('close', lost);
      socket.write(frames, (error) => {
        socket.off('close', lost);
        if (error) reject(this.#failure(error.message));
        else resolve();
      });
    }).catch((error: unknown) => {
      this.close();
      throw error instanceof DeliveryError
        ? error
        : this.#failure(`it takes longer than ${PATIENCE_MS / 1000} s`);
    });
    return [];
  }

  get broken(): string | null {
    return this.#stands ? null : `${this.#to.host}:${this.#to.port}: ${this.#reason}`;
  }

  get #stands(): boolean {
    return this.#socket !== null && !this.#socket.destroyed && !this.#socket.readableEnded;
  }

  /** A peer that closes after we did has read all before. */
  async finish(): Promise<boolean> {
    const socket = this.#socket;
    if (socket === null || !this.#stands) return false;
    const ended = new Promise<boolean>((resolve) => {
      socket.once('end', () => resolve(true));
      socket.once('close', (hadError) => resolve(!hadError && socket.readableEnded));
      setTimeout(resolve, FINISH_MS, false).unref();
    });
    socket.end();
    const whole = await ended;
    this.close();
    return whole;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  async #connected(signal: AbortSignal): Promise<TLSSocket> {
    if (this.#socket !== null && this.#stands) return this.#socket;
    this.close();
    const { host, port, serverName, ca, cert, key } = this.#to;
    const socket = connect({
      host,
      port,
      ...(isIP(serverName) === 0 && { servername: serverName }),
      minVersion: 'TLSv1.2',
      ...(ca !== null && { ca }),
      ...(cert !== null && { cert }),
      ...(key !== null && { key }),
    });
    try {
      await settled(signal, (resolve, reject) => {
        socket.once('secureConnect', resolve);
        socket.once('error', (error) => reject(this.#failure(reasonOf(error))));
        socket.once('close', () => reject(this.#failure(CLOSED)));
      });
    } catch (error) {
      socket.destroy();
      throw error instanceof DeliveryError
        ? error
        : this.#failure(`it does not answer within ${PATIENCE_MS / 1000} s`);
    }
    this.#reason = CLOSED;
    socket.on('error', (error) => (this.#reason = reasonOf(error)));
    socket.resume(); // collectors have nothing to say; an end is to be noticed
    socket.setKeepAlive(true, 15_000);
    socket.setNoDelay(true);
    this.#socket = socket;
    return socket;
  }

  #failure(why: string): DeliveryError {
    return new DeliveryError('UNREACHABLE', `${this.#to.host}:${this.#to.port}: ${why}`);
  }
}

/** RFC 5425 §4.3: the octets of the message, a space, the message. */
function framed(line: string): Buffer {
  const bytes = Buffer.from(line);
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
}

/** RFC 5424 §6: MSGID is what it tells of; ids stand in the message itself. */
export function syslogLine({ gravity, time, type, line }: StreamMessage, hostname: string): string {
  const priority = FACILITY * 8 + SEVERITIES[gravity];
  const at = new Date(Math.floor(time / 1000)).toISOString();
  const micros = at.replace('Z', `${String(time % 1000).padStart(3, '0')}Z`);
  const host = hostname.replaceAll(/[^\x21-\x7e]/g, '').slice(0, MOST_HOST) || '-';
  return `<${priority}>1 ${micros} ${host} ${APP_NAME} ${process.pid} ${type} - ${line}`;
}

/** Rejects when the signal aborts. */
function settled(
  signal: AbortSignal,
  begin: (resolve: () => void, reject: (error: Error) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('aborted'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    begin(
      () => {
        signal.removeEventListener('abort', abort);
        resolve();
      },
      (error) => {
        signal.removeEventListener('abort', abort);
        reject(error);
      },
    );
  });
}

function reasonOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code === '' || error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}
