/** What policy found of a text before it was sent: what decides how its answers are masked and cut. */
import type { Decision } from '../../shared/policy/decision.ts';
import type { Lineage } from './lineage/lineage.ts';
import type { Lane } from './masked/lane.ts';

/** A text that policy has judged. */
export interface Judged {
  /** By ordinal within a Query; an Execute has one. */
  readonly statements: readonly JudgedStatement[];
  readonly decision: Decision;
  /** What it was judged by: its answers are masked so, whatever becomes known meanwhile. Null: nothing is masked. */
  readonly lane: Lane | null;
  /** The policy that decided: SHA-256 of its document, and whether it does more than observe. */
  readonly policy: Uint8Array;
  readonly enforced: boolean;
}

export interface JudgedStatement {
  /** As {@link SqlFacts.verb}. */
  readonly verb: string;
  /** Null: nobody knows what its values depend on. */
  readonly lineage: Lineage | null;
  /** What the lineage rests on was verified right before it was sent. */
  readonly verified: boolean;
}
