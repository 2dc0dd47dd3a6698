/** Tells who is at the other end from the password: one OIDC token, or two joined by a comma (who, then the CI job). */
import type { EventInput } from '../../shared/recording/event.ts';
import { fingerprint } from './fingerprint.ts';
import { IdentityError } from './identity-error.ts';
import {
  IdentityWatch,
  revocationOf,
  revokedBy,
  type HeldIdentity,
  type HeldToken,
  type IdentityCheck,
  type IdentityListener,
} from './identity-watch.ts';
import type { IssuerConfig } from './issuer-config.ts';
import { type Person, personOf } from './person.ts';
import { groupsOf, PROFILES, text } from './profile.ts';
import { Revocations, type Revocation } from './revocations.ts';
import { CLOCK_SKEW, TokenVerifier, type VerifiedToken } from './token-verifier.ts';

export { IdentityError } from './identity-error.ts';

/** The fields of the `identity` event. */
type AgentIdentity = EventInput<'identity'>;

/** The fields of the `ciContext` event. */
type CiContext = EventInput<'ciContext'>;

export interface Verified {
  readonly identity: AgentIdentity;
  /** The CI job a verified claim names; null when none does. */
  readonly ci: CiContext | null;
  /** What issuers said when they were asked about the tokens. */
  readonly checks: readonly IdentityCheck[];
  /** When a session that began with this password must end, ms since 1970 (not `exp`: see `lifetime` of the issuer). */
  readonly expires: number;
}

export interface Verifier {
  /** Rejects with {@link IdentityError}. */
  verify(password: string): Promise<Verified>;
  /** Who bears this one token, judged as an agent's is. Rejects with {@link IdentityError}. */
  identify(token: string): Promise<Person>;
  /**
   * Looks after the identity of a session that opened with what {@link Verifier.verify} gave, until the function it
   * returns is called: the listener is told when an issuer's answer changes, and when the session has to end.
   */
  watch(verified: Verified, listener: IdentityListener): () => void;
  /** Ends the live sessions that a revocation names and refuses new ones until then; how many it ended. */
  revoke(revocation: Revocation): number;
  /** Trusts these issuers from now on; live sessions go on by the configuration they opened with. */
  configure(issuers: readonly IssuerConfig[]): void;
  /** Ends requests under way, whose waiters are refused, and all watching. */
  close(): void;
}

/** `now` is the wall clock in ms; `fetch` reaches issuers, and only those configured. */
export interface VerifierDependencies {
  now(): number;
  readonly fetch?: typeof fetch;
  /** Runs something once, so many ms later, without keeping the process alive; what it returns prevents it. */
  readonly after?: (ms: number, run: () => void) => () => void;
  /** Where revocations are kept; in memory when not given. */
  readonly revocations?: Revocations;
}

export function createVerifier(issuers: readonly IssuerConfig[], deps: VerifierDependencies): Verifier {
  const closing = new AbortController();
  const { after = afterwards, revocations = new Revocations() } = deps;
  const watching = { now: () => deps.now(), after, revocations };
  const tokens = new TokenVerifier(issuers, {
    now: () => deps.now(),
    after,
    fetch: deps.fetch ?? fetch,
    closing: closing.signal,
  });
  /** Kept beside what the gateway passes around: tokens are for asking issuers and must get nowhere else. */
  const held = new WeakMap<Verified, HeldIdentity>();
  const watches = new Set<IdentityWatch>();

  /** A token that its issuer signed, nobody revoked, and its issuer still stands by if it is to be asked. */
  async function hold(role: HeldToken['role'], verify: () => Promise<VerifiedToken>, name: string) {
    const token = { ...(await verify()), role };
    const revocation = revocationOf(token, watching);
    if (revocation !== null)
      throw new IdentityError('REVOKED', `${name} is refused: ${revokedBy(revocation)}`);
    if (token.introspect === null) return token;
    if (await token.introspect(token.text)) return token;
    throw new IdentityError(
      'INACTIVE',
      `${name} no longer holds, says ${token.issuer.issuer}; get a new one`,
    );
  }

  function accept(who: HeldToken, job: HeldToken | null): Verified {
    const verified = job === null ? [who] : [who, job];
    // How long a session may outlive a token is up to its issuer, so the first to run out ends the session.
    const expires = Math.min(...verified.map((token) => endOf(token, deps.now())));
    const checks = verified.filter(({ introspect }) => introspect !== null).map(activeCheck);
    const result = { identity: identityOf(who), ci: ciOf(job ?? who), checks, expires };
    held.set(result, { tokens: verified, expires });
    return result;
  }

  return {
    async verify(password) {
      const [who, where, ...rest] = password.split(',');
      if (who === undefined || rest.length > 0) {
        throw new IdentityError(
          'TOO_MANY_TOKENS',
          'the password holds more than two tokens; give one, or two: who,CI job',
        );
      }
      if (where === undefined) {
        const name = 'the token';
        return accept(await hold('who', tokens.read(who, name), name), null);
      }
      const names = ['the first token (who)', 'the second token (the CI job)'] as const;
      if (who.trim() === '') throw emptyHalf(names[0]);
      if (where.trim() === '') throw emptyHalf(names[1]);
      const verifyWho = tokens.read(who, names[0]);
      const verifyWhere = tokens.read(where, names[1]);
      const agent = await hold('who', verifyWho, names[0]);
      const job = await hold('job', verifyWhere, names[1]);
      if (ciOf(job) === null) {
        throw new IdentityError(
          'NOT_A_CI_TOKEN',
          `${names[1]} names no CI job that a ${job.issuer.profile} issuer could attest`,
        );
      }
      return accept(agent, job);
    },
    async identify(token) {
      return personOf(await hold('who', tokens.read(token, 'the token'), 'the token'));
    },
    watch(verified, listener) {
      const identity = held.get(verified);
      if (identity === undefined) throw new TypeError('this verifier has not verified that');
      const watch = new IdentityWatch(identity, listener, watching);
      watches.add(watch);
      watch.recheck(); // revoked since it was verified?
      return () => {
        watch.stop();
        watches.delete(watch);
      };
    },
    revoke(revocation) {
      revocations.add(revocation, deps.now());
      return [...watches].filter((watch) => watch.recheck()).length;
    },
    configure: (trusted) => tokens.configure(trusted),
    close() {
      closing.abort();
      tokens.close();
      for (const watch of watches) watch.stop();
      watches.clear();
    },
  };
}

/** A command that should have printed a token failed, most likely: nothing else says so to whoever wrote `$(…),$(…)`. */
function emptyHalf(name: string): IdentityError {
  return new IdentityError(
    'NO_TOKEN',
    `${name} of the two in the password is empty: what was to give it gave nothing; a password of one token has no comma`,
  );
}

function afterwards(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms).unref();
  return () => clearTimeout(timer);
}

function activeCheck({ role, issuer }: HeldToken): IdentityCheck {
  return { token: role, issuer: issuer.issuer, result: 'active', detail: '' };
}

function identityOf({ text: token, claims, issuer }: VerifiedToken): AgentIdentity {
  const profile = PROFILES[issuer.profile];
  return {
    issuer: issuer.issuer,
    profile: issuer.profile,
    subject: claims.sub,
    clientId: profile.clientId(claims),
    groups: [...new Set([...groupsOf(claims, issuer.groupsClaim), ...issuer.groups])],
    scopes: profile.scopes(claims),
    tokenId: text(claims.jti),
    fingerprint: fingerprint(token),
    expires: claims.exp,
    userId: profile.userId(claims),
  };
}

/** A second token attests the job, whatever the first one says of one. */
function ciOf({ text: token, claims, issuer }: VerifiedToken): CiContext | null {
  const ci = PROFILES[issuer.profile].ci(claims);
  if (ci === null) return null;
  return { provenance: 'attested', ...ci, issuer: issuer.issuer, fingerprint: fingerprint(token) };
}

function endOf({ claims, issuer }: VerifiedToken, now: number): number {
  return issuer.lifetime === 'exp' ? (claims.exp + CLOCK_SKEW) * 1000 : now + issuer.lifetime.max;
}
