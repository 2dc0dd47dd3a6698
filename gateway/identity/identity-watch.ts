/** Looks after the identity of one live session: how long it may last, revocations, and what issuers say of its tokens. */
import type { EventInput } from '../../shared/recording/event.ts';
import { fingerprint } from './fingerprint.ts';
import { Revocations, type Revocation } from './revocations.ts';
import { PROFILES, text } from './profile.ts';
import type { VerifiedToken } from './token-verifier.ts';

/** The fields of the `identityChecked` event. */
export type IdentityCheck = EventInput<'identityChecked'>;

/** Why a session has to end; `message` is for the agent and the record. */
export interface IdentityEnd {
  readonly why: 'expired' | 'revoked' | 'inactive' | 'unchecked';
  readonly message: string;
}

/** Told while a session lives; `ended` at most once, and nothing after it. */
export interface IdentityListener {
  /** An issuer's answer changed. */
  checked(check: IdentityCheck): void;
  ended(end: IdentityEnd): void;
}

/** A token with what it is for: who the agent is, or which job it is. */
export interface HeldToken extends VerifiedToken {
  readonly role: 'who' | 'job';
}

/** What a session rests on. */
export interface HeldIdentity {
  readonly tokens: readonly HeldToken[];
  /** When the session must end, ms since 1970. */
  readonly expires: number;
}

export interface WatchDependencies {
  /** ms since 1970. */
  now(): number;
  /** Runs something once, so many ms later; what it returns prevents it. */
  after(ms: number, run: () => void): () => void;
  readonly revocations: Revocations;
}

/** While an issuer does not answer it is asked this often, ms, if not more often anyway. */
const RETRY = 30_000;

/** Timers that are further away would fire at once (Node's limit is 2³¹ ms). */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What the revocation list says of a token; null when nothing. */
export function revocationOf(
  { text: token, claims, issuer }: VerifiedToken,
  { revocations, now }: Pick<WatchDependencies, 'revocations' | 'now'>,
): Revocation | null {
  const named = {
    fingerprint: fingerprint(token),
    tokenId: text(claims.jti),
    subject: claims.sub,
    clientId: PROFILES[issuer.profile].clientId(claims),
  };
  return revocations.find(named, now());
}

/** One session's watch. */
export class IdentityWatch {
  readonly #held: HeldIdentity;
  readonly #listener: IdentityListener;
  readonly #deps: WatchDependencies;
  readonly #timers = new Set<() => void>();
  #stopped = false;

  constructor(held: HeldIdentity, listener: IdentityListener, deps: WatchDependencies) {
    this.#held = held;
    this.#listener = listener;
    this.#deps = deps;
    this.#awaitExpiry();
    for (const token of held.tokens) this.#checkLater(token);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /** Looks into the list of revocations again; whether the session ended by it. */
  recheck(): boolean {
    if (this.#stopped) return false;
    for (const token of this.#held.tokens) {
      const revocation = revocationOf(token, this.#deps);
      if (revocation === null) continue;
      this.#end('revoked', `${revokedBy(revocation)}; this session ends`);
      return true;
    }
    return false;
  }

  #awaitExpiry(): void {
    const left = this.#held.expires - this.#deps.now();
    if (left > 0) this.#later(Math.min(left, LONGEST_TIMER), () => this.#awaitExpiry());
    else this.#end('expired', 'the token expired, and with it this session; connect again with a new one');
  }

  /** Asks the issuer again and again; once the token expired, its answer would say nothing but that. */
  #checkLater(token: HeldToken): void {
    const { introspection } = token.issuer;
    const { introspect } = token;
    if (introspect === null || introspection === undefined) return;
    let silentSince: number | null = null;
    const told = (result: string, detail: string) =>
      this.#listener.checked({ token: token.role, issuer: token.issuer.issuer, result, detail });
    const check = async (): Promise<void> => {
      if (this.#deps.now() >= token.claims.exp * 1000) return;
      const answer = await introspect(token.text).catch((error: unknown) => error as Error);
      if (this.#stopped) return;
      const now = this.#deps.now();
      if (answer === false) {
        told('inactive', '');
        return this.#end(
          'inactive',
          `${token.issuer.issuer} says that the token no longer holds; this session ends`,
        );
      }
      if (answer === true) {
        if (silentSince !== null) told('active', '');
        silentSince = null;
        return this.#later(introspection.every, check);
      }
      if (silentSince === null) told('unreachable', answer.message);
      silentSince ??= now;
      if (now - silentSince >= introspection.grace) {
        return this.#end('unchecked', `${answer.message}, for too long; this session ends`);
      }
      this.#later(Math.min(introspection.every, RETRY), check);
    };
    this.#later(introspection.every, check);
  }

  #later(ms: number, run: () => void): void {
    const cancel = this.#deps.after(ms, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }

  #end(why: IdentityEnd['why'], message: string): void {
    if (this.#stopped) return;
    this.stop();
    this.#listener.ended({ why, message });
  }
}

/** In words, for agent and record. */
export function revokedBy({ by, reason, author }: Revocation): string {
  const what =
    by === 'fingerprint' || by === 'tokenId' ? 'the token' : by === 'subject' ? 'its subject' : 'its client';
  return `${what} was revoked by ${author}${reason === '' ? '' : ` (${reason})`}`;
}
