/** Tokens of made-up issuers, good and bad, for tests of what verifies them. */
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';
import type { Algorithm, IssuerConfig, ProfileName } from '../issuer-config.ts';
import { PROFILES } from '../profile.ts';

/** When it is in these tests, s since 1970: 2026-11-22T07:00:00Z. */
export const NOW = 1_795_330_800;

export const OKTA = 'https://acme.okta.com/oauth2/default';
export const GITHUB = 'https://token.actions.example';
export const GENERIC = 'https://id.example/';

export type Claims = Readonly<Record<string, unknown>>;

/** An Okta access token. */
export const AGENT = {
  ver: 1,
  jti: 'AT.one',
  iss: OKTA,
  aud: 'api://auditorium',
  iat: NOW - 10,
  exp: NOW + 3600,
  cid: '0oaDeployer',
  scp: ['db.read', 'db.write'],
  sub: 'ci-deployer',
  groups: ['ci-agents', 'Data Team'],
};

/** An ID token of a GitHub Actions job. */
export const JOB = {
  jti: 'job-token',
  iss: GITHUB,
  aud: 'api://auditorium',
  exp: NOW + 300,
  nbf: NOW - 5,
  sub: 'repo:acme@42/shop@99:ref:refs/heads/main',
  repository: 'acme/shop',
  repository_owner_id: '42',
  run_id: '4711',
  check_run_id: '3',
  ref: 'refs/heads/main',
  actor: 'ada',
};

/** A key pair with the id that tokens name it by. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** As a key set holds it. */
  readonly jwk: JWK;
}

export async function newKey(kid: string, alg: Algorithm = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** A token of these claims; `header` adds to what it says of the key, or takes away by undefined. */
export function sign(key: SigningKey, claims: Claims, header: Claims = {}): Promise<string> {
  return signText(key, JSON.stringify(claims), header);
}

/** A token of this very payload. */
export function signText(key: SigningKey, payload: string, header: Claims = {}): Promise<string> {
  const { kid, alg, privateKey } = key;
  return new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}

/** One part of a token: base64url of the JSON. */
export function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** An issuer as a configuration gives it that says no more than it has to. */
export function issuerOf(
  profile: ProfileName,
  issuer: string,
  more: Partial<IssuerConfig> = {},
): IssuerConfig {
  const { algorithms, lifetime } = PROFILES[profile];
  const audience = 'api://auditorium';
  return { name: profile, profile, issuer, audience, algorithms, lifetime, groups: [], require: {}, ...more };
}

/** A network with the issuers {@link OKTA}, {@link GITHUB} and {@link GENERIC} on it, all with one key set. */
export class FakeNetwork {
  /** The URLs asked for, in order. */
  readonly requests: string[] = [];
  /** How it answers; tests replace it. */
  answer: (url: string) => Response | Promise<Response>;

  constructor(keys: readonly JWK[]) {
    this.answer = (url) => {
      if (url.endsWith('/keys')) return Response.json({ keys });
      const issuer = [OKTA, GITHUB, GENERIC].find((known) => url.startsWith(known)) ?? '';
      return Response.json({ issuer, jwks_uri: `${issuer.replace(/\/$/, '')}/keys` });
    };
  }

  readonly fetch: typeof fetch = async (input) => {
    const url = input instanceof Request ? input.url : input.toString();
    this.requests.push(url);
    return this.answer(url);
  };
}

/** The three issuers as the tests' gateway trusts them. */
export const TRUSTED: readonly IssuerConfig[] = [
  issuerOf('okta', OKTA),
  issuerOf('generic', GENERIC),
  issuerOf('github', GITHUB, { require: { repository_owner_id: ['42'] } }),
];
