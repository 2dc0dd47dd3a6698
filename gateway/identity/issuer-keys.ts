/**
 * The signing keys of one issuer (RFC 7517), fetched when first needed and then in the background, so that a rotation or a
 * short outage is noticed before anybody waits for it. Sessions that are open need no keys: only new ones are refused
 * while an issuer is out of reach.
 */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { IdentityError } from './identity-error.ts';
import { discoverMetadata, type IssuerMetadata } from './issuer-metadata.ts';
import { askIssuer, requestFailure, type IssuerNetwork } from './issuer-request.ts';

/** Keys older than this verify nothing: a key that the issuer withdrew is believed no longer (jose's default too). */
const MAX_AGE = 10 * 60_000;

/** They are fetched again at 80 % of that age, which leaves two minutes to get over a failure. */
const REFRESH_AGE = 0.8 * MAX_AGE;

/** Between fetches for a key id nobody knows, which anyone can make up, and between those after a failed refresh. */
const COOLDOWN = 30_000;

/** Between fetches that failed while someone waits: their refusals in between share the reason. */
const RETRY = 5_000;

export interface KeyDependencies extends IssuerNetwork {
  /** ms since 1970. */
  now(): number;
  /** Runs something once, so many ms later, without keeping the process alive; what it returns prevents it. */
  readonly after: (ms: number, run: () => void) => () => void;
}

interface KeySet {
  readonly find: JWTVerifyGetKey;
  readonly fetched: number;
}

/** The keys of one issuer. */
export class IssuerKeys {
  readonly #issuer: string;
  readonly #deps: KeyDependencies;
  #metadata: IssuerMetadata | null = null;
  #keys: KeySet | null = null;
  #fetching: Promise<void> | null = null;
  /** When a fetch was last begun. */
  #asked = Number.NEGATIVE_INFINITY;
  /** Why the last fetch failed; null when it did not. */
  #failure: IdentityError | null = null;
  #stop: () => void = () => {};
  #closed = false;

  /** `issuer` is its URL, from the configuration and never from a token. */
  constructor(issuer: string, deps: KeyDependencies) {
    this.#issuer = issuer;
    this.#deps = deps;
  }

  /** Ends the refreshing. */
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  /** Where the issuer's endpoints are. Rejects with {@link IdentityError}. */
  async metadata(): Promise<IssuerMetadata> {
    if (this.#metadata === null) await this.#refresh();
    if (this.#metadata === null) throw this.#failure;
    return this.#metadata;
  }

  /** Finds the key a token names. Rejects with {@link IdentityError}. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (!this.#isFresh()) await this.#refresh();
    if (this.#keys === null || !this.#isFresh()) throw this.#failure;
    try {
      return await this.#keys.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.#mayAskAgain()) throw this.#unusable(error);
    }
    await this.#fetch();
    if (this.#failure !== null) throw this.#failure;
    try {
      return await this.#keys.find(header, token);
    } catch (error) {
      throw this.#unusable(error);
    }
  };

  #isFresh(): boolean {
    return this.#keys !== null && this.#deps.now() - this.#keys.fetched < MAX_AGE;
  }

  #mayAskAgain(): boolean {
    return this.#fetching !== null || this.#deps.now() - this.#asked >= COOLDOWN;
  }

  /** Fetches what someone waits for, unless that has failed a moment ago. */
  async #refresh(): Promise<void> {
    const failedNow = this.#failure !== null && this.#deps.now() - this.#asked < RETRY;
    if (this.#fetching !== null || !failedNow) await this.#fetch();
  }

  /** One fetch at a time serves all who wait; what came of it is in the fields. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchNow().finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  async #fetchNow(): Promise<void> {
    this.#asked = this.#deps.now();
    this.#stop();
    try {
      const metadata = (this.#metadata ??= await discoverMetadata(this.#issuer, this.#deps));
      const { status, json } = await askIssuer(metadata.keys, 'its key set', this.#deps);
      if (json === null) throw new Error(`its key set was answered with status ${status}`);
      this.#keys = { find: keySet(json), fetched: this.#deps.now() };
      this.#failure = null;
    } catch (error) {
      this.#metadata = null; // its keys may have moved
      this.#failure = this.#unreachable(error);
    }
    if (this.#closed) return;
    const pause = this.#failure === null ? REFRESH_AGE : COOLDOWN;
    this.#stop = this.#deps.after(pause, () => void this.#fetch());
  }

  #unreachable(error: unknown): IdentityError {
    return new IdentityError(
      'ISSUER_UNREACHABLE',
      `the keys of ${this.#issuer} could not be fetched (${requestFailure(error)}); try again, and if it stays so tell who runs the gateway`,
      { cause: error },
    );
  }

  #unusable(error: unknown): IdentityError {
    if (error instanceof errors.JWKSNoMatchingKey) {
      const message = `the token is not signed with a current key of ${this.#issuer}; get a new one`;
      return new IdentityError('UNKNOWN_KEY', message, { cause: error });
    }
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      const message = `${this.#issuer} has several keys that the token may be signed with; it must name one (kid), and no two may bear one name`;
      return new IdentityError('UNKNOWN_KEY', message, { cause: error });
    }
    return new IdentityError(
      'UNKNOWN_KEY',
      `the key of ${this.#issuer} that the token names cannot be used`,
      {
        cause: error,
      },
    );
  }
}

/** jose checks the shape, and each key when it is first used. */
function keySet(json: Readonly<Record<string, unknown>>): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(json as unknown as JSONWebKeySet);
  } catch {
    throw new Error('its key set is malformed');
  }
}
