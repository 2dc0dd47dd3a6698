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
  /** The event whose payload holds the RowDescription of the rows to come, null when unknown. */
  describedAt: number | null;
  /** The COPY FROM STDIN it started and the agent has not ended. */
  copyingIn: boolean;
}

/** An answer the server owes. */
export type Expected =
  | { readonly kind: 'query' | 'functionCall'; readonly statement: RunningStatement }
  | { readonly kind: 'execute'; readonly statement: RunningStatement; readonly portal: string }
  | { readonly kind: 'describe'; readonly target: 'S' | 'P'; readonly name: string; statement: number }
  | { readonly kind: 'parse' | 'bind' | 'close'; statement: number }
  | { readonly kind: 'sync' }
  /** Not an answer: the place of the agent's CopyDone or CopyFail among what it sent. */
  | { readonly kind: 'copyEnd' };

/** Where a prepared statement's text, or a portal's parameters, are in the record, and its columns if they were described. */
export interface Named {
  /** Sequence of the event that holds the text (for a statement) or the Bind (for a portal). */
  at: number;
  /** For a portal: sequence of the event that holds its statement's text. */
  readonly parsedAt: number | null;
  describedAt: number | null;
}

export class Exchange {
  /** Answers owed, next first. */
  readonly expected: Expected[] = [];
  readonly statements = new Map<string, Named>();
  readonly portals = new Map<string, Named>();
  /** After an error in the extended protocol the server discards everything until Sync; true until the agent sends it. */
  discarding = false;
  #numbers = 0;

  /** A new statement that starts now. */
  start(): RunningStatement {
    return {
      number: ++this.#numbers,
      ordinal: 0,
      rows: 0,
      bytes: 0,
      since: performance.now(),
      describedAt: null,
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
