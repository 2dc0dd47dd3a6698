/** The person at this machine: who is signed in, with what token, and how they sign in and out. */
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client';
import { type Environment, userFolder } from '../../gateway/config.ts';
import { CommandError } from '../failure.ts';
import { type Credential, Credentials } from './credentials.ts';
import { clientOf, credentialOf, reasonOf } from './oidc-client.ts';
import { listenForRedirect, type RedirectListener } from './redirect-listener.ts';
import { issuersOf, type SignInTarget, targetOf } from './sign-in-target.ts';
import { claimsOf, type SignedIn } from './token-claims.ts';

/** How long somebody may take to sign in, ms. */
const SIGN_IN_MS = 5 * 60_000;

/** A token that ends sooner than this, ms, is renewed before it is used. */
const RENEW_MS = 60_000;

/** A sign-in under way. */
export interface SignInAttempt {
  /** Where the person goes with their browser. */
  readonly url: string;
  /** For another device: the code to be typed at `url`; null where the browser comes back to this machine. */
  readonly code: string | null;
  /** Resolves once they are signed in, and rejects with {@link CommandError} when that came to nothing. */
  readonly done: Promise<SignedIn>;
  /** Gives it up. */
  cancel(): void;
}

/** What a sign-out was. */
export interface SignedOut {
  /** Whether somebody was signed in. */
  readonly was: boolean;
  /** Where they end their session at the issuer too; null where they were not sent to one by this program’s own session. */
  readonly issuer: string | null;
}

export interface SignInOptions {
  readonly credentials: Credentials;
  /** Issuers whose tokens count here; null: any. */
  readonly issuers: readonly string[] | null;
  /** Where somebody signs in. Rejects with {@link CommandError}. */
  readonly target: () => Promise<SignInTarget>;
  /** Wall clock, ms. */
  readonly now: () => number;
}

/** Sign-in at the issuers of a gateway's configuration, or, with null, at whatever is there. */
export async function signInOf(configPath: string | null, env: Environment): Promise<SignIn> {
  return new SignIn({
    credentials: new Credentials(userFolder(env)),
    issuers: configPath === null ? null : await issuersOf(configPath, env),
    target: () => targetOf(configPath, env),
    now: Date.now,
  });
}

export class SignIn {
  readonly #options: SignInOptions;
  #renewing: Promise<Credential | null> | null = null;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** Who is signed in; null when nobody is, or their time is over. */
  async current(): Promise<SignedIn | null> {
    const credential = await this.#usable();
    const claims = credential === null ? null : claimsOf(credential.accessToken);
    if (credential === null || claims === null) return null;
    return { ...claims, renewable: credential.refreshToken !== null };
  }

  /** The token to send to a gateway, renewed if need be; null when nobody is signed in. */
  async token(): Promise<string | null> {
    return (await this.#usable())?.accessToken ?? null;
  }

  /** Begins a sign-in by the browser of this machine: authorization code with PKCE. Rejects with {@link CommandError}. */
  async begin(): Promise<SignInAttempt> {
    const target = await this.#options.target();
    const client = await clientOf(target);
    const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    const listener = await listenForRedirect(target.ports, state, SIGN_IN_MS);
    const url = buildAuthorizationUrl(client, {
      ...target.parameters,
      scope: target.scopes,
      redirect_uri: listener.redirectUri,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      // Without it an issuer gives a refresh token only to whom it has asked (OpenID Connect Core §11).
      ...(target.scopes.includes('offline_access') && { prompt: 'consent' }),
    });
    const done = this.#exchange(client, target, listener, { state, nonce, verifier });
    done.catch(() => {}); // told to whoever waits
    return { url: url.href, code: null, done, cancel: () => listener.close() };
  }

  /** Begins a sign-in on another device (RFC 8628), for machines without a browser. Rejects with {@link CommandError}. */
  async beginOnDevice(): Promise<SignInAttempt> {
    const target = await this.#options.target();
    const client = await clientOf(target);
    if (client.serverMetadata().device_authorization_endpoint === undefined)
      throw new CommandError('UNSUPPORTED', `${target.issuer} has no sign-in by another device`);
    const parameters = { ...target.parameters, scope: target.scopes };
    const asked = await initiateDeviceAuthorization(client, parameters).catch((cause: unknown) => {
      throw refused(target.issuer, cause);
    });
    const given = new AbortController();
    const done = pollDeviceAuthorizationGrant(client, asked, undefined, {
      signal: AbortSignal.any([given.signal, AbortSignal.timeout(SIGN_IN_MS)]),
    }).then(
      (answer) => this.#keep(credentialOf(answer, target, null, this.#options.now())),
      (cause: unknown) => {
        throw refused(target.issuer, cause);
      },
    );
    done.catch(() => {});
    return {
      url: asked.verification_uri_complete ?? asked.verification_uri,
      code: asked.user_code,
      done,
      cancel: () => given.abort(),
    };
  }

  /** Takes a token that was got elsewhere. Rejects with {@link CommandError} when it is none. */
  async bring(token: string): Promise<SignedIn> {
    const claims = claimsOf(token);
    if (claims === null) throw new CommandError('BAD_USAGE', 'this is not a signed OIDC token');
    const { issuer, expires } = claims;
    const { issuers } = this.#options;
    if (issuers !== null && !issuers.includes(issuer))
      throw new CommandError('BAD_USAGE', `this gateway takes no tokens of ${issuer}`);
    const stored = this.#options.now();
    return this.#keep({ issuer, clientId: null, accessToken: token, refreshToken: null, expires, stored });
  }

  /** Forgets who is signed in, and tells the issuer where it wants to know (RFC 7009). */
  async end(): Promise<SignedOut> {
    const { credentials, issuers } = this.#options;
    const credential = await credentials.find(issuers);
    if (credential === null) return { was: false, issuer: null };
    await credentials.remove(credential.issuer);
    const { issuer, clientId, refreshToken } = credential;
    if (clientId === null || refreshToken === null) return { was: true, issuer: null };
    // The token is gone from here either way; an issuer that cannot be reached will find it expired.
    await clientOf({ issuer, clientId })
      .then((client) =>
        client.serverMetadata().revocation_endpoint === undefined
          ? undefined
          : tokenRevocation(client, refreshToken),
      )
      .catch(() => {});
    return { was: true, issuer: null };
  }

  async #exchange(
    client: Configuration,
    target: SignInTarget,
    listener: RedirectListener,
    { state, nonce, verifier }: { readonly state: string; readonly nonce: string; readonly verifier: string },
  ): Promise<SignedIn> {
    try {
      const { url, answer } = await listener.returned;
      try {
        const tokens = await authorizationCodeGrant(client, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const signedIn = await this.#keep(credentialOf(tokens, target, null, this.#options.now()));
        answer('You are signed in to Auditorium. You can close this page.');
        return signedIn;
      } catch (cause) {
        const error = cause instanceof CommandError ? cause : refused(target.issuer, cause);
        answer(`The sign-in failed: ${error.message}`);
        throw error;
      }
    } finally {
      listener.close();
    }
  }

  async #keep(credential: Credential): Promise<SignedIn> {
    await this.#options.credentials.put(credential);
    const claims = claimsOf(credential.accessToken);
    if (claims === null) throw new CommandError('SIGN_IN_FAILED', 'the token cannot be read');
    return { ...claims, renewable: credential.refreshToken !== null };
  }

  /** The credential, with a token that lasts a while yet. */
  async #usable(): Promise<Credential | null> {
    const { credentials, issuers, now } = this.#options;
    const credential = await credentials.find(issuers);
    if (credential === null || credential.expires > now() + RENEW_MS) return credential;
    this.#renewing ??= this.#renew(credential).finally(() => (this.#renewing = null));
    const renewed = await this.#renewing;
    return renewed ?? (credential.expires > now() ? credential : null);
  }

  /** Null when the issuer does not give another token. */
  async #renew(credential: Credential): Promise<Credential | null> {
    const { credentials, now } = this.#options;
    const { issuer, clientId, refreshToken } = credential;
    if (clientId === null || refreshToken === null) return null;
    try {
      const client = await clientOf({ issuer, clientId });
      const answer = await refreshTokenGrant(client, refreshToken);
      const renewed = credentialOf(answer, { issuer, clientId }, refreshToken, now());
      await credentials.put(renewed);
      return renewed;
    } catch {
      // A refresh token works once: another process of this person may have been faster.
      const stored = await credentials.find([issuer]);
      return stored !== null && stored.stored > credential.stored ? stored : null;
    }
  }
}

function refused(issuer: string, cause: unknown): CommandError {
  return new CommandError('SIGN_IN_FAILED', `${issuer} does not sign in: ${reasonOf(cause)}`, { cause });
}
