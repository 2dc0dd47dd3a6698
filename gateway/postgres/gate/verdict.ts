/** What policy says of a text that was read and looked up: its decision, with what masking adds to it. */
import type { Decision, HoldTerms } from '../../../shared/policy/decision.ts';
import type { Circumstances, SessionPolicy } from '../../policy/session-policy.ts';
import type { ResolvedText } from '../facts/resolved-text.ts';
import type { Lane } from '../masked/lane.ts';
import { laundering } from './flows.ts';

/** A decision with the words for the agent. */
export interface Verdict {
  readonly decision: Decision;
  readonly effect: 'allow' | 'hold' | 'deny';
  /** Of a hold. */
  readonly terms: HoldTerms;
}

/** What masking holds or denies of its own accord is told as a rule; none of a document can be called so. */
const MASKING_RULE = 'masking (built in)';

/** `verified`: what the lineage rests on was looked at right before. */
export function verdictOf(
  { facts, lineage }: ResolvedText,
  verified: boolean,
  circumstances: Circumstances,
  policy: SessionPolicy,
  lane: Lane | null,
): Verdict {
  const decision = policy.decide(facts, circumstances);
  const terms = decision.hold ?? policy.holdTerms;
  const { effect } = decision;
  if (lane === null || effect === 'deny' || facts.unparsed !== null) return { decision, effect, terms };
  let found: ReturnType<typeof laundering> = null;
  for (const [ordinal, statement] of facts.statements.entries()) {
    // An allow rule for code that nobody can see says that somebody has looked.
    const looked = effect === 'allow' && decision.rules.length > 0 && statement.features.includes('opaque');
    const next = looked ? null : laundering(statement, lineage[ordinal] ?? null, verified, lane);
    if (next !== null && (found === null || next.effect === 'deny')) found = next;
  }
  if (found === null || (found.effect === 'hold' && effect === 'hold')) return { decision, effect, terms };
  const rules = [...decision.rules, { rule: MASKING_RULE, because: found.because }];
  return { decision: { ...decision, effect: found.effect, rules, hold: terms }, effect: found.effect, terms };
}
