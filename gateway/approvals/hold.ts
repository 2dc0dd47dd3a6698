/** A held statement, as those who decide see it. */
import type { HoldTerms } from '../../shared/policy/decision.ts';

/** What the gateway holds and somebody is to decide on. Its texts are as the record may hold them: masked. */
export interface HeldStatement {
  /** Of the session, hex. */
  readonly session: string;
  readonly statement: number;
  readonly connection: string;
  /** Who asks: nobody decides on their own. */
  readonly asker: {
    readonly issuer: string;
    readonly subject: string;
    readonly clientId: string | null;
    readonly userId: string | null;
    readonly groups: readonly string[];
    readonly address: string;
    readonly ci: { readonly attested: boolean; readonly job: string; readonly actor: string | null } | null;
  };
  readonly text: string;
  /** As text, null for NULL; a binary value in hex with `\x` before it. */
  readonly parameters: readonly (string | null)[];
  /** JSON of the TextFacts. */
  readonly facts: string;
  readonly rules: readonly { readonly rule: string; readonly because: string }[];
  readonly message: string | null;
  readonly severity: string;
  readonly terms: HoldTerms;
  /** What is approved: SHA-256 over text, parameters, search_path and versions of the objects involved, hex. */
  readonly hash: string;
  /** Whether search_path and versions could be read; if not, only text and parameters are bound. */
  readonly resolved: boolean;
  /** The server's EXPLAIN in JSON, if it was asked; null else. */
  readonly estimate: string | null;
}

/** Who decided. */
export interface Reviewer {
  readonly issuer: string;
  readonly subject: string;
  /** Okta's `uid`: one person may have several subjects. */
  readonly userId: string | null;
  /** For people: name or e-mail of the token, if it has one. */
  readonly name: string | null;
  readonly groups: readonly string[];
  /** Of the token they decided with, hex. */
  readonly fingerprint: string;
}

export interface Vote {
  readonly verdict: 'approve' | 'reject';
  readonly by: Reviewer;
  readonly reason: string;
  /** Wall clock, ms. */
  readonly at: number;
}

export interface HoldEnd {
  readonly outcome: 'approved' | 'rejected' | 'timeout' | 'abandoned';
  /** In words for the agent: `rejected by ada: no WHERE`. */
  readonly reason: string;
}

/** A hold that is open; given by {@link Holds}. */
export interface OpenHold {
  /** Short and unique within the gateway, as the agent is told and people type: `12`. */
  readonly id: string;
  /** Wall clock, ms: when it is refused for want of a decision. */
  readonly deadline: number;
  readonly ended: Promise<HoldEnd>;
  /** The session is gone or does not want it any more. */
  abandon(reason: string): void;
  /** It was approved, but what it would run is no longer that, and so was refused: reviewers are told. */
  changed(reason: string): void;
}

/**
 * Where a session puts what it holds. `onVote` is told of each vote, so that it is recorded before it counts; what it throws
 * refuses the vote. Where nothing can be held any more `ended` resolves at once, to `abandoned`. Throws when the disk fails.
 */
export interface Holds {
  open(held: HeldStatement, onVote: (id: string, vote: Vote) => void): OpenHold;
}
