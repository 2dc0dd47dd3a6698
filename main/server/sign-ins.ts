/** Sign-ins under way: each belongs to the browser that began it, and ends once. */
import { keptAs, newSecret } from './secret.ts';
import type { TeamSession } from './session.ts';
import type { Expected } from './team-issuer.ts';

/** How long somebody may take to sign in, ms. */
export const SIGN_IN_MS = 5 * 60_000;

/** Beyond so many the ones begun first are given up. */
const MOST_PENDING = 1_000;

interface PendingSignIn extends Expected {
  /** Of the browser that began it: it gives way to the new one. */
  readonly before: TeamSession | null;
  /** ms. */
  readonly until: number;
}

export class SignIns {
  /** By what their secret is kept as. */
  readonly #pending = new Map<string, PendingSignIn>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Gives the secret for the browser's cookie. */
  begin(expected: Expected, before: TeamSession | null): string {
    const [first] = this.#pending.keys();
    if (this.#pending.size >= MOST_PENDING && first !== undefined) this.#pending.delete(first);
    const secret = newSecret();
    this.#pending.set(keptAs(secret), { ...expected, before, until: this.#now() + SIGN_IN_MS });
    return secret;
  }

  /** The sign-in of this browser and with this state, once; null when there is none, or it took too long. */
  take(secret: string | null, state: string | null): PendingSignIn | null {
    if (secret === null || state === null) return null;
    const key = keptAs(secret);
    const pending = this.#pending.get(key);
    // Another site can send a browser here with any state: that must not end what the person is about.
    if (pending === undefined || keptAs(pending.state) !== keptAs(state)) return null;
    this.#pending.delete(key);
    return pending.until > this.#now() ? pending : null;
  }
}
