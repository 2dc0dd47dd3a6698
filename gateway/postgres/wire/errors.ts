/**
 * ErrorResponse as data: what the gateway tells an agent, and what a server told the gateway.
 * PostgreSQL manual §54.8 "Error and Notice Message Fields"; SQLSTATEs: Appendix A.
 */

/** An error in PostgreSQL's own terms. FATAL closes the connection, ERROR leaves it open. */
export interface PostgresError {
  readonly severity: 'FATAL' | 'ERROR';
  /** Five characters of PostgreSQL's error code table. */
  readonly sqlstate: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  /** Where in the text it is, in characters from 1. */
  readonly position?: number;
}

/** The SQLSTATE of a server error that came without one: 08P01, protocol violation. */
const MISSING_SQLSTATE = '08P01';

/** What a server answered when it refused something; the `cause` of the gateway's own error about it. */
export class ServerError extends Error {
  readonly postgres: PostgresError;
  constructor(postgres: PostgresError) {
    super(`${postgres.severity} ${postgres.sqlstate}: ${postgres.message}`);
    this.name = 'ServerError';
    this.postgres = postgres;
  }
}

/**
 * Reads the body of an ErrorResponse. Never throws, whatever a hostile server sends: fields that are missing or malformed
 * are replaced by what is safe to assume (FATAL, 08P01, a message that says so).
 */
export function parseErrorResponse(body: Buffer): PostgresError {
  const fields = new Map<string, string>();
  for (const field of body.toString('utf8').split('\0')) {
    if (field === '') break;
    fields.set(field.charAt(0), field.slice(1));
  }
  const sqlstate = fields.get('C') ?? '';
  const detail = fields.get('D');
  const hint = fields.get('H');
  return {
    // 'V' is the severity that is never translated (PostgreSQL 9.6 and later).
    severity: (fields.get('V') ?? fields.get('S')) === 'ERROR' ? 'ERROR' : 'FATAL',
    sqlstate: /^[0-9A-Z]{5}$/.test(sqlstate) ? sqlstate : MISSING_SQLSTATE,
    message: fields.get('M') ?? 'the server sent an error without a message',
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
  };
}
