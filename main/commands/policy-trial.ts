/** What a policy would have decided on the statements of an archive, and where that differs from the record. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { Policy } from '../../gateway/policy/compile.ts';
import type { StatementRow } from '../../shared/api/session.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import type { Decision } from '../../shared/policy/decision.ts';
import type { FactsReader } from './policy-facts.ts';
import { recordedTexts, RecordedSessions, type RecordedText } from './recorded-texts.ts';

/** A text that would have been decided otherwise. */
export interface Difference {
  readonly text: RecordedText;
  readonly before: Decision['effect'];
  readonly decision: Decision;
}

/** How many texts would have been decided otherwise by one rule, or by the default. */
export interface Count {
  readonly rule: string;
  readonly change: string;
  count: number;
}

export interface Trial {
  readonly policy: Policy;
  readonly archive: ArchiveReader;
  readonly facts: FactsReader;
  /** Which statements. */
  readonly filter: Filter;
}

/** Decides on each text anew, one by one; `differs` is told of each that comes out otherwise, `passed` of all. */
export async function tried(
  { policy, archive, facts, filter }: Trial,
  differs: (difference: Difference) => void,
  passed: (tally: Tally) => void | Promise<void> = () => {},
): Promise<Tally> {
  const sessions = new RecordedSessions(archive);
  const tally = new Tally();
  for await (const text of recordedTexts(archive, filter)) {
    const session = policy.forSession(await sessions.subjectOf(text.first));
    const decision = session.decide(await facts.read(await sessions.wholeText(text)), {
      now: text.first.time / 1000,
      estimatedRows: null,
      canEstimate: false,
    });
    const before = recordedEffect(text.first);
    const difference = decision.effect === before ? null : { text, before, decision };
    tally.add(difference);
    if (difference !== null) differs(difference);
    await passed(tally);
  }
  return tally;
}

/** What was decided when it was recorded; what was not decided on was allowed. */
function recordedEffect({ decision }: StatementRow): Decision['effect'] {
  if (decision === null || decision === 'allowed') return 'allow';
  return decision === 'denied' || decision === 'observed-deny' ? 'deny' : 'hold';
}

/** Counts texts, and those that differ by rule. */
export class Tally {
  texts = 0;
  differing = 0;
  readonly #counts = new Map<string, Count>();

  add(difference: { readonly before: Decision['effect']; readonly decision: Decision } | null): void {
    this.texts++;
    if (difference === null) return;
    this.differing++;
    const { before, decision } = difference;
    const rule = decidingRule(decision);
    const change = `${before} → ${decision.effect}`;
    const count = this.#counts.get(`${rule} ${change}`) ?? { rule, change, count: 0 };
    count.count++;
    this.#counts.set(`${rule} ${change}`, count);
  }

  counts(): Count[] {
    return [...this.#counts.values()].toSorted((a, b) => b.count - a.count);
  }

  summary(): object {
    return { texts: this.texts, differing: this.differing, rules: this.counts() };
  }
}

/** The rule that decided, or several of them. */
export function decidingRule({ rules }: Decision): string {
  return rules.length === 0 ? '(default)' : rules.map(({ rule }) => rule).join(', ');
}
