/** Words of signing in: this window, and the person who decides. */
export const SIGN_IN = {
  unreachable: 'Auditorium does not answer',
  title: 'Not signed in to Auditorium',
  reasons: {
    'no-token': 'This window was opened without a sign-in token.',
    'token-refused':
      'The token of this URL was used before, or belongs to an Auditorium that has ended. A token works once.',
    'bearer-refused': 'Auditorium no longer knows this window. It was probably started again.',
  },
  runBefore: 'Run',
  runAfter:
    'again in your terminal and open the URL it prints. It signs in this window, and tabs you open from it.',
  tryAgain: 'Try again',
} as const;

export const PERSON = {
  nobody: 'Nobody is signed in',
  nobodyHint: 'Nobody is signed in. Deciding on held statements takes your own sign-in.',
  is: (name: string) => `Signed in as ${name}`,
  signIn: 'Sign in',
  signOut: 'Sign out',
  groups: (groups: readonly string[], issuer: string) =>
    `${groups.length === 0 ? 'in no group' : `in ${groups.join(', ')}`}, by ${issuer}`,
  goOn: 'go on in the page that opened',
  noAnswer: 'the host did not answer',
} as const;

/** An address that is none of the window's. */
export const NOWHERE = {
  title: 'There is nothing here',
  isNone: 'is no place of this window.',
  toSessions: 'Go to the sessions',
} as const;
