/** The decision on a text by rules in order: the first that matches decides on a statement, the most severe on the text. */
import type { Decision, HoldTerms, RuleMatch, Severity } from '../../shared/policy/decision.ts';
import type { SqlFacts, StatementClass, TextFacts } from '../../shared/policy/facts.ts';
import { becauseOf, matches, type CompiledRule } from './compiled-rule.ts';
import type { Circumstances } from './session-policy.ts';
import type { Asked } from './statement-test.ts';

/** A rule of the session's; `timed` when it depends on the moment whether it fits. */
export interface SessionRule {
  readonly rule: CompiledRule;
  readonly fits: (now: number) => boolean;
  readonly timed: boolean;
}

/** What holds where no rule decides. */
export interface Defaults {
  readonly effect: 'allow' | 'hold' | 'deny';
  readonly unparsed: 'hold' | 'deny';
  readonly hold: HoldTerms;
}

/** A decision, and whether the same facts may be decided otherwise at another time. */
export interface Decided {
  readonly decision: Decision;
  readonly changeable: boolean;
}

/** What one statement came to. */
interface Verdict {
  readonly effect: Decision['effect'];
  readonly rule: CompiledRule | null;
  readonly match: RuleMatch | null;
  readonly class: StatementClass;
  readonly limit: Decision['rowLimit'];
}

const SEVERITY_OF_DEFAULT = { allow: 'info', hold: 'medium', deny: 'high' } as const;
const EFFECT_ORDER = { allow: 0, hold: 1, deny: 2 } as const;
const SEVERITY_ORDER = { info: 0, low: 1, medium: 2, high: 3, critical: 4 } as const;

/** What changes most, last: of statements that were decided alike the text is called by the last of these. */
const CLASS_ORDER: Readonly<Record<StatementClass, number>> = {
  transaction: 0,
  session: 1,
  read: 2,
  other: 3,
  maintenance: 4,
  procedure: 5,
  write: 6,
  schema: 7,
  privilege: 8,
};

/** Decides on a text. */
export function decideOn(
  rules: readonly SessionRule[],
  text: TextFacts,
  { circumstances, defaults }: { readonly circumstances: Circumstances; readonly defaults: Defaults },
): Decided {
  const asked: Asked = { text, circumstances, changeable: false, needsEstimate: false };
  const statements = text.unparsed === null ? text.statements : [null];
  const verdicts = statements.map((statement) => verdictOn(rules, statement, { asked, defaults }));
  const decision = worst(verdicts, { asked, defaults });
  return { decision, changeable: asked.changeable };
}

function verdictOn(
  rules: readonly SessionRule[],
  statement: SqlFacts | null,
  { asked, defaults }: { readonly asked: Asked; readonly defaults: Defaults },
): Verdict {
  const kind = statement?.class ?? 'other';
  let limit: Decision['rowLimit'] = null;
  for (const { rule, fits, timed } of rules) {
    asked.changeable ||= timed;
    if (timed && !fits(asked.circumstances.now)) continue;
    if (!matches(rule, statement, asked)) continue;
    if (rule.rowLimit === null) {
      const match = { rule: rule.name, because: becauseOf(rule, statement, asked) };
      return { effect: rule.effect, rule, match, class: kind, limit };
    }
    limit = smaller(limit, { rows: rule.rowLimit, rule: rule.name, message: rule.message });
  }
  const effect = statement === null ? defaults.unparsed : defaults.effect;
  return { effect, rule: null, match: null, class: kind, limit };
}

function smaller(a: Decision['rowLimit'], b: Decision['rowLimit']): Decision['rowLimit'] {
  return a === null || (b !== null && b.rows < a.rows) ? b : a;
}

function worst(
  verdicts: readonly Verdict[],
  { asked, defaults }: { readonly asked: Asked; readonly defaults: Defaults },
): Decision {
  const { needsEstimate } = asked;
  const [first, ...others] = verdicts.toSorted(bySeverity);
  const rules = verdicts.flatMap(({ match }) => (match === null ? [] : [match]));
  if (first === undefined) return { ...NOTHING_ASKED, needsEstimate };
  const decided: Decision = {
    effect: first.effect,
    rules,
    message: first.rule === null ? asked.text.unparsed : first.rule.message,
    severity: severityOf(first),
    hold: null,
    rowLimit: verdicts.reduce<Decision['rowLimit']>((least, { limit }) => smaller(least, limit), null),
    needsEstimate,
    class: first.class,
  };
  return first.effect === 'hold' ? held(decided, [first, ...others], defaults) : decided;
}

/** Of a text without statements. */
const NOTHING_ASKED: Decision = {
  effect: 'allow',
  rules: [],
  message: null,
  severity: 'info',
  hold: null,
  rowLimit: null,
  needsEstimate: false,
  class: 'other',
};

/** The most severe first; of equals, the first of the text. */
function bySeverity(a: Verdict, b: Verdict): number {
  return (
    EFFECT_ORDER[b.effect] - EFFECT_ORDER[a.effect] ||
    SEVERITY_ORDER[severityOf(b)] - SEVERITY_ORDER[severityOf(a)] ||
    CLASS_ORDER[b.class] - CLASS_ORDER[a.class]
  );
}

function severityOf({ rule, effect }: Verdict): Severity {
  return rule?.severity ?? SEVERITY_OF_DEFAULT[effect];
}

/** Whoever lets the text go on lets each of its statements: all terms must be kept, or nobody can. */
function held(decision: Decision, verdicts: readonly Verdict[], defaults: Defaults): Decision {
  const terms = verdicts
    .filter(({ effect }) => effect === 'hold')
    .map(({ rule }) => rule?.hold ?? defaults.hold);
  const approvers = inCommon(terms.map((each) => each.approvers));
  if (approvers === null) {
    const message = 'its statements are held for different approvers: send them one by one';
    return { ...decision, effect: 'deny', message };
  }
  const hold = {
    approvers,
    quorum: Math.max(...terms.map(({ quorum }) => quorum)),
    timeout: Math.min(...terms.map(({ timeout }) => timeout)),
    estimate: terms.some(({ estimate }) => estimate),
  };
  return { ...decision, hold };
}

/** Groups that each of the lists names; an empty one means whoever has the role of reviewer. Null: nobody is meant by all. */
function inCommon(lists: readonly (readonly string[])[]): readonly string[] | null {
  if (lists.every((list) => list.length === 0)) return [];
  const [first = []] = lists;
  const groups = first.filter((group) => lists.every((list) => list.includes(group)));
  return groups.length === 0 ? null : groups;
}
