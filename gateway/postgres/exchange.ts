/**
 * What both directions of a session share: which answers the server owes, in order, and which events hold the text and
 * the columns of a prepared statement or portal. The agent's side (intents.ts) adds, the server's (answers.ts) takes.
 */

/** A statement the server works on or will: one Query, Execute or FunctionCall. */
export interface RunningStatement {
  readonly number: number;
  /** SQL statements of it that ended. */
  ordinal: number;
  /** Of the SQL statement that runs now. */
  rows: number;
  bytes: number;
  /** `performance.now()` when its intent was recorded, or when the SQL statement before it ended. */
  since: number;
  /** The event whose payload holds the RowDescription of the rows to come, as far as the statement itself brought one. */
  describedAt: number | null;
  /** What an Execute runs; null for others, and when there is no such portal. */
  readonly portal: Named | null;
  /** The COPY FROM STDIN it started and the agent has not ended. */
  copyingIn: boolean;
}

/** An answer the server owes. */
export type Expected =
  | { readonly kind: 'query' | 'functionCall'; readonly statement: RunningStatement }
  | { readonly kind: 'execute'; readonly statement: RunningStatement; readonly portal: string }
  | {
      readonly kind: 'describe';
      readonly target: 'S' | 'P';
      readonly name: string;
      readonly named: Named | null;
      statement: number;
    }
  | { readonly kind: 'parse' | 'bind' | 'close'; statement: number }
  | { readonly kind: 'sync' }
  /** Not an answer: the place of the agent's CopyDone or CopyFail among what it sent. */
  | { readonly kind: 'copyEnd' };

/**
 * A prepared statement or portal. Names are given anew while answers are still owed, so whoever waits for an answer holds
 * on to this and not to the name.
 */
export interface Named {
  /** Sequence of the event that holds the text (of a statement) or the Bind (of a portal); -1 until it is recorded. */
  at: number;
  /** Of a portal: its statement, null when there is none of that name. */
  readonly prepared: Named | null;
  /** The event whose payload holds its RowDescription, once a Describe told it. */
  describedAt: number | null;
}

/** The event that describes the columns of a statement's rows, null when none did. */
export function describedAt({ describedAt: own, portal }: RunningStatement): number | null {
  return own ?? portal?.describedAt ?? portal?.prepared?.describedAt ?? null;
}

export class Exchange {
  /** Answers owed, next first. */
  readonly expected: Expected[] = [];
  readonly statements = new Map<string, Named>();
  readonly portals = new Map<string, Named>();
  /** After an error in the extended protocol the server discards everything until Sync; true until the agent sends it. */
  discarding = false;
  /** What the last ReadyForQuery said: idle (I), in a transaction (T), in a failed one (E). */
  transaction = 'I';
  #numbers = 0;

  /** A new statement that starts now; an Execute names its portal. */
  start(portal: Named | null = null): RunningStatement {
    return {
      number: ++this.#numbers,
      ordinal: 0,
      rows: 0,
      bytes: 0,
      since: performance.now(),
      describedAt: null,
      portal,
      copyingIn: false,
    };
  }

  /** Number of the last statement started, 0 before the first. */
  get lastNumber(): number {
    return this.#numbers;
  }

  /** What the next answer belongs to; the marks of ended COPY data before it are dropped. */
  next(): Expected | undefined {
    while (this.expected[0]?.kind === 'copyEnd') this.expected.shift();
    return this.expected[0];
  }

  /**
   * During COPY FROM STDIN the server ignores Sync (PostgreSQL manual, "COPY Operations"): those the agent sent before
   * it ended the data are not answered.
   */
  ignoreSyncsWithinCopy(): void {
    const end = this.expected.findIndex((entry) => entry.kind === 'copyEnd');
    const within = end < 0 ? this.expected.length : end;
    for (let i = within - 1; i > 0; i--) {
      if (this.expected[i]?.kind === 'sync') this.expected.splice(i, 1);
    }
  }

  /** Whether COPY data is expected of the agent right now. */
  copyingIn(): RunningStatement | null {
    const next = this.expected[0];
    return next !== undefined &&
      'statement' in next &&
      typeof next.statement === 'object' &&
      next.statement.copyingIn
      ? next.statement
      : null;
  }
}
