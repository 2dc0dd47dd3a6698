/** Looks after the identity of one live session: how long it may last, revocations, and what issuers say of its tokens. */
import type { EventInput } from '../../shared/recording/event.ts';
import { fingerprint } from './fingerprint.ts';
import { PROFILES, text } from './profile.ts';
import type { Revocation, Revocations } from './revocations.ts';
import { tokenCheck } from './token-check.ts';
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
  readonly after: (ms: number, run: () => void) => () => void;
  readonly revocations: Revocations;
}

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
    for (const token of held.tokens) {
      const check = tokenCheck(token, {
        now: () => deps.now(),
        later: (ms, run) => this.#later(ms, run),
        changed: (result, detail) => this.#changed(token, result, detail),
        end: (why, message) => this.#end(why, message),
      });
      check?.start();
    }
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

  #later(ms: number, run: () => void): void {
    if (this.#stopped) return;
    const cancel = this.#deps.after(ms, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }

  #changed({ role, issuer }: HeldToken, result: string, detail: string): void {
    if (this.#stopped) return;
    this.#listener.checked({ token: role, issuer: issuer.issuer, result, detail });
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
