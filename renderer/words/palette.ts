/** Words of the command palette. */
export const PALETTE = {
  title: 'Commands',
  hint: 'A command, a place, a saved filter, a session id, a statement number, a time …',
  found: (count: number) => (count === 1 ? '1 command' : `${count} commands`),
  nothing: (typed: string) => `Nothing is called “${typed}”.`,
  nothingHint: 'Try fewer letters, the start of a session’s id, or a filter such as table:orders.',
  recent: 'Used lately',
  choose: 'choose',
  run: 'run',
  close: 'close',
  filterSessions: 'Show sessions that match',
  filterStatements: 'Show statements that match',
  openSession: (id: string) => `Open session ${id}`,
  savedFilter: (name: string) => `Filter by ${name}`,
  savedView: (name: string, list: string) => `View of ${list}: ${name}`,
} as const;
