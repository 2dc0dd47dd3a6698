/** Getting this window its bearer: from the URL's one-time token, from itself before a reload, or from another tab. */
import { ApiError } from '../../shared/api/error.ts';
import { api } from '../api.ts';
import { bearer, borrowBearer, keepBearer, shareBearer } from '../bearer.ts';
import { takeToken } from './fragment.ts';

/** `open`: the host needs no bearer (the desktop app); `unknown`: no host answered. */
export type SignInState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'signed-out'; readonly reason: 'no-token' | 'token-refused' | 'bearer-refused' }
  | { readonly kind: 'unreachable'; readonly error: Error };

/** Signs in by whatever way there is; never throws. */
export async function signIn(): Promise<SignInState> {
  const token = takeToken();
  try {
    const { kind } = await api.host();
    if (kind === 'electron') return { kind: 'signed-in' };
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
