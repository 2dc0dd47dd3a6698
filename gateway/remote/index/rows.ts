/** Rows of the index as they are inserted, by the names of their columns (schema.ts). Times in µs. */

/** A version of a session: the greatest of its versions is what it is. */
export interface SessionIndexRow {
  readonly id: string;
  readonly log: string;
  /** Index in the log of its first event. */
  readonly position: number;
  /** Index in the log of the first event that is not in it yet. */
  readonly version: number;
  readonly started: number;
  readonly ended: number | null;
  readonly duration: number | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly connection: string;
  readonly user: string;
  readonly db_user: string | null;
  readonly application: string;
  readonly address: string;
  /** Key of its agent; '' without a token. */
  readonly agent: string;
  readonly issuer: string;
  readonly profile: string;
  readonly subject: string;
  readonly client: string | null;
  readonly user_id: string | null;
  readonly jti: string | null;
  /** Hex; '' without a token. */
  readonly fingerprint: string;
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
  readonly expires: number;
  /** Key of its job; '' without one. */
  readonly job: string;
  readonly job_path: string;
  readonly provenance: string;
  readonly provider: string;
  readonly run: string;
  readonly job_name: string;
  readonly repository: string | null;
  readonly ref: string | null;
  readonly actor: string | null;
  readonly ci_issuer: string | null;
  readonly ci_mismatch: string | null;
  readonly policy_hash: string | null;
  readonly policy_mode: string | null;
  /** JSON; null: a gateway recorded it. */
  readonly imported: string | null;
  readonly statements: number;
  readonly rows: number;
  readonly errors: number;
  readonly bytes: number;
  readonly events: number;
  readonly denied: number;
  readonly held: number;
  readonly masked: number;
  /** Distinct, and how many statements of the session have each. */
  readonly verbs: readonly string[];
  readonly verb_statements: readonly number[];
  readonly tables: readonly string[];
  readonly table_statements: readonly number[];
  readonly decisions: readonly string[];
  /** `kind name`. */
  readonly masks: readonly string[];
}

/** A version of a statement. */
export interface StatementIndexRow {
  readonly session: string;
  readonly log: string;
  /** Index in the log of its intent. */
  readonly position: number;
  readonly ordinal: number;
  readonly version: number;
  readonly number: number;
  readonly sequence: number;
  readonly outcome_sequence: number | null;
  readonly time: number;
  readonly duration: number | null;
  readonly agent: string;
  readonly job: string;
  readonly connection: string;
  readonly verb: string;
  readonly class: string;
  readonly fingerprint: string;
  readonly normal: string;
  readonly text: string;
  readonly text_truncated: number;
  readonly text_masked: number;
  readonly tables: readonly string[];
  readonly columns: readonly string[];
  readonly functions: readonly string[];
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly status: string;
  readonly sqlstate: string | null;
  readonly error_message: string | null;
  readonly transaction: string | null;
  /** '' where policy said nothing. */
  readonly decision: string;
  readonly rules: readonly string[];
  readonly severity: string;
  readonly masks: readonly string[];
  /** Subject and name of each. */
  readonly approvers: readonly (readonly [string, string])[];
  /** Indexes in the log of the events that hold the text, and the error: 0 and null where it is not known, or there is none. */
  readonly text_at: number;
  readonly error_at: number | null;
}

/** A table that a statement touches. */
export interface TableIndexRow {
  readonly name: string;
  readonly time: number;
  readonly log: string;
  readonly position: number;
  readonly ordinal: number;
  readonly connection: string;
}

/** Who holds tokens. */
export interface AgentIndexRow {
  readonly key: string;
  readonly issuer: string;
  readonly subject: string;
  readonly client: string | null;
  readonly user_id: string | null;
}

/** A CI job. */
export interface JobIndexRow {
  readonly key: string;
  readonly path: string;
  readonly provenance: string;
  readonly provider: string;
  readonly run: string;
  readonly job_name: string;
  readonly repository: string | null;
}

/** Where a run of a session's events lies in a store. */
export interface SegmentIndexRow {
  /** For events of the log itself {@link ownOf} its log. */
  readonly session: string;
  /** Key of the bundle. */
  readonly bundle: string;
  /** Bytes of the bundle: from, up to without. */
  readonly from: number;
  readonly to: number;
  /** How many of these hold the events; payloads follow. */
  readonly events_packed: number;
  /** Unpacked. */
  readonly bytes: number;
  readonly first_sequence: number;
  readonly last_sequence: number;
  /** Of the packed bytes, base64. */
  readonly sha256: string;
  /** Index in the log of its first event. */
  readonly first_index: number;
  /** Id of the session's key that its payloads are sealed with; '' where they are not. */
  readonly key: string;
  /** Id of the tenant's key and the bundle's data key wrapped with it, hex; '' where its events are not sealed. */
  readonly envelope: string;
}

/** What stands in the place of a session for events of a log itself; `log` is hex. */
export function ownOf(log: string): string {
  return `log ${log}`;
}

/** Whether what stands in the place of a session is that of a log. */
export function isOwn(session: string): boolean {
  return session.startsWith('log ');
}

/** Something of a log that was taken out of the record. */
export interface WithdrawnIndexRow {
  readonly log: string;
  /** All values of this session in events below `event`; '' for those of that one event. */
  readonly session: string;
  readonly event: number;
}

/** How far a log is indexed. */
export interface PositionIndexRow {
  readonly log: string;
  readonly next: number;
  /** Where a new indexer must begin to read, so that it knows the sessions that are open. */
  readonly replay_from: number;
  readonly first_time: number | null;
  readonly last_time: number | null;
  /** µs, by the indexer's clock. */
  readonly indexed: number;
}

/** A change to rows that are in the index and not at hand: the statements of a transaction too long to be kept. */
export interface Amendment {
  readonly session: string;
  readonly version: number;
  readonly change:
    | {
        readonly kind: 'rolled-back';
        readonly first: number;
        readonly firstOrdinal: number;
        readonly last: number;
        readonly lastOrdinal: number;
      }
    | { readonly kind: 'job'; readonly job: string };
}

/** Everything that some events of one log change, to be inserted together. */
export interface Batch {
  readonly position: PositionIndexRow;
  readonly sessions: readonly SessionIndexRow[];
  readonly statements: readonly StatementIndexRow[];
  readonly tables: readonly TableIndexRow[];
  readonly agents: readonly AgentIndexRow[];
  readonly jobs: readonly JobIndexRow[];
  readonly amendments: readonly Amendment[];
  readonly withdrawn: readonly WithdrawnIndexRow[];
}
