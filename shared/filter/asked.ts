/** What a filter is asked of, in the plainest form: stores keep the same in tables of their own. */
import type { Decided } from '../policy/recorded-decision.ts';

/** Times in µs since 1970; null where it is not known. */
export interface AskedSession {
  /** Hex. */
  readonly id: string;
  readonly token: {
    /** Hex. */
    readonly fingerprint: string;
    readonly issuer: string;
    readonly subject: string;
    readonly client: string | null;
    readonly jti: string | null;
    readonly userId: string | null;
    readonly groups: readonly string[];
  } | null;
  readonly job: {
    readonly provider: string;
    readonly run: string;
    readonly job: string;
    readonly repository: string | null;
    readonly provenance: string;
  } | null;
  /** The agent named another CI job than the session's. */
  readonly mismatch: boolean;
  readonly connection: string;
  /** The start-up user, and the one that the gateway logged in as. */
  readonly users: readonly string[];
  readonly address: string;
  readonly application: string;
  readonly outcome: string;
  readonly started: number;
  readonly ended: number | null;
}

export interface AskedStatement {
  /** µs since 1970. */
  readonly time: number;
  /** Names as `schema.name` where the schema is known, columns as `schema.table.column`. */
  readonly tables: readonly string[];
  readonly columns: readonly string[];
  readonly functions: readonly string[];
  readonly verb: string;
  readonly class: string | null;
  /** The statement without literals and comments, and the SHA-256 of that in hex. */
  readonly normalised: string;
  readonly fingerprint: string;
  readonly status: string;
  readonly sqlstate: string | null;
  readonly decision: Decided | null;
  readonly rules: readonly string[];
  readonly severity: string | null;
  /** As `schema.table.column`. */
  readonly maskedColumns: readonly string[];
  /** Rules and detectors. */
  readonly maskedBy: readonly string[];
  /** Subjects and names of those who approved it. */
  readonly approvers: readonly string[];
  /** Null where it is not known, as with `bytes`. */
  readonly rows: number | null;
  readonly bytes: number | null;
  /** µs. */
  readonly duration: number | null;
  /** The statement, its parameters, its error and its rows, as recorded; a phrase stands within one of them. */
  readonly texts: readonly string[];
}
