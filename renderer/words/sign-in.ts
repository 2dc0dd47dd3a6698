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

/** Of a team server. */
export const TEAM = {
  title: 'Sign in to Auditorium',
  hint: 'Sign in with your team’s account: what you may do here follows from your groups there.',
  over: 'You are signed out: you asked for it, were away for long, or your account’s sign-in ended.',
  atIssuer: (host: string) => `Sign out of ${host} too`,
  atIssuerHint: 'Whoever uses this browser next may still be signed in there as you.',
  noRole: 'You have no role here',
  noRoleHint: (name: string) =>
    `You are signed in as ${name}, and none of your groups has a role in this Auditorium. Ask whoever runs it.`,
  groups: (groups: string) => (groups === '' ? 'You are in no group.' : `Your groups: ${groups}`),
} as const;

/** Why somebody may not do something. */
export const DENIED = {
  takes: (roles: readonly string[], own: readonly string[]) => {
    const takes =
      roles.length === 0 ? 'This cannot be done here' : `This takes the role ${roles.join(' or ')}`;
    return own.length === 0 ? takes : `${takes}; yours: ${own.join(', ')}`;
  },
} as const;

export const STORES = { title: 'Store' } as const;

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
