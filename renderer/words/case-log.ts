/** What the log of the case says. */
export const CASE_LOG = {
  title: 'Case log',
  about: (entries: string, authors: number) =>
    `${entries} signed entries by ${authors} ${authors === 1 ? 'author' : 'authors'}`,
  failed: 'The case log could not be loaded',
  none: 'Nothing was done yet',
  noneHow: 'What investigators open, search, look at, write and export is listed here as it happens.',
  problems: (count: number) =>
    count === 1 ? 'One thing in this case does not verify' : `${count} things in this case do not verify`,
  problemsHow: 'What verifies is shown all the same. Ask whoever sent the case for their copy.',
  openSession: 'Open the session',
  columns: {
    time: 'Time (UTC)',
    author: 'Author',
    kind: 'Kind',
    what: 'What',
    session: 'Session',
    number: '#',
  },
} as const;
