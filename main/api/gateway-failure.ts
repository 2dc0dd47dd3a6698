/** What a gateway, or an issuer, refused or failed of, as the API tells it. */
import { ApiError, type ApiErrorCode } from '../../shared/api/error.ts';
import { CommandError, type FailureCode } from '../failure.ts';

/** What a gateway or an issuer answered, its failures as the API tells them. */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new ApiError(FAILURES[cause.code] ?? 'INTERNAL', cause.message, { cause });
  }
}

const FAILURES: Readonly<Partial<Record<FailureCode, ApiErrorCode>>> = {
  NOT_SIGNED_IN: 'REVIEWER_NOT_SIGNED_IN',
  FORBIDDEN: 'FORBIDDEN',
  REQUEST_NOT_FOUND: 'NOT_FOUND',
  SESSION_NOT_FOUND: 'GONE',
  EVENT_NOT_FOUND: 'NOT_FOUND',
  ALREADY_DECIDED: 'CONFLICT',
  NO_LONGER_HELD: 'GONE',
  BAD_USAGE: 'BAD_REQUEST',
  GATEWAY_NOT_RUNNING: 'GATEWAY_UNREACHABLE',
  GATEWAY_NOT_READY: 'GATEWAY_UNREACHABLE',
  SIGN_IN_FAILED: 'SIGN_IN_FAILED',
  NO_ISSUER: 'SIGN_IN_FAILED',
  ISSUER_NOT_RUNNING: 'SIGN_IN_FAILED',
  REFUSED: 'SIGN_IN_FAILED',
  UNSUPPORTED: 'NOT_AVAILABLE_HERE',
};
