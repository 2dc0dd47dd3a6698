/** Asks the issuer of a live session's token, again and again, whether the token still holds. */
import type { Introspect } from './introspection.ts';
import type { IntrospectionConfig } from './issuer-config.ts';
import type { VerifiedToken } from './token-verifier.ts';

/** While an issuer does not answer it is asked this often, ms, if not more often anyway. */
const RETRY = 30_000;

/** What a check needs of the watch it belongs to. */
export interface CheckDependencies {
  /** ms since 1970. */
  now(): number;
  /** Runs something once, so many ms later, unless the watch has stopped. */
  readonly later: (ms: number, run: () => void) => void;
  /** The issuer's answer changed to `result`: active, inactive or unreachable. */
  readonly changed: (result: string, detail: string) => void;
  /** The session has to end. */
  readonly end: (why: 'inactive' | 'unchecked', message: string) => void;
}

/** The check of a token; null where its issuer is not to be asked. */
export function tokenCheck(token: VerifiedToken, deps: CheckDependencies): TokenCheck | null {
  const { introspection } = token.issuer;
  if (introspection === undefined || token.introspect === null) return null;
  return new TokenCheck(token, introspection, token.introspect, deps);
}

class TokenCheck {
  readonly #token: VerifiedToken;
  readonly #config: IntrospectionConfig;
  readonly #introspect: Introspect;
  readonly #deps: CheckDependencies;
  /** Since when the issuer does not answer, ms since 1970. */
  #silentSince: number | null = null;

  constructor(
    token: VerifiedToken,
    config: IntrospectionConfig,
    introspect: Introspect,
    deps: CheckDependencies,
  ) {
    this.#token = token;
    this.#config = config;
    this.#introspect = introspect;
    this.#deps = deps;
  }

  /** The token was active a moment ago, when the session opened. */
  start(): void {
    this.#deps.later(this.#config.every, () => void this.#check());
  }

  /** Once the token has expired an answer says nothing but that, and how long the session may go on is settled. */
  async #check(): Promise<void> {
    if (this.#deps.now() >= this.#token.claims.exp * 1000) return;
    const answer = await this.#introspect(this.#token.text).catch(reasonOf);
    if (answer === true) this.#active();
    else if (answer === false) this.#inactive();
    else this.#silent(answer);
  }

  #active(): void {
    if (this.#silentSince !== null) this.#deps.changed('active', '');
    this.#silentSince = null;
    this.start();
  }

  #inactive(): void {
    this.#deps.changed('inactive', '');
    const { issuer } = this.#token.issuer;
    this.#deps.end('inactive', `the token no longer holds, says ${issuer}; this session ends`);
  }

  #silent(why: string): void {
    if (this.#silentSince === null) this.#deps.changed('unreachable', why);
    const since = (this.#silentSince ??= this.#deps.now());
    if (this.#deps.now() - since >= this.#config.grace) {
      return this.#deps.end('unchecked', `${why}, for too long; this session ends`);
    }
    this.#deps.later(Math.min(this.#config.every, RETRY), () => void this.#check());
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
