/** Why a password was refused. */
export type IdentityErrorCode =
  | 'NO_TOKEN'
  | 'TOO_MANY_TOKENS'
  | 'TOKEN_TOO_LARGE'
  | 'NOT_A_TOKEN'
  | 'MALFORMED_TOKEN'
  | 'ALGORITHM_REFUSED'
  | 'HEADER_REFUSED'
  | 'UNKNOWN_ISSUER'
  | 'ISSUER_UNREACHABLE'
  | 'UNKNOWN_KEY'
  | 'BAD_SIGNATURE'
  | 'WRONG_TYPE'
  | 'ID_TOKEN'
  | 'WRONG_AUDIENCE'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'CLAIM_MISSING'
  | 'CLAIM_REFUSED'
  | 'NOT_A_CI_TOKEN'
  /** An operator revoked it. */
  | 'REVOKED'
  /** Its issuer says that it no longer holds. */
  | 'INACTIVE'
  /** Its issuer does not say whether it still holds. */
  | 'NOT_CHECKED';

/** A refused password; `message` is for the person at the other end and never holds any part of a token's text. */
export class IdentityError extends Error {
  readonly code: IdentityErrorCode;
  constructor(code: IdentityErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IdentityError';
    this.code = code;
  }
}

/** Longest claim value an error quotes: a URL fits, a token does not. */
const MAX_QUOTED = 120;

/** A value out of a token for use in an error: printable ASCII, cut to length, in quotes; `nothing` when it is not a plain value. */
export function quoted(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return 'nothing';
  const printable = value.replaceAll(/[^ -~]/g, '?');
  return `"${printable.length > MAX_QUOTED ? `${printable.slice(0, MAX_QUOTED)}…` : printable}"`;
}
