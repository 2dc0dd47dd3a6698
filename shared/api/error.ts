/** The one error that crosses the API. */
import { z } from './zod.ts';

/** Every code the API answers with, and its HTTP status. Programs switch on the code; messages are for people. */
export const API_ERRORS = {
  BAD_REQUEST: 400,
  BAD_FILTER: 400,
  NOT_SIGNED_IN: 401,
  FORBIDDEN: 403,
  /** A gateway wants to know who decides, and nobody is signed in, or it does not believe them. */
  REVIEWER_NOT_SIGNED_IN: 403,
  NOT_FOUND: 404,
  /** Somebody was first. */
  CONFLICT: 409,
  /** A request whose statement is not held any more. */
  GONE: 410,
  /** Of a team server: this person, or this address, asks too often. */
  TOO_MANY_REQUESTS: 429,
  NOT_AVAILABLE_HERE: 501,
  ARCHIVE_UNREADABLE: 422,
  ARCHIVE_OLDER: 422,
  ARCHIVE_NEWER: 422,
  CASE_UNREADABLE: 422,
  CASE_NEWER: 422,
  /** auditorium.yaml, or the policy it names: it is not there, cannot be read or is wrong. */
  CONFIG_UNUSABLE: 422,
  TIMEOUT: 504,
  /** The gateway does not answer the host, or is not ready. */
  GATEWAY_UNREACHABLE: 503,
  SIGN_IN_FAILED: 502,
  /** The client's own: no host answered. */
  UNREACHABLE: 502,
  INTERNAL: 500,
} as const;
export type ApiErrorCode = keyof typeof API_ERRORS;

export const ErrorBody = z
  .object({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets which keys these are
    code: z.enum(Object.keys(API_ERRORS) as [ApiErrorCode, ...ApiErrorCode[]]),
    message: z.string().describe('what, where and how to mend it'),
    /** Where in the filter the fault is, as character positions; only with BAD_FILTER. */
    range: z.tuple([z.number().int(), z.number().int()]).optional(),
  })
  .openapi('Error');
export type ErrorBody = z.infer<typeof ErrorBody>;

/** An error a route answers with; `range` points into the filter. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly range: readonly [number, number] | undefined;
  constructor(
    code: ApiErrorCode,
    message: string,
    options?: ErrorOptions & { readonly range?: readonly [number, number] },
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.code = code;
    this.range = options?.range;
  }
}

/** The error that a JSON text of the API tells; null when it tells none. */
export function readApiError(text: string): ApiError | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const body = ErrorBody.safeParse(value);
  if (!body.success) return null;
  const { code, message, range } = body.data;
  return new ApiError(code, message, range ? { range } : {});
}
