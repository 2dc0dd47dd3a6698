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
  close: (name: string) => `Close ${name}`,
  between: (first: string, second: string) => `Between ${first} and ${second}`,
} as const;
