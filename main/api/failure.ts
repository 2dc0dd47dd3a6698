/** What went wrong, as the API says it. */
import { HTTPException } from 'hono/http-exception';
import { ArchiveError, type ArchiveErrorCode } from '../../gateway/archive/archive.ts';
import { CommandError, type FailureCode } from '../failure.ts';
import { CaseError, type CaseErrorCode } from '../casework/case-error.ts';
import { CaseBytesError } from '../../shared/findings/case-bytes.ts';
import { ApiError, type ApiErrorCode, type ErrorBody } from '../../shared/api/error.ts';

const ARCHIVE_FAILURES: Readonly<Record<ArchiveErrorCode, ApiErrorCode>> = {
  NOT_FOUND: 'ARCHIVE_UNREADABLE',
  NOT_AN_ARCHIVE: 'ARCHIVE_UNREADABLE',
  OLDER_VERSION: 'ARCHIVE_OLDER',
  NEWER_VERSION: 'ARCHIVE_NEWER',
  DAMAGED: 'ARCHIVE_UNREADABLE',
  BUSY: 'TIMEOUT',
  TIMEOUT: 'TIMEOUT',
  UNREACHABLE: 'ARCHIVE_UNREADABLE',
  REFUSED: 'ARCHIVE_UNREADABLE',
  BAD_CURSOR: 'BAD_REQUEST',
  BAD_FILTER: 'BAD_FILTER',
  NOT_HERE: 'NOT_AVAILABLE_HERE',
};

const CASE_FAILURES: Readonly<Record<CaseErrorCode, ApiErrorCode>> = {
  CASE_UNREADABLE: 'CASE_UNREADABLE',
  CASE_NEWER: 'CASE_NEWER',
  CASE_NOT_FOUND: 'CASE_UNREADABLE',
  ENTRY_NOT_FOUND: 'NOT_FOUND',
  NOT_YOURS: 'FORBIDDEN',
  BAD_ENTRY: 'BAD_REQUEST',
};

/** What exports, which the command line has too, fail of. */
const COMMAND_FAILURES: Readonly<Partial<Record<FailureCode, ApiErrorCode>>> = {
  NOTHING_SELECTED: 'NOT_FOUND',
  SESSION_NOT_FOUND: 'NOT_FOUND',
  BAD_USAGE: 'BAD_REQUEST',
  EXPORT_TOO_LARGE: 'BAD_REQUEST',
  NO_PROOF: 'ARCHIVE_UNREADABLE',
};

/** Any thrown value as the API's error; one that nobody foresaw is INTERNAL, with its cause. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof ArchiveError) {
    return new ApiError(ARCHIVE_FAILURES[thrown.code], thrown.message, { cause: thrown });
  }
  if (thrown instanceof CaseError)
    return new ApiError(CASE_FAILURES[thrown.code], thrown.message, { cause: thrown });
  if (thrown instanceof CaseBytesError) return new ApiError('BAD_REQUEST', thrown.message, { cause: thrown });
  if (thrown instanceof CommandError) {
    return new ApiError(COMMAND_FAILURES[thrown.code] ?? 'INTERNAL', thrown.message, { cause: thrown });
  }
  if (thrown instanceof HTTPException) return new ApiError('BAD_REQUEST', thrown.message, { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError('INTERNAL', `something failed inside Auditorium: ${message}`, { cause: thrown });
}

/** The body of an answer that tells the error. */
export function bodyOf({ code, message, range }: ApiError): ErrorBody {
  return { code, message, ...(range ? { range: [range[0], range[1]] } : {}) };
}
