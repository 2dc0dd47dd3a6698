/** One request to a gateway's control API (gateway/control.ts) over its socket. */
import { request as httpRequest } from 'node:http';
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
}

/** Resolves to the answer, that of a gateway which is not ready included; rejects with {@link CommandError}. */
export async function askGateway<T>(socket: string, question: ControlQuestion<T>): Promise<T> {
  const { body, value } = await exchange(socket, question).catch((cause: unknown) => {
    throw unreachable(socket, cause);
  });
  const answer = question.schema.safeParse(value);
  if (answer.success) return answer.data;
  const error = ControlErrorBody.safeParse(value);
  if (!error.success)
    throw new CommandError('INTERNAL', `what answers on ${socket} is no gateway: ${body.slice(0, 200)}`);
  throw new CommandError(FAILURES[error.data.code] ?? 'INTERNAL', error.data.message);
}

/** The codes of {@link ControlErrorBody} as commands fail with them. */
const FAILURES: Readonly<Record<string, FailureCode>> = {
  BAD_REQUEST: 'BAD_USAGE',
  NOT_FOUND: 'SESSION_NOT_FOUND',
  CONFIG_INVALID: 'CONFIG_INVALID',
  UNSUPPORTED: 'UNSUPPORTED',
};

async function exchange(
  socketPath: string,
  { method, path, body }: ControlQuestion<unknown>,
): Promise<{ readonly body: string; readonly value: unknown }> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const said = body === undefined ? '' : JSON.stringify(body);
  // Node frames the body of a DELETE only when it is told how long it is.
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(said) };
  const request = httpRequest({ socketPath, method, path, signal, headers }, (response) => {
    text(response).then(resolve, reject);
  });
  request.once('error', reject);
  request.end(said);
  const answer = await promise;
  try {
    return { body: answer, value: JSON.parse(answer) };
  } catch {
    return { body: answer, value: null };
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
