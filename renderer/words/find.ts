/** What fields that look for text in a view say. */
export const FIND = {
  field: (where: string) => `Find in ${where}`,
  open: (where: string) => `Find in ${where}`,
  short: 'Find…',
  key: '/',
  next: 'Next hit',
  previous: 'Previous hit',
  close: 'Close the search',
  caseMatters: 'Upper and lower case matter',
  regex: 'Regular expression',
  none: 'no hits',
  some: (at: string, all: string) => `${at} of ${all}`,
  many: (all: string) => `${all} hits`,
  notRegex: 'That is no regular expression.',
  copyScreen: 'Copy the selection, or the whole terminal',
} as const;
