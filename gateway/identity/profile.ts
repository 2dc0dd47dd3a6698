/** The table of issuer profiles: how each kind of issuer's tokens are recognised and read (security rules: RFC 8725, 9068). */
import { CI_PROVIDERS, ciOfClaims, type CiClaims, type CiProvider } from './ci.ts';
import type { Algorithm, GroupsClaim, Lifetime, ProfileName } from './issuer-config.ts';
import { isObject } from './strict-json.ts';

type Claims = Readonly<Record<string, unknown>>;

export interface Profile {
  /** Access tokens say what their bearer may do here; ID tokens only who signed in elsewhere, so they are kept apart. */
  readonly kind: 'access token' | 'CI token';
  readonly algorithms: readonly Algorithm[];
  readonly lifetime: Lifetime;
  /** What `typ` in the header may be (RFC 7515 §4.1.9: case and `application/` do not count); '' is absent. */
  readonly types: readonly string[];
  /** Claims that must be there beside `iss`, `aud`, `exp` and `sub`. */
  readonly required: readonly string[];
  clientId(claims: Claims): string | null;
  /** The person behind the token, where that is told apart from its subject. */
  userId(claims: Claims): string | null;
  scopes(claims: Claims): string[];
  /** The CI job the claims tell; null when they tell none. */
  ci(claims: Claims): CiClaims | null;
}

const HOUR = 3_600_000;

/** CI tokens live for minutes and prove who connects; the session may last as long as a job usually does. */
const CI_LIFETIME: Lifetime = { max: HOUR };

/** Of the development issuer: the claim that says whose CI claims its token carries. */
export const CI_PROVIDER_CLAIM = 'ci_provider';

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  /** A custom authorization server; it sets no `typ` (that of the organisation's own server is refused by it). */
  okta: {
    kind: 'access token',
    algorithms: ['RS256'],
    lifetime: 'exp',
    types: ['', 'jwt', 'at+jwt'],
    required: ['cid'],
    clientId: (claims) => text(claims['cid']),
    userId: (claims) => text(claims['uid']),
    scopes: (claims) => texts(claims['scp']),
    ci: () => null,
  },
  generic: {
    kind: 'access token',
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
    lifetime: 'exp',
    types: ['', 'jwt', 'at+jwt'],
    required: [],
    clientId: (claims) => text(claims['client_id']) ?? text(claims['azp']) ?? text(claims['cid']),
    userId: () => null,
    scopes: (claims) => texts(claims['scope'] ?? claims['scp']),
    ci: () => null,
  },
  github: ciProfile('github'),
  gitlab: ciProfile('gitlab'),
  buildkite: ciProfile('buildkite'),
  development: {
    kind: 'access token',
    algorithms: ['ES256'],
    lifetime: 'exp',
    types: ['at+jwt'],
    required: ['client_id', 'jti'],
    clientId: (claims) => text(claims['client_id']),
    userId: () => null,
    scopes: (claims) => texts(claims['scope']),
    ci(claims) {
      const provider = CI_PROVIDERS.find((name) => name === claims[CI_PROVIDER_CLAIM]);
      return provider === undefined ? null : ciOfClaims(provider, claims);
    },
  },
};

function ciProfile(provider: CiProvider): Profile {
  return {
    kind: 'CI token',
    algorithms: ['RS256'],
    lifetime: CI_LIFETIME,
    types: ['', 'jwt'],
    required: [],
    clientId: () => null,
    userId: () => null,
    scopes: () => [],
    ci: (claims) => ciOfClaims(provider, claims),
  };
}

/**
 * Whether claims show that an ID token was given where an access token belongs: claims that only ID tokens have (OpenID
 * Connect Core §2, §3.3.2.11), marks of single products (Cognito `token_use`, Keycloak `typ`, Okta `jti`), or an audience
 * that is the client itself.
 */
export function isIdToken(profile: Profile, claims: Claims): boolean {
  if (profile.kind !== 'access token') return false;
  if (['nonce', 'at_hash', 'c_hash', 's_hash'].some((name) => Object.hasOwn(claims, name))) return true;
  if (claims['token_use'] === 'id' || claims['typ'] === 'ID') return true;
  if (text(claims['jti'])?.startsWith('ID.') === true) return true;
  const client = profile.clientId(claims);
  return client !== null && texts(claims['aud']).includes(client);
}

/** Whether the header's `typ` is one the profile takes. */
export function isTypeAccepted(profile: Profile, typ: unknown): boolean {
  if (typ === undefined) return profile.types.includes('');
  return (
    typeof typ === 'string' &&
    typ !== '' &&
    profile.types.includes(typ.toLowerCase().replace(/^application\//, ''))
  );
}

/** A claim that is text, null when it is absent, empty or anything else. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A claim that is a list of texts, or one text with words apart by spaces (as `scope` is, RFC 8693 §4.2). */
export function texts(value: unknown): string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string' && item !== '') : [];
}

const GROUPS: GroupsClaim = { path: ['groups'], separator: null };

/** The groups a token carries. Their names may hold spaces: one text is one group unless a separator is configured. */
export function groupsOf(claims: Claims, { path, separator }: GroupsClaim = GROUPS): string[] {
  const value = path.reduce<unknown>(
    (within, name) => (isObject(within) && Object.hasOwn(within, name) ? within[name] : undefined),
    claims,
  );
  if (typeof value !== 'string') return texts(value);
  return texts(separator === null ? [value] : value.split(separator));
}
