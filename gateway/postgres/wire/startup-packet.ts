/**
 * The packets a client may open a connection with; they have a length and no type (PostgreSQL manual §54.7,
 * StartupMessage, CancelRequest, SSLRequest, GSSENCRequest).
 */
import { isUtf8 } from 'node:buffer';
import type { PostgresError } from './errors.ts';

/** PostgreSQL's own limit (MAX_STARTUP_PACKET_LENGTH), length included. */
export const MAX_STARTUP_PACKET = 10_000;

/** A length and a code. */
export const MIN_STARTUP_PACKET = 8;

/** PostgreSQL 18 takes cancel keys of at most this many bytes. */
const MAX_CANCEL_KEY = 256;

/** The newest minor version of protocol 3 spoken here. */
export const NEWEST_MINOR = 2;

const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const GSSENC_REQUEST = 80877104;

/** Options of the protocol itself, as against parameters of the session. */
const PROTOCOL_OPTION = '_pq_.';

/** What a client opened with. */
export type StartupPacket =
  | { readonly kind: 'ssl' | 'gssenc' }
  | { readonly kind: 'cancel'; readonly processId: number; readonly key: Buffer }
  | {
      readonly kind: 'session';
      /** The minor version of protocol 3 that the client asks for. */
      readonly minor: number;
      readonly parameters: ReadonlyMap<string, string>;
      /** Names of `_pq_.` options; none is known here. */
      readonly protocolOptions: readonly string[];
    };

/** A packet that is not let through, and what PostgreSQL would say about it. */
export class StartupPacketError extends Error {
  readonly postgres: PostgresError;
  constructor(sqlstate: string, message: string) {
    super(message);
    this.name = 'StartupPacketError';
    this.postgres = { severity: 'FATAL', sqlstate, message };
  }
}

/** Whether a packet may have this length, itself included. */
export function startupLengthAllowed(length: number): boolean {
  return length >= MIN_STARTUP_PACKET && length <= MAX_STARTUP_PACKET;
}

/** Parses what follows the length (at least 4 bytes). Throws {@link StartupPacketError}. */
export function parseStartupPacket(body: Buffer): StartupPacket {
  const code = body.readUInt32BE(0);
  switch (code) {
    case SSL_REQUEST:
    case GSSENC_REQUEST:
      if (body.length !== 4) throw malformed('a request for encryption has a fixed length');
      return { kind: code === SSL_REQUEST ? 'ssl' : 'gssenc' };
    case CANCEL_REQUEST:
      return parseCancel(body);
    default:
      return parseSession(code >>> 16, code & 0xffff, body.subarray(4));
  }
}

function parseCancel(body: Buffer): StartupPacket {
  const key = body.subarray(8);
  if (key.length === 0 || key.length > MAX_CANCEL_KEY)
    throw malformed('a cancel request of this length is not possible');
  return { kind: 'cancel', processId: body.readInt32BE(4), key };
}

function parseSession(major: number, minor: number, body: Buffer): StartupPacket {
  if (major !== 3) {
    const spoken = `unsupported frontend protocol ${major}.${minor}: server supports 3.0 to 3.${NEWEST_MINOR}`;
    throw new StartupPacketError('0A000', spoken);
  }
  const parameters = new Map<string, string>();
  const protocolOptions: string[] = [];
  for (const [name, value] of pairs(body)) {
    if (parameters.has(name) || protocolOptions.includes(name)) {
      // PostgreSQL takes the last; software in between may have looked at the first.
      throw malformed(`${JSON.stringify(name)} appears twice`);
    }
    if (name.startsWith(PROTOCOL_OPTION)) protocolOptions.push(name);
    else parameters.set(name, value);
  }
  return { kind: 'session', minor, parameters, protocolOptions };
}

/** Names and values, each ended by a NUL, and one NUL more as the packet's last byte. */
function* pairs(body: Buffer): Generator<[name: string, value: string]> {
  if (!isUtf8(body)) throw new StartupPacketError('22021', 'invalid startup packet: not valid UTF-8');
  let at = 0;
  const next = (): string => {
    const end = body.indexOf(0, at);
    if (end < 0) throw malformed('a text without an end');
    const text = body.toString('utf8', at, end);
    at = end + 1;
    return text;
  };
  for (let name = next(); name !== ''; name = next()) yield [name, next()];
  if (at !== body.length) throw malformed('expected terminator as last byte');
}

function malformed(detail: string): StartupPacketError {
  return new StartupPacketError('08P01', `invalid startup packet: ${detail}`);
}
