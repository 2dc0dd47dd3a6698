/** Signing the person at this window in and out, through the host. */
import { api } from './api.ts';
import { forgetBearer } from './bearer.ts';

/** Where this window stood when it left for a team's issuer. */
const LEFT = 'auditorium.left';

/** No other scheme than the web's, whatever an issuer says of itself. */
const WEB = /^https?:\/\//;

/** Where the person who signed out ends their session at the issuer too; it is in no store, as a token is in it. */
let sessionAtIssuer: string | null = null;

/** null: there is no such place, or nobody signed out here. */
export function issuerToLeave(): string | null {
  return sessionAtIssuer !== null && WEB.test(sessionAtIssuer) ? sessionAtIssuer : null;
}

/** Begins a sign-in, and shows where it goes on unless the host has. Rejects with ApiError. */
export async function beginSignIn(): Promise<void> {
  const { url, opened } = await api.beginSignIn();
  if (!opened && WEB.test(url)) window.open(url, '_blank', 'noopener');
}

/** Leaves for the issuer of a team server, which sends this window back. Rejects with ApiError. */
export async function leaveToSignIn(): Promise<void> {
  const { url } = await api.beginSignIn();
  const { pathname, search } = window.location;
  window.sessionStorage.setItem(LEFT, pathname + search);
  if (WEB.test(url)) window.location.assign(url);
}

/** Goes back to where this window stood before it left, if it did. */
export function comeBack(): void {
  const left = window.sessionStorage.getItem(LEFT);
  window.sessionStorage.removeItem(LEFT);
  if (left === null || window.location.pathname !== '/') return;
  window.history.replaceState(window.history.state, '', left);
  window.dispatchEvent(new PopStateEvent('popstate'));
}

/** Shows another of a team's stores, from the start: nothing stays of what this window showed. Rejects with ApiError. */
export async function chooseStore(store: string): Promise<void> {
  await api.chooseStore({ store });
  window.location.assign('/');
}

/** Of a team server the window is signed out with the person. */
export async function signOut(): Promise<void> {
  const { issuer } = await api.signOut();
  sessionAtIssuer = issuer;
  if ((await api.host()).kind === 'server') forgetBearer();
}
