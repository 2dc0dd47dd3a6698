/** Tells who is at the other end from the password: one OIDC token, or two joined by a comma (who, then the CI job). */
import type { EventInput } from '../../shared/recording/event.ts';
import { fingerprint } from './fingerprint.ts';
import { IdentityError } from './identity-error.ts';
import type { IssuerConfig } from './issuer-config.ts';
import { PROFILES, text, texts } from './profile.ts';
import { createTokenVerifier, CLOCK_SKEW, type VerifiedToken } from './token-verifier.ts';

export { IdentityError } from './identity-error.ts';

/** The fields of the `identity` event. */
type AgentIdentity = EventInput<'identity'>;

/** The fields of the `ciContext` event. */
type CiContext = EventInput<'ciContext'>;

export interface Verified {
  readonly identity: AgentIdentity;
  /** The CI job a verified claim names; null when none does. */
  readonly ci: CiContext | null;
  /** When a session that began with this password must end, ms since 1970 (not `exp`: see `lifetime` of the issuer). */
  readonly expires: number;
}

export interface Verifier {
  /** Rejects with {@link IdentityError}. */
  verify(password: string): Promise<Verified>;
  /** Ends requests under way; what waits for them is refused. */
  close(): void;
}

/** `now` is the wall clock in ms; `fetch` reaches issuers, and only those configured. */
export interface VerifierDependencies {
  now(): number;
  readonly fetch?: typeof fetch;
}

export function createVerifier(issuers: readonly IssuerConfig[], deps: VerifierDependencies): Verifier {
  const closing = new AbortController();
  const verifyToken = createTokenVerifier(issuers, {
    now: () => deps.now(),
    fetch: deps.fetch ?? fetch,
    closing: closing.signal,
  });
  return {
    async verify(password) {
      const [who, where, ...rest] = password.split(',');
      if (who === undefined || rest.length > 0) {
        throw new IdentityError(
          'TOO_MANY_TOKENS',
          'the password holds more than two tokens; give one, or two: who,CI job',
        );
      }
      if (where === undefined) return one(await verifyToken(who, 'the token')(), deps.now());
      const verifyWho = verifyToken(who, 'the first token (who)');
      const verifyWhere = verifyToken(where, 'the second token (the CI job)');
      return pair(await verifyWho(), await verifyWhere(), deps.now());
    },
    close: () => closing.abort(),
  };
}

function one(token: VerifiedToken, now: number): Verified {
  return { identity: identityOf(token), ci: ciOf(token), expires: endOf(token, now) };
}

/** The second token attests the job, whatever the first one says of one. The session ends with the first of the two. */
function pair(who: VerifiedToken, where: VerifiedToken, now: number): Verified {
  const ci = ciOf(where);
  if (ci === null) {
    throw new IdentityError(
      'NOT_A_CI_TOKEN',
      `the second token (the CI job) names no CI job that a ${where.issuer.profile} issuer could attest`,
    );
  }
  return { identity: identityOf(who), ci, expires: Math.min(endOf(who, now), endOf(where, now)) };
}

function identityOf({ text: token, claims, issuer }: VerifiedToken): AgentIdentity {
  const profile = PROFILES[issuer.profile];
  return {
    issuer: issuer.issuer,
    profile: issuer.profile,
    subject: claims.sub,
    clientId: profile.clientId(claims),
    groups: [...new Set([...groupsOf(claims['groups']), ...issuer.groups])],
    scopes: profile.scopes(claims),
    tokenId: text(claims.jti),
    fingerprint: fingerprint(token),
    expires: claims.exp,
    userId: profile.userId(claims),
  };
}

/** Group names may hold spaces, so a single text is one group. */
function groupsOf(value: unknown): string[] {
  return typeof value === 'string' ? texts([value]) : texts(value);
}

function ciOf({ text: token, claims, issuer }: VerifiedToken): CiContext | null {
  const ci = PROFILES[issuer.profile].ci(claims);
  if (ci === null) return null;
  return { provenance: 'attested', ...ci, issuer: issuer.issuer, fingerprint: fingerprint(token) };
}

function endOf({ claims, issuer }: VerifiedToken, now: number): number {
  return issuer.lifetime === 'exp' ? (claims.exp + CLOCK_SKEW) * 1000 : now + issuer.lifetime.max;
}
