/** What is said of sessions that were picked, several at once. */
const sessions = (n: number): string => `${n.toLocaleString('en-US')} session${n === 1 ? '' : 's'}`;

export const PICKS = {
  name: 'Picked sessions',
  count: (n: number) => `${sessions(n)} picked`,
  most: (n: number) => `${n} at most`,
  compare: 'Compare',
  compareTwo: 'Compare the two picked sessions',
  compareHow: 'Pick two sessions to compare them',
  finding: 'Add to finding…',
  letGo: 'Let all go',
  command: {
    all: 'Pick all listed sessions',
    letGo: 'Let the picked sessions go',
    finding: 'Add the picked sessions to a finding',
  },
  failed: (why: string) => `The sessions could not be picked: ${why}`,
} as const;
