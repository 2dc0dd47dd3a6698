/** How a team server refuses a gateway that dials it. */
import { z } from 'zod';

/** Why a server opens no link, or knows it no more. */
export const LINK_ERRORS = {
  /** Neither name nor secret tell which. */
  UNKNOWN: 401,
  /** Another gateway is linked by this name. */
  TAKEN: 409,
  /** The link is over: dial anew. */
  OVER: 410,
  MALFORMED: 400,
  TOO_LARGE: 413,
  VERSION: 426,
} as const;
export type LinkErrorCode = keyof typeof LINK_ERRORS;

export const LinkErrorBody = z.object({ code: z.string().max(200), message: z.string().max(4_000) });

/** What a gateway is refused with. */
export class LinkError extends Error {
  readonly code: LinkErrorCode;
  constructor(code: LinkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LinkError';
    this.code = code;
  }
}
