/** A person's sign-in to a team server, from one browser. */
import { type Permission, permissionsOf, type Role, ROLES } from '../../shared/api/permission.ts';
import type { SignedIn } from '../identity/token-claims.ts';
import { newSecret } from './secret.ts';

/** Who signed in, and what keeps them so. */
export interface SignedInPerson {
  readonly person: SignedIn;
  /** To the gateway they prove themselves by it. */
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** By which their issuer knows which of its sessions to end; null: it gave none. */
  readonly idToken: string | null;
}

/** Groups of each role. */
export type RoleGroups = Readonly<Record<Role, readonly string[]>>;

export function rolesOf(groups: readonly string[], roles: RoleGroups): Role[] {
  return ROLES.filter((role) => roles[role].some((group) => groups.includes(group)));
}

export class TeamSession {
  /** What its windows prove with that they are not another site's. */
  readonly csrf = newSecret();
  readonly began: number;
  /** When it was last used, ms. */
  used: number;
  readonly #groups: RoleGroups;
  #signedIn: SignedInPerson;
  #roles: readonly Role[] = [];
  /** Roles and groups, which rights are given to. */
  #stands = '';
  #store: string | null = null;
  #may: ReadonlySet<Permission> = new Set();
  #standing = new AbortController();
  #over = false;

  constructor(signedIn: SignedInPerson, groups: RoleGroups, now: number) {
    this.#groups = groups;
    this.#signedIn = signedIn;
    this.began = now;
    this.used = now;
    this.take(signedIn);
  }

  get signedIn(): SignedInPerson {
    return this.#signedIn;
  }

  get roles(): readonly Role[] {
    return this.#roles;
  }

  /** What the person may now: nothing once it is over. */
  get may(): ReadonlySet<Permission> {
    return this.#over ? new Set() : this.#may;
  }

  /** Ends what was begun under what the person might: when it is over, when their roles or groups change, and when they go to another store. */
  get standing(): AbortSignal {
    return this.#standing.signal;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** The issuer gave another token, which may tell of other groups. */
  take(signedIn: SignedInPerson): void {
    this.#signedIn = signedIn;
    const { groups } = signedIn.person;
    const roles = rolesOf(groups, this.#groups);
    const stands = JSON.stringify([roles, groups.toSorted()]);
    if (stands === this.#stands && this.#may.size > 0) return;
    this.#stands = stands;
    this.#roles = roles;
    this.#may = permissionsOf(roles);
    this.#begin();
  }

  /** The store that the person looks at from here on, of those they see; null: the first of them. */
  get store(): string | null {
    return this.#store;
  }

  choose(store: string): void {
    this.#store = store;
    this.#begin();
  }

  /** Ends what was begun as things stood before. */
  #begin(): void {
    this.#standing.abort();
    this.#standing = new AbortController();
  }

  end(): void {
    this.#over = true;
    this.#standing.abort();
  }
}
