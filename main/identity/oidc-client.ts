/** This program as a client of an issuer (OpenID Connect, RFC 9700): discovery, and what its answers become. */
import {
  allowInsecureRequests,
  ClientSecretBasic,
  type Configuration,
  discovery,
  None,
  type TokenEndpointResponse,
} from 'openid-client';
import { CommandError } from '../failure.ts';
import type { Credential } from './credentials.ts';
import type { SignInTarget } from './sign-in-target.ts';
import { claimsOf } from './token-claims.ts';

/** An issuer that takes longer than this to answer, s, is out of reach. */
const PATIENCE_S = 10;

/** `secret` is that of a confidential client. Rejects with {@link CommandError}. */
export async function clientOf(
  { issuer, clientId }: Pick<SignInTarget, 'issuer' | 'clientId'>,
  secret: string | null = null,
): Promise<Configuration> {
  const url = URL.parse(issuer);
  if (url === null) throw new CommandError('BAD_USAGE', `${issuer} is not the URL of an issuer`);
  const local = url.protocol === 'http:' && /^(127\.[\d.]+|localhost|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !local)
    throw new CommandError('BAD_USAGE', `${issuer} must be an https URL (http only on loopback)`);
  try {
    return await discovery(url, clientId, undefined, secret === null ? None() : ClientSecretBasic(secret), {
      timeout: PATIENCE_S,
      ...(local && { execute: [allowInsecureRequests] }),
    });
  } catch (cause) {
    throw new CommandError(
      'ISSUER_NOT_RUNNING',
      `the issuer ${issuer} does not answer as one: ${reasonOf(cause)}`,
      {
        cause,
      },
    );
  }
}

/** What is kept of a token answer; throws {@link CommandError} when there is no token that a gateway could read. */
export function credentialOf(
  answer: TokenEndpointResponse,
  { issuer, clientId }: Pick<SignInTarget, 'issuer' | 'clientId'>,
  before: string | null,
  now: number,
): Credential {
  const claims = claimsOf(answer.access_token);
  if (claims === null) {
    const message = `${issuer} gave a token that no gateway can read (it is not signed JSON); ask for one with an audience`;
    throw new CommandError('SIGN_IN_FAILED', message);
  }
  return {
    issuer,
    clientId,
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? before,
    expires: claims.expires,
    stored: now,
  };
}

/** In words; an issuer's own where it gave some. Never holds a token. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('error_description' in error && typeof error.error_description === 'string')
    return error.error_description;
  if ('error' in error && typeof error.error === 'string') return error.error;
  const { cause } = error;
  return cause instanceof Error && cause.message !== ''
    ? `${error.message} (${cause.message})`
    : error.message;
}
