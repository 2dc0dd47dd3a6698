/** Why a decision on a held statement did not count. */
export type ApprovalErrorCode =
  /** There was never such a request. */
  | 'NO_SUCH_REQUEST'
  /** Its session, its worker or its gateway is gone. */
  | 'NO_LONGER_HELD'
  /** It was decided before, or its time was over. */
  | 'DECIDED'
  | 'TIMED_OUT'
  /** The same reviewer has voted before. */
  | 'VOTED'
  /** Nobody decides on their own. */
  | 'OWN_STATEMENT'
  /** The token is of a machine: of a CI job, or of a client that acts for itself. */
  | 'NOT_A_PERSON'
  /** The reviewer is in none of the groups that may decide. */
  | 'NOT_AN_APPROVER'
  | 'REASON_MISSING'
  /** The vote could not be recorded, and so does not count. */
  | 'NOT_RECORDED';

/** A decision that was refused; `message` is for the one who decided. */
export class ApprovalError extends Error {
  readonly code: ApprovalErrorCode;
  constructor(code: ApprovalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApprovalError';
    this.code = code;
  }
}
