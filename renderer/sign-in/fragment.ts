/** The one-time token that `auditorium open` prints as the fragment of its URL: never sent, never in the history. */

/** The token of a fragment such as `#token=…`; null when it holds none. */
export function tokenOf(fragment: string): string | null {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  return token === null || token === '' ? null : token;
}

/** Takes the token out of the address bar, at once, and gives it back. */
export function takeToken(): string | null {
  const token = tokenOf(window.location.hash);
  if (token !== null) {
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  }
  return token;
}
