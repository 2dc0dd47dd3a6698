/** Why the gateway, or the host, did not do what was asked, and whether signing in would help. */
import { ApiError } from '../../shared/api/error.ts';
import { OPERATING } from '../words/operating.ts';

export interface Failure {
  readonly message: string;
  readonly unknownPerson: boolean;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) return { message: OPERATING.unknownFailure, unknownPerson: false };
  return { message: error.message, unknownPerson: error.code === 'REVIEWER_NOT_SIGNED_IN' };
}
