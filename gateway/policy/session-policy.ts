/** The policy as it holds for one session: rules whose `when` cannot match it are left out. */
import type { Decision, HoldTerms, RuleTrace } from '../../shared/policy/decision.ts';
import type { TextFacts } from '../../shared/policy/facts.ts';
import type { MaskRule } from '../../shared/policy/mask-rule.ts';

/** Who a session is, as far as rules ask. */
export interface Subject {
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string | null;
  readonly groups: readonly string[];
  readonly connection: string;
  readonly ci: {
    readonly attested: boolean;
    readonly provider: string;
    readonly repository: string | null;
    /** `provider/run/job`. */
    readonly job: string;
    readonly ref: string | null;
  } | null;
}

/** What is decided on beside facts. */
export interface Circumstances {
  /** Wall clock, ms since 1970: for time windows. */
  readonly now: number;
  /** Rows the planner expects; null: not asked, or nobody knows. */
  readonly estimatedRows: number | null;
  /** Whether asking for an estimate is still possible; if not, a rule that needs one matches. */
  readonly canEstimate: boolean;
}

export interface SessionPolicy {
  /** SHA-256 of the document, 32 bytes. */
  readonly hash: Uint8Array;
  readonly mode: 'enforce' | 'observe';
  /** What is masked for this session; empty: nothing is. */
  readonly masks: readonly MaskRule[];
  /** Whether any rule asks for names that must be looked up in a catalog: tables, columns, functions. */
  readonly needsCatalog: boolean;
  /** On what terms the gateway holds what no rule says how to. */
  readonly holdTerms: HoldTerms;
  /** Decides; never throws. Cached for each {@link TextFacts} object where no time window and no estimate is involved. */
  decide(facts: TextFacts, circumstances: Circumstances): Decision;
  /** Every rule with why it applied or not. */
  explain(facts: TextFacts, circumstances: Circumstances): readonly RuleTrace[];
}
