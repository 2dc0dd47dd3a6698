/** A verdict as the record holds it. */
import type { TextFacts } from '../../../shared/policy/facts.ts';
import type { EventInput } from '../../../shared/recording/event.ts';
import type { PostgresError } from '../wire/errors.ts';
import type { Verdict } from './verdict.ts';

/** Facts as JSON, once each: the same text is decided on many times. */
const WRITTEN = new WeakMap<TextFacts, string>();

export function decisionRecord(
  statement: number,
  { decision, effect }: Verdict,
  facts: TextFacts,
  {
    enforced,
    hash,
    refusal,
  }: {
    readonly enforced: boolean;
    readonly hash: Uint8Array;
    /** What the agent is told, when it is refused. */
    readonly refusal: PostgresError | null;
  },
): EventInput<'decision'> {
  return {
    statement,
    effect: refusal === null ? effect : 'deny',
    enforced,
    rules: decision.rules.map(({ rule }) => rule),
    because: decision.rules.map(({ because }) => because),
    message: refusal?.message ?? decision.message ?? '',
    severity: decision.severity,
    policy: hash,
    facts: written(facts),
  };
}

function written(facts: TextFacts): string {
  let text = WRITTEN.get(facts);
  if (text === undefined) WRITTEN.set(facts, (text = JSON.stringify(facts)));
  return text;
}
