/** What a code means, and what to do about it: one sentence or two each, in Markdown. */
export type Advice = readonly [meaning: string, mend: string];
