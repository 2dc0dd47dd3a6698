/** The issuer where the people of a team sign in (OpenID Connect): authorization code with PKCE, tokens verified as a gateway does. */
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
  tokenRevocation,
} from 'openid-client';
import type { ServeConfig } from '../../gateway/config.ts';
import type { IssuerConfig } from '../../gateway/identity/issuer-config.ts';
import { createVerifier, IdentityError, type Verifier } from '../../gateway/identity/verifier.ts';
import { CommandError } from '../failure.ts';
import { clientOf, reasonOf } from '../identity/oidc-client.ts';
import type { SignedInPerson } from './session.ts';

/** Where the issuer sends browsers back to. */
export const CALLBACK_PATH = '/sign-in/callback';

/** What an issuer says of itself is asked for again after so long, ms. */
const DISCOVERED_MS = 3_600_000;

/** What only this server knows of a sign-in under way. */
export interface Expected {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface TeamIssuerOptions {
  readonly serve: Pick<ServeConfig, 'origin' | 'clientId' | 'clientSecret' | 'scopes' | 'parameters'>;
  readonly issuer: IssuerConfig;
  /** Wall clock, ms. */
  readonly now: () => number;
}

export class TeamIssuer {
  readonly #options: TeamIssuerOptions;
  readonly #verifier: Verifier;
  #client: { readonly found: Promise<Configuration>; readonly at: number } | null = null;

  constructor(options: TeamIssuerOptions) {
    this.#options = options;
    this.#verifier = createVerifier([options.issuer], { now: options.now });
  }

  /** Where a browser goes to sign in. Rejects with {@link CommandError}, as all here. */
  async begin(): Promise<{ readonly url: string; readonly expected: Expected }> {
    const { origin, scopes, parameters } = this.#options.serve;
    const client = await this.#found();
    const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    const url = buildAuthorizationUrl(client, {
      ...parameters,
      scope: scopes,
      redirect_uri: origin + CALLBACK_PATH,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      // Without it an issuer gives a refresh token only to whom it has asked (OpenID Connect Core §11).
      ...(scopes.includes('offline_access') && { prompt: 'consent' }),
    });
    return { url: url.href, expected: { state, nonce, verifier } };
  }

  /** Who came back, with the query of that request. */
  async finish(query: string, { state, nonce, verifier }: Expected): Promise<SignedInPerson> {
    const client = await this.#found();
    const url = new URL(this.#options.serve.origin + CALLBACK_PATH + query);
    const tokens = await authorizationCodeGrant(client, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    }).catch((cause: unknown) => {
      throw this.#refused(cause);
    });
    return this.#personOf(tokens, null);
  }

  /** Another token in place of one that ends; null where the issuer gives none any more. Rejects when it does not answer. */
  async renew(before: SignedInPerson): Promise<SignedInPerson | null> {
    if (before.refreshToken === null) return null;
    const client = await this.#found();
    try {
      return await this.#personOf(await refreshTokenGrant(client, before.refreshToken), before);
    } catch (error) {
      // Only what the issuer itself says, or what its new token lacks, is final.
      if (error instanceof CommandError || (error instanceof Error && 'error' in error)) return null;
      throw error;
    }
  }

  /** Tells the issuer that the person has signed out, where it wants to know; one that does not answer will find the token expired. */
  async revoke({ refreshToken }: SignedInPerson): Promise<void> {
    if (refreshToken === null) return;
    try {
      const client = await this.#found();
      if (client.serverMetadata().revocation_endpoint !== undefined)
        await tokenRevocation(client, refreshToken);
    } catch {
      // It is forgotten here either way.
    }
  }

  /**
   * Where the person ends their session at the issuer too, if they want that (OpenID Connect RP-Initiated Logout 1.0); null where it has
   * no such place, or does not answer.
   */
  async leaving({ idToken }: SignedInPerson): Promise<string | null> {
    try {
      const client = await this.#found();
      if (client.serverMetadata().end_session_endpoint === undefined) return null;
      return buildEndSessionUrl(client, idToken === null ? {} : { id_token_hint: idToken }).href;
    } catch {
      return null;
    }
  }

  close(): void {
    this.#verifier.close();
  }

  /** A person whose token a gateway would take, too. */
  async #personOf(tokens: TokenEndpointResponse, before: SignedInPerson | null): Promise<SignedInPerson> {
    const token = tokens.access_token;
    const refreshToken = tokens.refresh_token ?? before?.refreshToken ?? null;
    const person = await this.#verifier.identify(token).catch((cause: unknown) => {
      throw cause instanceof IdentityError ? this.#refused(cause) : cause;
    });
    if (person.machine !== null) throw this.#refused(new Error(person.machine));
    const { issuer, subject, name, groups, expires } = person;
    return {
      person: { issuer, subject, name, groups, expires, renewable: refreshToken !== null },
      accessToken: token,
      refreshToken,
      idToken: tokens.id_token ?? before?.idToken ?? null,
    };
  }

  #found(): Promise<Configuration> {
    const { issuer, serve, now } = this.#options;
    if (this.#client !== null && now() - this.#client.at < DISCOVERED_MS) return this.#client.found;
    const found = clientOf({ issuer: issuer.issuer, clientId: serve.clientId }, serve.clientSecret);
    const client = { found, at: now() };
    this.#client = client;
    found.catch(() => {
      if (this.#client === client) this.#client = null;
    });
    return found;
  }

  #refused(cause: unknown): CommandError {
    const message = `${this.#options.issuer.issuer} does not sign in: ${reasonOf(cause)}`;
    return new CommandError('SIGN_IN_FAILED', message, { cause });
  }
}
