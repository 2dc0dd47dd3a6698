/** Which start-up parameters of an agent reach the server. */
import type { PostgresError } from './wire/errors.ts';

/** A start-up parameter that is not let through. */
export class ParameterError extends Error {
  readonly postgres: PostgresError;
  constructor(postgres: PostgresError) {
    super(postgres.message);
    this.name = 'ParameterError';
    this.postgres = postgres;
  }
}

/** The parameters for the server, from an agent's; `options` is taken apart. Throws {@link ParameterError}. */
export function upstreamParameters(agent: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(agent);
}

/** The CI job an agent claims with `options='-c auditorium.job=…'`. */
export function assertedJob(_agent: ReadonlyMap<string, string>): string | undefined {
  return undefined;
}
