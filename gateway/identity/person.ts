/** Who uses the gateway's control API, as their own token says: for permissions, and for what they decide. */
import { fingerprint } from './fingerprint.ts';
import { groupsOf, PROFILES, text } from './profile.ts';
import type { VerifiedToken } from './token-verifier.ts';

/** A verified bearer; can be sent to another process. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string | null;
  /** Okta's `uid`. */
  readonly userId: string | null;
  /** For people to read; null where the token has no name. */
  readonly name: string | null;
  /** What they are called elsewhere: user name, e-mail address and its part before the @. */
  readonly aliases: readonly string[];
  readonly groups: readonly string[];
  /** Of the token, hex. */
  readonly fingerprint: string;
  /** When the token was given, ms since 1970; null where it does not say. */
  readonly issued: number | null;
  /** When it ends. */
  readonly expires: number;
  /** Why this is no person but a machine, in words; null when it may be a person. */
  readonly machine: string | null;
}

/** OpenID Connect Core §5.1 names the claims; issuers may put them into access tokens as well. */
export function personOf({ text: token, claims, issuer }: VerifiedToken): Person {
  const profile = PROFILES[issuer.profile];
  const clientId = profile.clientId(claims);
  const called = [claims['preferred_username'], claims['email'], claims['name']].map(text);
  const [user, email, name] = called;
  const addresses = [claims.sub, user, email].filter((each) => each?.includes('@') === true);
  return {
    issuer: issuer.issuer,
    subject: claims.sub,
    clientId,
    userId: profile.userId(claims),
    name: name ?? user ?? email ?? null,
    aliases: [
      ...called.filter((each) => each !== null),
      ...addresses.map((address) => address?.split('@', 1)[0] ?? ''),
    ],
    groups: [...new Set([...groupsOf(claims, issuer.groupsClaim), ...issuer.groups])],
    fingerprint: Buffer.from(fingerprint(token)).toString('hex'),
    issued: typeof claims.iat === 'number' ? claims.iat * 1000 : null,
    expires: claims.exp * 1000,
    machine: machineOf(profile.ci(claims) !== null, clientId === claims.sub),
  };
}

/** A client's own token has the client for a subject (RFC 9068 §2.2). */
function machineOf(job: boolean, client: boolean): string | null {
  if (job) return 'this is the token of a CI job';
  return client ? 'this token was given to a client that acts for itself' : null;
}
