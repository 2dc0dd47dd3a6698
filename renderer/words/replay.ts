/** What stands where a session is to be. */
export const SESSION = {
  loading: 'Loading the session',
  failed: 'The session could not be loaded',
  none: 'No such session',
  noneSays: 'This archive holds no session',
  otherArchive: 'The link may belong to another archive.',
  toSessions: 'Go to the sessions',
} as const;

/** What the session view says. */
export const PANES = {
  names: {
    terminal: 'Terminal',
    transcript: 'Transcript',
    result: 'Result',
    statements: 'Statements',
    inspector: 'Inspector',
    main: 'what was seen',
    side: 'what it is made of',
  },
  views: 'Views',
  viewsKey: 'v',
  chooseViews: 'Choose the views',
  open: (name: string) => `Open ${name}`,
  close: (name: string) => `Close ${name}`,
  between: (first: string, second: string) => `Between ${first} and ${second}`,
  playedUpTo: 'Playing the recording up to this step…',
  playedSoFar: (share: number) =>
    `Only the last output is shown: what was on the screen before is still being played, ${Math.floor(share * 100)} %`,
  terminalFailed: 'This part of the session could not be read',
} as const;
