/**
 * FunctionCall runs any function by its OID past whoever reads SQL, so it is refused by default. As in every refusal the
 * server itself must fail, so that it ends the transaction and skips what it would skip: it gets the call of a function
 * that cannot exist, and the agent gets other words for its error.
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { PostgresError } from './wire/errors.ts';
import { MESSAGE_HEAD_BYTES } from './wire/framing.ts';
import { readFunctionCall } from './wire/frontend.ts';

/** What the agent is told. */
export const CALL_REFUSED: PostgresError = {
  severity: 'ERROR',
  sqlstate: '0A000',
  message: 'function calls by OID are refused by this gateway',
  hint: 'Call the function by its name in a SELECT. Large objects can be read and written with lo_get() and lo_put().',
};

/**
 * Records a FunctionCall. One that is refused is made a call of function 0, which PostgreSQL never gives a function: it
 * looks for the function before it reads any argument, and of what the agent sent nothing is left.
 */
export function recordFunctionCall(
  recorder: SessionRecorder,
  statement: number,
  message: Buffer,
  refused: boolean,
): void {
  const oid = readFunctionCall(message);
  if (!refused) {
    recorder.record('functionCall', { statement, function: oid, message });
    recorder.record('observed', { rule: 'function call', detail: `function ${oid}` });
    return;
  }
  recorder.record('functionCall', { statement, function: oid, message: Buffer.from(message) });
  message.fill(0, MESSAGE_HEAD_BYTES);
  recorder.record('gatewayStatement', { statement, reason: CALL_REFUSED.message, message });
}
