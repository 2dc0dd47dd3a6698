/** What policy said of a statement and what became of that, in one word: for lists, filters and counts. */
import type { EventFields } from '../recording/event.ts';

/**
 * `allowed` and `denied` by a rule (or denied by the default); `held` and still open, or held and then `approved`, `rejected`,
 * refused at its `timeout`, refused because it had `changed`, `abandoned` by its agent; `observed-deny` and `observed-hold`
 * passed because the policy only observes. A statement without any of them was allowed by the default.
 */
export const DECISIONS = [
  'allowed',
  'denied',
  'held',
  'approved',
  'rejected',
  'timeout',
  'changed',
  'abandoned',
  'observed-deny',
  'observed-hold',
] as const;
export type Decided = (typeof DECISIONS)[number];

/** Statements that were held, whatever became of them. */
export const HELD: readonly Decided[] = ['held', 'approved', 'rejected', 'timeout', 'changed', 'abandoned'];

/** Statements that would have been refused or held. */
export const OBSERVED: readonly Decided[] = ['observed-deny', 'observed-hold'];

/** What a `decision` event says. An effect that is not known here reads as the gravest. */
export function decidedBy({
  effect,
  enforced,
}: Pick<EventFields<'decision'>, 'effect' | 'enforced'>): Decided {
  if (effect === 'allow') return 'allowed';
  if (effect === 'hold') return enforced ? 'held' : 'observed-hold';
  return enforced ? 'denied' : 'observed-deny';
}

/** What a `holdEnded` event says. */
export function endedAs({ outcome }: Pick<EventFields<'holdEnded'>, 'outcome'>): Decided {
  return HELD.find((word) => word === outcome && word !== 'held') ?? 'abandoned';
}

/** A decision in words: what was said, then what became of it. */
export function decisionText(decision: Decided): string {
  return WORDS[decision];
}

const WORDS: Readonly<Record<Decided, string>> = {
  allowed: 'allowed',
  denied: 'denied',
  held: 'held',
  approved: 'held → approved',
  rejected: 'held → rejected',
  timeout: 'held → timed out',
  changed: 'held → changed',
  abandoned: 'held → abandoned',
  'observed-deny': 'would be denied',
  'observed-hold': 'would be held',
};
