/** Messages that the gateway itself sends to agents, as a PostgreSQL server would (PostgreSQL manual §54.7). */
import type { PostgresError } from './errors.ts';

/** A notice of the gateway's own; its fields are an error's, with a severity that stops nothing. */
export interface PostgresNotice extends Omit<PostgresError, 'severity'> {
  readonly severity: 'WARNING' | 'NOTICE' | 'INFO';
}

/** ErrorResponse. */
export function errorResponse(error: PostgresError): Buffer {
  return message('E', fields(error));
}

/** NoticeResponse. */
export function noticeResponse(notice: PostgresNotice): Buffer {
  return message('N', fields(notice));
}

/** AuthenticationOk. */
export function authenticationOk(): Buffer {
  return message('R', int32(0));
}

/** AuthenticationCleartextPassword. */
export function authenticationCleartextPassword(): Buffer {
  return message('R', int32(3));
}

/** AuthenticationSASL: the mechanisms to choose from. */
export function authenticationSasl(mechanisms: readonly string[]): Buffer {
  return message('R', int32(10), ...mechanisms.map(cstring), Buffer.alloc(1));
}

/** AuthenticationSASLContinue: a challenge of the mechanism. */
export function authenticationSaslContinue(data: Buffer): Buffer {
  return message('R', int32(11), data);
}

/** ParameterStatus. */
export function parameterStatus(name: string, value: string): Buffer {
  return message('S', cstring(name), cstring(value));
}

/** BackendKeyData: a key of 4 bytes in protocol 3.0, of up to 256 in 3.2. */
export function backendKeyData(processId: number, key: Buffer): Buffer {
  return message('K', int32(processId), key);
}

/** ReadyForQuery: idle, in a transaction, or in a failed one. */
export function readyForQuery(status: 'I' | 'T' | 'E'): Buffer {
  return message('Z', Buffer.from(status, 'latin1'));
}

/** NegotiateProtocolVersion: the newest 3.x spoken here and the `_pq_.` options not known here. */
export function negotiateProtocolVersion(minor: number, unknown: readonly string[]): Buffer {
  return message('v', int32((3 << 16) | minor), int32(unknown.length), ...unknown.map(cstring));
}

function fields(error: PostgresError | PostgresNotice): Buffer {
  const present: [code: string, value: string | undefined][] = [
    ['S', error.severity],
    ['V', error.severity],
    ['C', error.sqlstate],
    ['M', error.message],
    ['D', error.detail],
    ['H', error.hint],
    ['P', error.position === undefined ? undefined : String(error.position)],
  ];
  const parts = present.flatMap(([code, value]) => (value === undefined ? [] : [cstring(code + value)]));
  return Buffer.concat([...parts, Buffer.alloc(1)]);
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function cstring(text: string): Buffer {
  // A NUL would end the field early and let what follows pass for the next one.
  return Buffer.from(text.replaceAll('\0', '\uFFFD') + '\0', 'utf8');
}
