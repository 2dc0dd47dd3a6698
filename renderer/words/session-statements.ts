/** What the statements of one session say. */
export const SESSION_STATEMENTS = {
  name: 'Statements of the session',
  number: '#',
  verb: 'Verb',
  text: 'Statement',
  rows: 'Rows',
  status: 'Status',
  failed: 'The statements could not be loaded',
  noneYet: 'No statement yet.',
  none: 'This session sent no statement.',
  noneIn: (file: string) => `No statement is recorded in ${file}.`,
  toIntent: 'Go to where it was sent',
  toOutcome: 'Go to what came of it',
  copy: 'Copy the statement',
  cell: (column: string, number: string) => `${column} of statement ${number}`,
} as const;
