/** What a policy says of a text. */
import type { StatementClass } from './facts.ts';

export const EFFECTS = ['allow', 'mask', 'hold', 'deny'] as const;
export type Effect = (typeof EFFECTS)[number];

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** On what terms a held statement may go on. */
export interface HoldTerms {
  /** Groups whose members may decide; empty: whoever has the role of reviewer. */
  readonly approvers: readonly string[];
  /** How many of them must approve. One who rejects ends it. */
  readonly quorum: number;
  /** How long it is held, ms; then it is refused. */
  readonly timeout: number;
  /** Whether the server is asked what the statement would cost (EXPLAIN). */
  readonly estimate: boolean;
}

/** Why a rule applied, or why not: for `policy explain`, in a person's words. */
export interface RuleTrace {
  readonly rule: string;
  readonly effect: Effect;
  readonly matched: boolean;
  /** What matched (`verb DELETE`, `table public.orders`), or the first condition that did not. */
  readonly because: string;
}

/** A rule that decided. */
export interface RuleMatch {
  readonly rule: string;
  readonly because: string;
}

/** The decision on a text: the most severe of those on its statements. */
export interface Decision {
  readonly effect: 'allow' | 'hold' | 'deny';
  /** The rules that decided, one for each statement that a rule matched; empty: the policy's default. */
  readonly rules: readonly RuleMatch[];
  /** What the agent is told; null: words of the gateway's own. */
  readonly message: string | null;
  readonly severity: Severity;
  /** Of a hold. */
  readonly hold: HoldTerms | null;
  /** Rows after which the result is cut with an error, and the rule that says so. */
  readonly rowLimit: { readonly rows: number; readonly rule: string; readonly message: string | null } | null;
  /** A rule needs the planner's estimate of rows before it can tell: ask, and decide again. */
  readonly needsEstimate: boolean;
  /** What class of statement it was about, the most severe first; for lists. */
  readonly class: StatementClass;
}
