/** What the rows of a result are shown with. */
export const RESULT = {
  name: 'Result',
  copyCell: 'Copy',
  copyRow: 'Copy row',
  copyColumn: 'Copy column',
  searching: (done: string, all: string) => `${done} of ${all} rows`,
  mayBeMore: 'no outcome recorded: there may have been more rows',
  failed: 'The result could not be read',
  byCopy: (rows: string) => `${rows} by COPY: the terminal shows them.`,
  affected: (rows: string) => `${rows} affected; no rows came back.`,
  lacking: 'Rows are not recorded by what this session was imported from.',
  noAnswer: 'No answer is recorded.',
  statementFailed: 'The statement failed and gave no rows (see Error).',
  none: 'No rows came back.',
} as const;
