/** Words of values, statements and bytes where they are shown. */
export const VALUES = {
  null: 'NULL',
  empty: "''",
  notWhole: '… not shown: its row is too long (Save has it)',
  more: (characters: string) => ` … ${characters} more characters`,
  moreBytes: (bytes: string) => ` … ${bytes} more (Save has all)`,
  moreSeeRaw: (characters: string) => `… ${characters} more characters (see Raw)`,
  moreBytesSeeRaw: (bytes: string) => `… ${bytes} more (see Raw)`,
  saveText: (bytes: string) => `Save the text (${bytes})`,
  emptyStatement: '(an empty statement)',
  noBytes: 'no bytes',
  rows: 'all rows',
  tryAgain: 'Try again',
} as const;

/** What a policy decided on, and what the server expects. */
export const FACTS = {
  unreadable: 'The facts are not readable (see Raw).',
  unparsed: (why: string) => `The text could not be parsed: ${why}`,
  unresolved: 'not every name was found in the database’s catalog: those stand as they were written',
  tables: 'tables',
  columns: 'columns',
  functions: 'functions',
  read: 'read',
  written: 'written',
  through: (views: string) => ` through ${views}`,
  asWritten: ', as written',
  plan: {
    notAsked: 'the server was not asked',
    unreadable: 'not readable',
    plan: 'Plan',
    rows: 'Rows',
    cost: 'Cost',
  },
} as const;
