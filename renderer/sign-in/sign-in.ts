/** Getting this window its bearer: from the URL's one-time token, from itself before a reload, or from another tab. */
import type { Person } from '../../shared/api/approvals.ts';
import { ApiError } from '../../shared/api/error.ts';
import { api, queries } from '../api.ts';
import { bearer, borrowBearer, keepBearer, shareBearer } from '../bearer.ts';
import { askMe } from '../me.ts';
import { comeBack } from '../person.ts';
import { takeToken } from './fragment.ts';

/** `team`: people of a team server sign in at its issuer; `no-role`: they have, and none of their groups has a role here. */
export type SignInState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'team'; readonly before: boolean }
  | { readonly kind: 'no-role'; readonly person: Person }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'signed-out'; readonly reason: 'no-token' | 'token-refused' | 'bearer-refused' }
  | { readonly kind: 'unreachable'; readonly error: Error };

/** Whether the host is a team's. */
let isOfTeam = false;

/** Signs in by whatever way there is; never throws. */
export async function signIn(): Promise<SignInState> {
  const token = takeToken();
  try {
    const { kind } = await api.host();
    if (kind === 'electron') return { kind: 'signed-in' };
    if (kind === 'server') return await signInToTeam();
    if (token !== null && (await exchange(token))) return share();
    if (bearer() !== null) return share();
    const borrowed = await borrowBearer();
    if (borrowed === null)
      return { kind: 'signed-out', reason: token === null ? 'no-token' : 'token-refused' };
    keepBearer(borrowed);
    return share();
  } catch (cause) {
    return {
      kind: 'unreachable',
      error: cause instanceof Error ? cause : new Error('sign-in failed', { cause }),
    };
  }
}

/** The cookie of a session, which this window cannot see, is there or not. */
async function signInToTeam(): Promise<SignInState> {
  isOfTeam = true;
  try {
    const { person, may } = await askMe();
    if (person !== null && !may.includes('archive:read')) return { kind: 'no-role', person };
    comeBack();
    return { kind: 'signed-in' };
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NOT_SIGNED_IN') return { kind: 'team', before: false };
    throw error;
  }
}

/** How this window stands once the host knows it no more. */
export function signedOut(): SignInState {
  if (isOfTeam) {
    // Nothing of the record stays in a window that nobody is signed in to.
    queries.clear();
    return { kind: 'team', before: true };
  }
  return { kind: 'signed-out', reason: 'bearer-refused' };
}

/** A token already used is refused; the bearer it gave may still be here, from before a reload. */
async function exchange(token: string): Promise<boolean> {
  try {
    const given = await api.signIn({ token });
    keepBearer(given.bearer);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code !== 'UNREACHABLE') return false;
    throw error;
  }
}

function share(): SignInState {
  shareBearer();
  return { kind: 'signed-in' };
}
