/** Why a session was not opened: what the agent is told and what the record says. */
import { IdentityError } from '../identity/verifier.ts';
import { ParameterError } from './parameters.ts';
import { StartupError } from './startup.ts';
import { UpstreamError } from './upstream-error.ts';
import type { PostgresError } from './wire/errors.ts';

/** The gateway itself refuses: no such connection, no group that may use it, shutting down. */
export class SessionRefused extends Error {
  readonly postgres: PostgresError;
  constructor(postgres: PostgresError) {
    super(postgres.message);
    this.name = 'SessionRefused';
    this.postgres = postgres;
  }
}

/** `postgres` is absent where nobody is left to be told. */
export interface Refusal {
  readonly postgres: PostgresError | undefined;
  readonly reason: string;
  /** What operators are told besides: it is neither the agent's nor the record's. */
  readonly advice?: string | null;
  /** The reason as one of few, for counting. */
  readonly code: string;
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof SessionRefused) {
    return { postgres: error.postgres, reason: error.message, code: error.postgres.sqlstate };
  }
  if (error instanceof ParameterError) {
    return { postgres: error.postgres, reason: error.message, code: 'PARAMETER_REFUSED' };
  }
  if (error instanceof StartupError) {
    return { postgres: error.postgres, reason: error.message, code: error.code };
  }
  if (error instanceof IdentityError) {
    const postgres: PostgresError = {
      severity: 'FATAL',
      sqlstate: '28000',
      message: `token refused: ${error.message}`,
    };
    return { postgres, reason: `${error.code}: ${error.message}`, code: error.code };
  }
  if (error instanceof UpstreamError) {
    const postgres: PostgresError = { severity: 'FATAL', sqlstate: error.sqlstate, message: error.message };
    return {
      postgres,
      reason: `${error.code}: ${error.message}`,
      code: error.code,
      advice: error.advice,
    };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return {
    postgres: { severity: 'FATAL', sqlstate: 'XX000', message: 'the gateway failed to open the session' },
    reason,
    code: 'INTERNAL',
  };
}
