/** Results that a rule cuts after so many rows. */
import type { SessionRecorder } from '../../recorder/recorder.ts';
import type { RunningStatement } from '../exchange.ts';
import type { Judged } from '../judged.ts';
import type { Named } from '../symbols.ts';
import type { PostgresError } from '../wire/errors.ts';

type Limit = NonNullable<Judged['decision']['rowLimit']>;

/** 54000, program limit exceeded: what PostgreSQL itself says when a limit of its own is passed. */
const SQLSTATE = '54000';

/** The limit of one result, and how far it is; rows of a portal count over all its Executes. */
export class RowLimit {
  readonly #judged: Judged;
  readonly #limit: Limit;
  /** Rows that may still pass. */
  left: number;

  constructor(judged: Judged, limit: Limit, seen: number) {
    this.#judged = judged;
    this.#limit = limit;
    this.left = Math.max(0, limit.rows - seen);
  }

  /** Whether rows beyond it are held back. */
  get enforced(): boolean {
    return this.#judged.enforced;
  }

  /** Records that the limit was passed. */
  record(recorder: SessionRecorder, statement: number): void {
    const { decision, policy, enforced } = this.#judged;
    recorder.record('decision', {
      statement,
      effect: 'deny',
      enforced,
      rules: [this.#limit.rule],
      because: [this.#passed],
      message: this.error.message,
      severity: decision.severity,
      policy,
      facts: '',
    });
  }

  /** What the agent gets in place of the rest. */
  get error(): PostgresError {
    const { rule, message } = this.#limit;
    return {
      severity: 'ERROR',
      sqlstate: SQLSTATE,
      message: message ?? `denied by policy: ${this.#passed} (rule ${rule})`,
      hint: 'Ask for fewer rows, with LIMIT or WHERE.',
    };
  }

  get #passed(): string {
    return `more than ${this.#limit.rows} rows`;
  }
}

/** Makes the limits of a session's results. */
export class RowLimits {
  readonly #seen = new WeakMap<Named, number>();

  /** The limit of a statement's rows; null: it has none. */
  of({ judged, portal }: RunningStatement): RowLimit | null {
    const limit = judged?.decision.rowLimit ?? null;
    if (judged === null || limit === null) return null;
    return new RowLimit(judged, limit, portal === null ? 0 : (this.#seen.get(portal) ?? 0));
  }

  /** So many rows of a portal passed. */
  passed({ portal, judged }: RunningStatement, rows: number): void {
    if (portal === null || judged === null || judged.decision.rowLimit === null) return;
    this.#seen.set(portal, (this.#seen.get(portal) ?? 0) + rows);
  }
}
