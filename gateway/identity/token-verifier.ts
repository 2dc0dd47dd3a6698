/** Verifies one token against the configured issuers: everything that can be refused without a request is, first. */
import { isDeepStrictEqual } from 'node:util';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { readCompactToken, type CompactToken } from './compact-token.ts';
import { IdentityError, quoted } from './identity-error.ts';
import type { IssuerConfig } from './issuer-config.ts';
import { createIntrospection, type Introspect } from './introspection.ts';
import { IssuerKeys, type KeyDependencies } from './issuer-keys.ts';
import { isIdToken, isTypeAccepted, PROFILES, text, texts } from './profile.ts';

/** How far clocks may differ, s. */
export const CLOCK_SKEW = 60;

/** A token that holds; `claims` are believed as far as `issuer` is. */
export interface VerifiedToken {
  readonly text: string;
  readonly claims: JWTPayload & { readonly sub: string; readonly exp: number };
  readonly issuer: IssuerConfig;
  /** Asks the issuer whether it still holds; null where that is not configured. */
  readonly introspect: Introspect | null;
}

/** An issuer with what the gateway keeps of it. */
interface TrustedIssuer {
  readonly issuer: IssuerConfig;
  readonly keys: IssuerKeys;
  readonly introspect: Introspect | null;
}

export class TokenVerifier {
  readonly #deps: KeyDependencies;
  #trusted: ReadonlyMap<string, TrustedIssuer> = new Map();

  constructor(issuers: readonly IssuerConfig[], deps: KeyDependencies) {
    this.#deps = deps;
    this.configure(issuers);
  }

  /** Trusts these issuers from now on and no others; what is known of those that stay as they were is kept. */
  configure(issuers: readonly IssuerConfig[]): void {
    const before = this.#trusted;
    this.#trusted = new Map(
      issuers.map((issuer) => {
        const kept = before.get(issuer.issuer);
        return [
          issuer.issuer,
          kept !== undefined && isSame(kept.issuer, issuer) ? kept : this.#trust(issuer),
        ];
      }),
    );
    const kept = new Set(this.#trusted.values());
    for (const old of before.values()) if (!kept.has(old)) old.keys.close();
  }

  /**
   * Judges what needs no request at once; the function it gives back does the rest. `name` is what errors call the token.
   * Both throw {@link IdentityError}.
   */
  read(token: string, name: string): () => Promise<VerifiedToken> {
    const compact = readCompactToken(token, name);
    const claimed = compact.claims['iss'];
    const trusted = typeof claimed === 'string' ? this.#trusted.get(claimed) : undefined;
    if (trusted === undefined) {
      throw new IdentityError(
        'UNKNOWN_ISSUER',
        `${name} was issued by ${quoted(claimed)}, which this gateway does not trust`,
      );
    }
    const { issuer, introspect } = trusted;
    checkHeader(compact, issuer, name);
    return async () => {
      const claims = await checkSignature(compact, trusted, this.#deps.now(), name);
      checkClaims(claims, issuer, name);
      return { text: token, claims, issuer, introspect };
    };
  }

  close(): void {
    for (const { keys } of this.#trusted.values()) keys.close();
  }

  #trust(issuer: IssuerConfig): TrustedIssuer {
    const keys = new IssuerKeys(issuer.issuer, this.#deps);
    const endpoint = async () => (await keys.metadata()).introspection;
    const { introspection } = issuer;
    const introspect =
      introspection === undefined
        ? null
        : createIntrospection(issuer.issuer, introspection, {
            fetch: this.#deps.fetch,
            closing: this.#deps.closing,
            now: () => this.#deps.now(),
            endpoint,
          });
    return { issuer, keys, introspect };
  }
}

/** Where a secret comes from cannot be compared: it counts as changed. */
function isSame(before: IssuerConfig, after: IssuerConfig): boolean {
  const secret = after.introspection?.clientSecret ?? '';
  return typeof secret === 'string' && isDeepStrictEqual(before, after);
}

function checkHeader({ header }: CompactToken, issuer: IssuerConfig, name: string): void {
  if (!issuer.algorithms.some((algorithm) => algorithm === header['alg'])) {
    const allowed = issuer.algorithms.join(', ');
    throw new IdentityError(
      'ALGORITHM_REFUSED',
      `${name} is signed with ${quoted(header['alg'])}; allowed here: ${allowed}`,
    );
  }
  if (!isTypeAccepted(PROFILES[issuer.profile], header['typ'])) {
    const wanted = PROFILES[issuer.profile].kind;
    throw new IdentityError(
      'WRONG_TYPE',
      `${name} is of type ${quoted(header['typ'])}; ${issuer.name} takes an ${wanted}`,
    );
  }
}

async function checkSignature(
  { text: token }: CompactToken,
  { issuer, keys }: TrustedIssuer,
  now: number,
  name: string,
): Promise<VerifiedToken['claims']> {
  const required = PROFILES[issuer.profile].required;
  try {
    const { payload } = await jwtVerify(token, keys.find, {
      algorithms: [...issuer.algorithms],
      issuer: issuer.issuer,
      audience: issuer.audience,
      requiredClaims: ['exp', 'sub', ...required],
      clockTolerance: CLOCK_SKEW,
      currentDate: new Date(now),
    });
    const { sub, exp } = payload;
    if (text(sub) === null || sub === undefined || exp === undefined) throw missing('sub', name);
    return { ...payload, sub, exp };
  } catch (error) {
    throw refusal(error, issuer, now, name);
  }
}

/** What jose found, in words. Its own messages and causes go no further: some hold claims. */
function refusal(error: unknown, issuer: IssuerConfig, now: number, name: string): IdentityError {
  if (error instanceof errors.JWTExpired) return expired(error.payload.exp ?? 0, now, name);
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud' && error.reason === 'check_failed')
      return wrongAudience(error.payload, issuer, name);
    if (error.claim === 'nbf' && error.reason === 'check_failed')
      return notYet(error.payload.nbf ?? 0, now, name);
    return missing(error.claim, name);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new IdentityError(
      'BAD_SIGNATURE',
      `${name} does not bear a valid signature of ${issuer.issuer}; it was changed or forged`,
    );
  }
  if (error instanceof errors.JOSEError)
    return new IdentityError('MALFORMED_TOKEN', `${name} is damaged (${error.code})`);
  if (error instanceof IdentityError) return error;
  return new IdentityError('UNKNOWN_KEY', `the key of ${issuer.issuer} that ${name} names cannot be used`);
}

function missing(claim: string, name: string): IdentityError {
  return new IdentityError('CLAIM_MISSING', `${name} has no usable ${claim} claim`);
}

function wrongAudience(claims: JWTPayload, issuer: IssuerConfig, name: string): IdentityError {
  const given = texts(claims.aud).map(quoted).join(', ') || 'nobody';
  return new IdentityError(
    'WRONG_AUDIENCE',
    `${name} is for ${given}; request one with the audience "${issuer.audience}"`,
  );
}

function expired(exp: number, now: number, name: string): IdentityError {
  return new IdentityError(
    'EXPIRED',
    `${name} expired ${span(now - exp * 1000)} ago (at ${instant(exp)}); get a new one`,
  );
}

function notYet(nbf: number, now: number, name: string): IdentityError {
  const wait = span(nbf * 1000 - now);
  return new IdentityError(
    'NOT_YET_VALID',
    `${name} is valid only in ${wait} (from ${instant(nbf)}); check the clocks`,
  );
}

function checkClaims(claims: VerifiedToken['claims'], issuer: IssuerConfig, name: string): void {
  const profile = PROFILES[issuer.profile];
  if (isIdToken(profile, claims)) {
    throw new IdentityError(
      'ID_TOKEN',
      `${name} is an ID token; an access token of ${issuer.issuer} is needed`,
    );
  }
  if (profile.kind === 'CI token' && profile.ci(claims) === null) {
    throw new IdentityError('CLAIM_MISSING', `${name} does not say which CI job it belongs to`);
  }
  for (const [claim, allowed] of Object.entries(issuer.require)) {
    const given = claims[claim];
    if (allowed.some((value) => value === given || value === plain(given))) continue;
    throw new IdentityError('CLAIM_REFUSED', `${name} is not let in: its ${claim} is ${quoted(given)}`);
  }
}

/** Configured values are text; ids in claims may be numbers. */
function plain(value: unknown): string | null {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** A time span in the largest unit that fits. */
function span(ms: number): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ] as const;
  const [unit, size] = units.find(([, least]) => ms >= least) ?? (['second', 1000] as const);
  const count = Math.max(1, Math.floor(ms / size));
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** A claimed time may be beyond what Date can hold. */
function instant(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? 'an impossible time' : date.toISOString();
}
