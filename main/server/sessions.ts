/** Who is signed in to a team server, in its memory: a restart signs everybody out. */
import { keptAs, newSecret } from './secret.ts';
import { type RoleGroups, type SignedInPerson, TeamSession } from './session.ts';

/** Windows of one person at a time; the one used longest ago gives way. */
const MOST_OF_ONE = 10;

/** A token that ends sooner than this, ms, is renewed before it is used. */
const RENEW_MS = 60_000;

export interface SessionsOptions {
  readonly roles: RoleGroups;
  /** Ends a session that nobody used for so long, and any after so long; ms. */
  readonly idle: number;
  readonly lifetime: number;
  /** Another token in place of one that ends; null when the issuer gives none any more. Rejects when it does not answer. */
  readonly renew: (signedIn: SignedInPerson) => Promise<SignedInPerson | null>;
  /** Wall clock, ms. */
  readonly now: () => number;
}

export class Sessions {
  readonly #options: SessionsOptions;
  /** By what their secret is kept as. */
  readonly #sessions = new Map<string, TeamSession>();
  readonly #renewing = new Map<TeamSession, Promise<void>>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Begins a session, under a secret that nobody had before. */
  begin(signedIn: SignedInPerson): { readonly secret: string; readonly session: TeamSession } {
    const { roles, now } = this.#options;
    const session = new TeamSession(signedIn, roles, now());
    const secret = newSecret();
    this.#makeRoom(session);
    this.#sessions.set(keptAs(secret), session);
    return { secret, session };
  }

  /** The session of a secret, now used; null when there is none, or it is over. */
  async use(secret: string | null): Promise<TeamSession | null> {
    const session = this.find(secret);
    if (session === null) return null;
    await this.#settle(session);
    if (session.isOver) return null;
    session.used = this.#options.now();
    return session;
  }

  /** As {@link use}, without using it. */
  find(secret: string | null): TeamSession | null {
    return secret === null ? null : (this.#sessions.get(keptAs(secret)) ?? null);
  }

  /** Ends every session whose time is over or whose token cannot be renewed. */
  async sweep(): Promise<void> {
    await Promise.all(Array.from(this.#sessions.values(), (session) => this.#settle(session)));
    for (const [key, session] of this.#sessions) if (session.isOver) this.#sessions.delete(key);
  }

  endAll(): void {
    for (const session of this.#sessions.values()) session.end();
    this.#sessions.clear();
  }

  async #settle(session: TeamSession): Promise<void> {
    const { idle, lifetime, now } = this.#options;
    const time = now();
    if (time - session.used >= idle || time - session.began >= lifetime) session.end();
    if (session.isOver || session.signedIn.person.expires - time > RENEW_MS) return;
    const renewing = this.#renewing.get(session) ?? this.#renew(session);
    this.#renewing.set(session, renewing);
    await renewing;
  }

  /** An issuer that does not answer is asked again, as long as the token it gave holds. */
  async #renew(session: TeamSession): Promise<void> {
    const { renew, now } = this.#options;
    try {
      const renewed = await renew(session.signedIn);
      if (renewed !== null) session.take(renewed);
      else session.end();
    } catch {
      if (session.signedIn.person.expires <= now()) session.end();
    } finally {
      this.#renewing.delete(session);
    }
  }

  #makeRoom({ signedIn: { person } }: TeamSession): void {
    const own = [...this.#sessions].filter(
      ([, { signedIn: other }]) =>
        other.person.issuer === person.issuer && other.person.subject === person.subject,
    );
    const oldest = own.toSorted(([, a], [, b]) => a.used - b.used)[0];
    if (own.length < MOST_OF_ONE || oldest === undefined) return;
    oldest[1].end();
    this.#sessions.delete(oldest[0]);
  }
}
