/** What the transcript says. */
export const TRANSCRIPT = {
  name: 'Transcript',
  text: 'Text of the session',
  follow: 'Follow the cursor',
  scroll: 'Place in the transcript',
  copySelected: 'Copy the chosen lines',
  choose: (from: string, to: string) => `lines of steps ${from} to ${to} are chosen`,
  loading: '…',
  empty: 'Nothing was shown in this session.',
  failed: 'This part of the session could not be read',
  searched: (done: string, all: string) => `searched ${done} of ${all}`,
  hits: (count: string) => `${count} hits`,
  firstHits: (count: string) => `the first ${count} hits`,
  stop: 'Stop',
  hitList: 'Hits',
  hint: 'Click a line to go there; Shift-click another to choose all between them',
} as const;
