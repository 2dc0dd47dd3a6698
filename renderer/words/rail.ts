/** Words of the rail at the left. */
export const RAIL = {
  label: 'Places',
  /** The window's title: how many statements wait for somebody to decide. */
  title: (waiting: number) => (waiting === 0 ? 'Auditorium' : `(${waiting}) Auditorium`),
  sessions: 'Sessions',
  statements: 'Statements',
  approvals: (waiting: number) => (waiting === 0 ? 'Approvals' : `Approvals: ${waiting} waiting`),
  findings: 'Findings',
  gateway: 'Gateway',
  start: 'Auditorium: open something else',
  find: 'Find anything',
  light: 'Light theme',
  dark: 'Dark theme',
  keys: 'Keys',
} as const;
