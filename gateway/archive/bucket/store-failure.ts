/** What went wrong with a store, where, and how to mend it, in one line; nothing of credentials is in it. */
import { S3ServiceException } from '@aws-sdk/client-s3';
import { ArchiveError } from '../archive.ts';
import type { Place } from './place.ts';

/** What a request was about. */
export interface Asked {
  readonly place: Place;
  /** How the object is written: `s3://…`. */
  readonly object: string;
}

type Tell = (asked: Asked & { readonly store: string }) => string;

/** By the error's code: of S3, of the SDK, of the operating system. */
const KNOWN: Readonly<Record<string, Tell>> = {
  NoSuchBucket: ({ place, store }) =>
    `there is no bucket ${place.bucket} at ${store}; check its name, and the endpoint (--endpoint, AWS_ENDPOINT_URL_S3)`,
  NoSuchKey: ({ object }) => `${object} is not there; it was removed, or never put`,
  AccessDenied: ({ object, store }) =>
    `${store} denies access to ${object}; these credentials need the right to get and to list, a gateway’s the right to put`,
  InvalidAccessKeyId: ({ store }) =>
    `${store} does not know this access key; check AWS_ACCESS_KEY_ID, or the profile`,
  SignatureDoesNotMatch: ({ store }) =>
    `${store} refuses the signature; check the secret access key, and the region`,
  RequestTimeTooSkewed: ({ store }) =>
    `the clock of this machine differs too much from that of ${store}; set it right`,
  ExpiredToken: ({ store }) =>
    `the credentials for ${store} have expired; renew them, or the profile or role that they come from`,
  CredentialsProviderError: ({ store }) =>
    `there are no credentials for ${store}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile`,
  PermanentRedirect: ({ place }) =>
    `the bucket ${place.bucket} is in another region than ${place.region}; set AWS_REGION`,
  ECONNREFUSED: ({ store }) => `nobody listens at ${store}; check the endpoint`,
  ENOTFOUND: ({ store }) => `the host of ${store} is not known; check the endpoint`,
};

/** Codes that mean the same. */
const SAME: Readonly<Record<string, string>> = {
  NotFound: 'NoSuchKey',
  ExpiredTokenException: 'ExpiredToken',
  TokenRefreshRequired: 'ExpiredToken',
  Forbidden: 'AccessDenied',
  AuthorizationHeaderMalformed: 'PermanentRedirect',
  EAI_AGAIN: 'ENOTFOUND',
};

const MISSING: ReadonlySet<string> = new Set(['NoSuchBucket', 'NoSuchKey']);

/** The failure of a request as {@link ArchiveError}: NOT_FOUND or UNREACHABLE. */
export function storeFailure(cause: unknown, asked: Asked): ArchiveError {
  if (cause instanceof ArchiveError) return cause;
  const store = asked.place.endpoint ?? 'AWS';
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  const said =
    KNOWN[code]?.({ ...asked, store }) ??
    `${store} does not answer for ${asked.object} (${code}: ${message})`;
  return new ArchiveError(MISSING.has(code) ? 'NOT_FOUND' : 'UNREACHABLE', said, { cause });
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'Error';
  // The answer to a HEAD has no body that names an error.
  if (cause instanceof S3ServiceException && cause.name === '403') return 'AccessDenied';
  const code = cause instanceof S3ServiceException || !('code' in cause) ? cause.name : String(cause.code);
  return SAME[code] ?? code;
}
