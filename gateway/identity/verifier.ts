/** Tells who is at the other end from the password: one OIDC token, or two joined by a comma (who, then the CI job). */
import type { EventInput } from '../../shared/recording/event.ts';
import type { IssuerConfig } from './issuer-config.ts';

/** The fields of the `identity` event. */
export type AgentIdentity = EventInput<'identity'>;

/** The fields of the `ciContext` event. */
export type CiContext = EventInput<'ciContext'>;

export interface Verified {
  readonly identity: AgentIdentity;
  /** The CI job a verified claim names; null when none does. */
  readonly ci: CiContext | null;
  /** When a session that began with this password must end, ms since 1970 (not `exp`: see `lifetime` of the issuer). */
  readonly expires: number;
}

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
  | 'NOT_A_CI_TOKEN';

/** A refused password; `message` is for the person at the other end and never holds any part of a token's text. */
export class IdentityError extends Error {
  readonly code: IdentityErrorCode;
  constructor(code: IdentityErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IdentityError';
    this.code = code;
  }
}

export interface Verifier {
  /** Rejects with {@link IdentityError}. */
  verify(password: string): Promise<Verified>;
  close(): void;
}

/** `now` is the wall clock in ms; `fetch` reaches issuers, and only those configured. */
export interface VerifierDependencies {
  now(): number;
  readonly fetch?: typeof fetch;
}

export function createVerifier(_issuers: readonly IssuerConfig[], _deps: VerifierDependencies): Verifier {
  throw new Error('being written');
}
