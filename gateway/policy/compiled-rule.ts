/** Rules of a document, ready to be asked. */
import type { HoldTerms, Severity } from '../../shared/policy/decision.ts';
import type { PolicyDocument, Rule } from '../../shared/policy/document.ts';
import { sessionTest, type SessionTest } from './session-test.ts';
import { asksForNames, statementChecks, type Asked, type StatementCheck } from './statement-test.ts';
import type { SqlFacts } from '../../shared/policy/facts.ts';

/** A rule that allows, holds or denies. */
export interface CompiledRule {
  readonly name: string;
  readonly effect: 'allow' | 'hold' | 'deny';
  readonly session: SessionTest;
  readonly checks: readonly StatementCheck[];
  /** Whether it covers texts that could not be read. */
  readonly unparsed: 'too' | 'only' | 'never';
  /** Instead of an effect: rows that a result may have. */
  readonly rowLimit: number | null;
  readonly message: string | null;
  readonly severity: Severity;
  /** Of a hold. */
  readonly hold: HoldTerms | null;
  readonly asksForNames: boolean;
}

const DEFAULT_SEVERITY = { allow: 'info', hold: 'medium', deny: 'high' } as const;

/** The rules that decide, in order; masks are not among them. */
export function compiledRules(document: PolicyDocument): readonly CompiledRule[] {
  return document.rules.flatMap((rule) =>
    rule.effect === 'mask' ? [] : [compiledRule(rule, rule.effect, document)],
  );
}

function compiledRule(rule: Rule, effect: CompiledRule['effect'], document: PolicyDocument): CompiledRule {
  const loosens = effect === 'allow';
  const checks = statementChecks(rule.statement, loosens);
  const returned = rule.statement?.rows?.returned;
  return {
    name: rule.name,
    effect,
    session: sessionTest(rule.when, loosens),
    checks,
    unparsed: coverOf(rule, loosens),
    rowLimit: returned === undefined ? null : returned.rows - (returned.operator === '>=' ? 1 : 0),
    message: rule.message ?? null,
    severity: rule.severity ?? DEFAULT_SEVERITY[effect],
    hold: effect === 'hold' ? { ...defaultTerms(document), ...given(rule.hold) } : null,
    asksForNames: asksForNames(rule),
  };
}

/** What cannot be read is never allowed; a rule that asks for anything of a statement knows nothing of it. */
function coverOf({ statement = {} }: Rule, loosens: boolean): CompiledRule['unparsed'] {
  if (statement.unparsed === true) return 'only';
  return loosens || Object.keys(statement).length > 0 ? 'never' : 'too';
}

/** The terms of holds that no rule says otherwise of. */
export function defaultTerms({ approvals }: PolicyDocument): HoldTerms {
  return { ...approvals, approvers: approvals.approvers ?? [] };
}

function given(hold: Rule['hold']): Partial<HoldTerms> {
  return Object.fromEntries(Object.entries(hold ?? {}).filter(([, value]) => value !== undefined));
}

/** Whether the rule matches a statement (null: a text that could not be read), the session being one that it fits. */
export function matches(
  { checks, unparsed }: CompiledRule,
  statement: SqlFacts | null,
  asked: Asked,
): boolean {
  if (statement === null) return unparsed !== 'never';
  return unparsed !== 'only' && checks.every((check) => check.holds(statement, asked));
}

/** What made the rule match, in words. */
export function becauseOf({ checks }: CompiledRule, statement: SqlFacts | null, asked: Asked): string {
  if (statement === null) return `not parsed: ${asked.text.unparsed ?? ''}`;
  const said = checks.map((check) => check.met(statement, asked)).filter((words) => words !== '');
  return said.length > 0 ? said.join(', ') : 'every statement';
}

/** Why it does not match, in words. */
export function unmetOf(
  { checks, unparsed }: CompiledRule,
  statement: SqlFacts | null,
  asked: Asked,
): string {
  if (statement === null) return 'not parsed, which the rule does not cover';
  if (unparsed === 'only') return 'the text was parsed';
  return checks.find((check) => !check.holds(statement, asked))?.unmet(statement, asked) ?? '';
}
