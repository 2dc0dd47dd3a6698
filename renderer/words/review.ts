/** Words of reviews, where a session is judged. */
export const REVIEW = {
  none: 'Review…',
  title: 'Review of this session',
  titleOf: (n: number) => `Review of ${n} session${n === 1 ? '' : 's'}`,
  verdict: 'Verdict',
  reason: 'Why',
  reasonHint: 'What you looked at, and what you saw',
  keep: 'Keep verdict',
  keeping: 'Keeping…',
  failed: (why: string) => `The verdict was not kept: ${why}`,
  by: (name: string, time: string) => `${name}, ${time}`,
  earlier: 'Earlier',
  section: 'Review and notes',
} as const;
