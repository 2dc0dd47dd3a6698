/**
 * FunctionCall runs any function by its OID past whoever reads SQL, so it is refused by default. As in every refusal the
 * server itself must fail, so that it ends the transaction and skips what it would skip: it gets the call of a function
 * that cannot exist, and the agent gets other words for its error.
 */
import type { PostgresError } from './wire/errors.ts';
import { MESSAGE_HEAD_BYTES } from './wire/framing.ts';

/** What the agent is told. */
export const CALL_REFUSED: PostgresError = {
  severity: 'ERROR',
  sqlstate: '0A000',
  message: 'function calls by OID are refused by this gateway',
  hint: 'Call the function by its name in a SELECT. Large objects can be read and written with lo_get() and lo_put().',
};

/**
 * Makes the message a call of function 0, which PostgreSQL never gives a function; of what the agent sent nothing is left.
 * PostgreSQL looks for the function before it reads any argument.
 */
export function failInstead(message: Buffer): void {
  message.fill(0, MESSAGE_HEAD_BYTES);
}
