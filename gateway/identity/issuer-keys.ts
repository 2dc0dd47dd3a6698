/** The signing keys of one issuer: where they are (discovery) and what they are (JWKS), fetched when first needed. */
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import { IdentityError } from './identity-error.ts';
import { isObject } from './strict-json.ts';

/** Milliseconds for one request to an issuer: someone waits at a password prompt. */
const TIMEOUT = 5000;

/** What {@link issuerKeys} needs; `closing` ends requests under way. */
export interface KeyDependencies {
  readonly fetch: typeof fetch;
  readonly closing: AbortSignal;
}

/**
 * Finds the key for a token of `issuer` (its URL, from the configuration and never from a token). The place of the keys is
 * kept once found, keys for ten minutes; a failure is not kept. Throws IdentityError.
 */
export function issuerKeys(issuer: string, deps: KeyDependencies): JWTVerifyGetKey {
  let finding: Promise<RemoteJWKSet> | null = null;
  const find = async (): Promise<RemoteJWKSet> => {
    const url = await discoverKeys(issuer, deps);
    return createRemoteJWKSet(url, {
      timeoutDuration: TIMEOUT,
      [customFetch]: (address, options) =>
        deps.fetch(address, { ...options, signal: AbortSignal.any([options.signal, deps.closing]) }),
    });
  };
  return async (header, token) => {
    try {
      finding ??= find();
      const keys = await finding.catch((error: unknown) => {
        finding = null;
        throw error;
      });
      return await keys(header, token);
    } catch (error) {
      throw keyError(issuer, error);
    }
  };
}

function keyError(issuer: string, error: unknown): IdentityError {
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return new IdentityError(
      'UNKNOWN_KEY',
      `the token is not signed with a current key of ${issuer}; get a new one`,
      {
        cause: error,
      },
    );
  }
  return new IdentityError(
    'ISSUER_UNREACHABLE',
    `the keys of ${issuer} could not be fetched (${reason(error)}); try again, and if it stays so tell who runs the gateway`,
    { cause: error },
  );
}

/** The innermost message: `fetch failed` alone says nothing. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof AggregateError && error.cause.errors[0] instanceof Error)
    return error.cause.errors[0].message;
  return error.cause instanceof Error ? reason(error.cause) : error.message;
}

/** The `jwks_uri` of an issuer's metadata (OpenID Connect Discovery 1.0 §4, else RFC 8414 §3). */
async function discoverKeys(issuer: string, deps: KeyDependencies): Promise<URL> {
  const metadata =
    (await fetchMetadata(openIdAddress(issuer), deps)) ?? (await fetchMetadata(oauthAddress(issuer), deps));
  if (metadata === null) throw new Error('it has no discovery document');
  if (metadata['issuer'] !== issuer) throw new Error('its discovery document names another issuer');
  const keys = typeof metadata['jwks_uri'] === 'string' ? URL.parse(metadata['jwks_uri']) : null;
  if (keys === null) throw new Error('its discovery document has no jwks_uri');
  const plain = new URL(issuer).protocol === 'http:';
  if (
    keys.protocol !== 'https:' &&
    !(plain && keys.protocol === 'http:' && keys.hostname === new URL(issuer).hostname)
  ) {
    throw new Error('its jwks_uri is not https');
  }
  return keys;
}

function openIdAddress(issuer: string): URL {
  return new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
}

function oauthAddress(issuer: string): URL {
  const url = new URL(issuer);
  return new URL(`/.well-known/oauth-authorization-server${url.pathname.replace(/\/$/, '')}`, url);
}

/** null when there is no such document. Redirects are not followed: only the configured issuer is asked. */
async function fetchMetadata(address: URL, deps: KeyDependencies): Promise<Record<string, unknown> | null> {
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT), deps.closing]);
  const response = await deps.fetch(address, {
    redirect: 'manual',
    signal,
    headers: { accept: 'application/json' },
  });
  if (response.status === 404) {
    await response.body?.cancel();
    return null;
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`its discovery document was answered with status ${response.status}`);
  }
  const metadata: unknown = await response.json();
  if (!isObject(metadata)) throw new Error('its discovery document is not a JSON object');
  return metadata;
}
