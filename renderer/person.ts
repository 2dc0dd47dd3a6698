/** Signing the person at this window in and out, through the host. */
import { api } from './api.ts';

/** Begins a sign-in, and shows where it goes on unless the host has. Rejects with ApiError. */
export async function beginSignIn(): Promise<void> {
  const { url, opened } = await api.beginSignIn();
  // No other scheme than the web's, whatever an issuer says of itself.
  if (!opened && /^https?:\/\//.test(url)) window.open(url, '_blank', 'noopener');
}

export async function signOut(): Promise<void> {
  await api.signOut();
}
