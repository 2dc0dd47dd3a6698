/** A held statement as those who decide on it see it: in lists, in the inbox, in the webhook. Times are ms since 1970. */

/** Where a request stands. `changed`: it was approved, but what it would have run was no longer what was approved. */
export const REQUEST_STATES = ['pending', 'approved', 'rejected', 'timeout', 'changed', 'abandoned'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

export const VERDICTS = ['approve', 'reject'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Who asks. */
export interface RequestAsker {
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string | null;
  readonly address: string;
  /** `provider/run/job`, and whether a verified claim says so; `actor` is who started it. */
  readonly job: string | null;
  readonly attested: boolean;
  readonly actor: string | null;
}

/** What one reviewer said; it was recorded before it counted. */
export interface RequestVote {
  readonly verdict: Verdict;
  readonly issuer: string;
  readonly subject: string;
  /** For people; null where the token has none. */
  readonly name: string | null;
  readonly reason: string;
  readonly at: number;
}

/** One line of the inbox. Texts are as the record may hold them: masked. */
export interface RequestRow {
  /** Short, as people type it: `12`, of a second worker `7w1`. */
  readonly id: string;
  /** The worker that holds it, from 0. */
  readonly worker: number;
  readonly state: RequestState;
  /** Of the session, hex. */
  readonly session: string;
  readonly statement: number;
  readonly connection: string;
  readonly asker: RequestAsker;
  /** Of every statement of the text, in its order. */
  readonly verbs: readonly string[];
  readonly tables: readonly string[];
  readonly rules: readonly string[];
  readonly severity: string;
  /** What the rule tells the agent. */
  readonly message: string | null;
  /** The beginning of the text; `previewCut` when there is more. */
  readonly preview: string;
  readonly previewCut: boolean;
  readonly opened: number;
  /** When it is refused for want of a decision. */
  readonly deadline: number;
  readonly ended: number | null;
  /** How it ended, in words; null while it is pending. */
  readonly outcome: string | null;
  readonly approvers: readonly string[];
  readonly quorum: number;
  readonly votes: readonly RequestVote[];
}

/** All that is known of a request. Of one that is pending nothing is left out. */
export interface RequestDetail extends RequestRow {
  readonly text: string;
  /** Of a request that was decided long texts are kept in part. */
  readonly textCut: boolean;
  /** As text, null for NULL, a binary value in hex with `\x` before it. */
  readonly parameters: readonly (string | null)[];
  /** Why each of `rules` matched, in their order. */
  readonly because: readonly string[];
  /** JSON of TextFacts (shared/policy/facts.ts). */
  readonly facts: string;
  /** Groups of who asks. */
  readonly groups: readonly string[];
  /** SHA-256 over what is approved, hex; search_path and versions of objects are in it only when `resolved`. */
  readonly hash: string;
  readonly resolved: boolean;
  /** The server's EXPLAIN as JSON, if it was asked. */
  readonly estimate: string | null;
}

/** News of the inbox: `all` is how it stands, `changed` one request that was opened, voted on or ended. */
export type RequestNews =
  | { readonly kind: 'all'; readonly requests: readonly RequestRow[] }
  | { readonly kind: 'changed'; readonly request: RequestRow };
