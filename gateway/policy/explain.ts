/** Why each rule of a policy applied to a text, or not. */
import type { RuleTrace } from '../../shared/policy/decision.ts';
import type { SqlFacts, TextFacts } from '../../shared/policy/facts.ts';
import { becauseOf, matches, unmetOf, type CompiledRule } from './compiled-rule.ts';
import type { Circumstances, Subject } from './session-policy.ts';
import type { Asked } from './statement-test.ts';

/** One statement of a text, and what rules came to before. */
interface Walk {
  readonly statement: SqlFacts | null;
  /** `statement 2: `, where there are several. */
  readonly label: string;
  decidedBy: string | null;
}

/** A trace of each rule, in order. */
export function traces(
  rules: readonly CompiledRule[],
  text: TextFacts,
  { subject, circumstances }: { readonly subject: Subject; readonly circumstances: Circumstances },
): RuleTrace[] {
  const asked: Asked = { text, circumstances, changeable: false, needsEstimate: false };
  const statements: readonly (SqlFacts | null)[] = text.unparsed === null ? text.statements : [null];
  const walks = statements.map((statement, index): Walk => {
    const label = statements.length > 1 ? `statement ${index + 1}: ` : '';
    return { statement, label, decidedBy: null };
  });
  return rules.map((rule) => {
    const unmet = rule.session.unmet(subject, circumstances.now);
    const told = unmet === null ? onStatements(rule, walks, asked) : { matched: false, because: unmet };
    const who = told.matched ? rule.session.met(subject) : '';
    return {
      rule: rule.name,
      effect: rule.effect,
      matched: told.matched,
      because: who === '' ? told.because : `${who}; ${told.because}`,
    };
  });
}

function onStatements(
  rule: CompiledRule,
  walks: readonly Walk[],
  asked: Asked,
): Pick<RuleTrace, 'matched' | 'because'> {
  const found = walks.filter(({ statement }) => matches(rule, statement, asked));
  if (found.length === 0) {
    const [first] = walks;
    return {
      matched: false,
      because: first ? first.label + unmetOf(rule, first.statement, asked) : 'no statement',
    };
  }
  const because = found.map((walk) => {
    const words = walk.label + becauseOf(rule, walk.statement, asked);
    if (walk.decidedBy !== null) return `${words}; but ${walk.decidedBy} had decided`;
    if (rule.rowLimit !== null) return `${words}; cut after ${rule.rowLimit} rows`;
    walk.decidedBy = rule.name;
    return words;
  });
  return { matched: true, because: because.join(' · ') };
}
