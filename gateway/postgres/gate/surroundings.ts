/** What a session's policy is made of, and what it knows of its session. */
import type { HeldStatement, Holds } from '../../approvals/hold.ts';
import type { Assurance } from '../../../shared/policy/mask-rule.ts';
import type { Policy } from '../../policy/compile.ts';
import type { SessionPolicy, Subject } from '../../policy/session-policy.ts';
import type { SessionRecorder } from '../../recorder/recorder.ts';
import type { CatalogSession } from '../catalog/catalog-session.ts';
import type { TextReader } from '../facts/text-reader.ts';
import type { Lane } from '../masked/lane.ts';

/** The policy that sessions are under; changes when it is loaded anew. */
export interface PolicySource {
  readonly current: Policy;
}

export interface GateOptions {
  readonly source: PolicySource;
  readonly subject: Subject;
  readonly asker: HeldStatement['asker'];
  readonly session: SessionRecorder;
  readonly reader: TextReader;
  readonly catalogs: CatalogSession;
  /** The catalog may have changed, for all sessions of the connection. */
  readonly schemaChanged: () => void;
  /** The masking of a session under a policy, by the catalog as it is; null when nothing is masked. */
  readonly laneOf: (
    policy: SessionPolicy,
    catalogs: CatalogSession,
    levels: ReadonlyMap<string, Assurance>,
  ) => Lane | null;
  readonly holds: Holds;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /** standard_conforming_strings as the server reported it when the session was opened. */
  readonly conforming: boolean;
  /** The server reports search_path when it changes, as PostgreSQL 18 does. */
  readonly reportsSearchPath: boolean;
}
