/** Words of reviews, where a session is judged. */
export const REVIEW = {
  none: 'Review…',
  title: 'Review of this session',
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
