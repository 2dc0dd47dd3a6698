/** One request to a gateway's control API (gateway/control.ts) over its socket. */
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { ControlErrorBody } from '../gateway/control-schema.ts';
import { CommandError, type FailureCode } from './failure.ts';

/** A gateway that takes longer to answer than this, ms, is stuck. */
const PATIENCE_MS = 10_000;

export interface ControlQuestion<T> {
  readonly method: string;
  readonly path: string;
  /** Of the answer. */
  readonly schema: z.ZodType<T>;
  readonly body?: unknown;
  /** How long it may take, ms; 10 s where not given. */
  readonly patience?: number;
  /** Who asks, by their own token; null or absent: whoever can open the socket. */
  readonly token?: string | null;
  /** What it means that the gateway does not know it; SESSION_NOT_FOUND when not given. */
  readonly absent?: FailureCode;
}

/** Resolves to the answer, that of a gateway which is not ready included; rejects with {@link CommandError}. */
export async function askGateway<T>(socket: string, question: ControlQuestion<T>): Promise<T> {
  const { body, value } = await exchange(socket, question).catch((cause: unknown) => {
    throw unreachable(socket, cause);
  });
  const answer = question.schema.safeParse(value);
  if (answer.success) return answer.data;
  throw failureOf(socket, body, value, question.absent);
}

function failureOf(socket: string, body: string, value: unknown, absent?: FailureCode): CommandError {
  const error = ControlErrorBody.safeParse(value);
  if (!error.success)
    return new CommandError('INTERNAL', `what answers on ${socket} is no gateway: ${body.slice(0, 200)}`);
  const { code, message } = error.data;
  return new CommandError(failureCodeOf(code, absent), message);
}

/** A code of a gateway's answer, as commands fail with it. */
export function failureCodeOf(code: string, absent: FailureCode = 'SESSION_NOT_FOUND'): FailureCode {
  if (code === 'NOT_FOUND') return absent;
  return (Object.hasOwn(FAILURES, code) ? FAILURES[code] : undefined) ?? 'INTERNAL';
}

/** The codes of {@link ControlErrorBody} as commands fail with them. */
const FAILURES: Readonly<Record<string, FailureCode>> = {
  BAD_REQUEST: 'BAD_USAGE',
  UNAUTHENTICATED: 'NOT_SIGNED_IN',
  FORBIDDEN: 'FORBIDDEN',
  CONFLICT: 'ALREADY_DECIDED',
  GONE: 'NO_LONGER_HELD',
  UNAVAILABLE: 'GATEWAY_NOT_READY',
  CONFIG_INVALID: 'CONFIG_INVALID',
  UNSUPPORTED: 'UNSUPPORTED',
  REFUSED: 'GATEWAY_NOT_READY',
};

/**
 * Follows a stream of the gateway: its bytes as they come, until `signal` aborts or the gateway ends. Rejects with
 * {@link CommandError}.
 */
export async function* followGateway(
  socket: string,
  path: string,
  { token = null, signal }: { readonly token?: string | null; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array, void, undefined> {
  const response = await send(socket, { method: 'GET', path, token }, signal).catch((cause: unknown) => {
    throw unreachable(socket, cause);
  });
  if (response.statusCode !== 200) {
    const body = await text(response);
    throw failureOf(socket, body, jsonOf(body));
  }
  try {
    yield* response as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (!signal.aborted) throw unreachable(socket, cause);
  }
}

async function exchange(
  socket: string,
  question: ControlQuestion<unknown>,
): Promise<{ readonly body: string; readonly value: unknown }> {
  const signal = AbortSignal.timeout(question.patience ?? PATIENCE_MS);
  const body = await text(await send(socket, question, signal));
  return { body, value: jsonOf(body) };
}

function send(
  socketPath: string,
  { method, path, body, token = null }: Omit<ControlQuestion<unknown>, 'schema'>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const said = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    // Node frames the body of a DELETE only when it is told how long it is.
    'content-length': Buffer.byteLength(said),
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };
  const request = httpRequest({ socketPath, method, path, signal, headers }, resolve);
  request.once('error', reject);
  request.end(said);
  return promise;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function unreachable(socket: string, cause: unknown): CommandError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const why =
    code === 'EACCES'
      ? `the socket ${socket} belongs to another user; run this as the gateway's user`
      : `no gateway answers on ${socket}; start it, or name the configuration that it was started with`;
  return new CommandError('GATEWAY_NOT_RUNNING', why, { cause });
}
