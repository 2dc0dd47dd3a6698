/** An answer that can be neither passed on nor masked. */

/** Longest row or message that is held whole to be masked, in bytes. */
export const MAX_MASKED_BYTES = 64 << 20;

/** The session cannot go on; the agent is told with SQLSTATE 54000, program limit exceeded. */
export class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused';
  readonly sqlstate = '54000';
}

/** What would have to be held whole to be masked is too long. */
export function tooLongToMask(what: string): AnswerRefused {
  return new AnswerRefused(`${what} is longer than the ${MAX_MASKED_BYTES} bytes that can be masked`);
}
