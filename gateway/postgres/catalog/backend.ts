/** The agent's own backend, asked by the gateway between two statements of the agent (DESIGN §7). */

/** Why the gateway asks. */
export type Purpose = 'catalog' | 'verify' | 'estimate';

/** A question: one SQL statement with text parameters. All names in it are qualified, as the search_path is the agent's. */
export interface Question {
  readonly purpose: Purpose;
  readonly sql: string;
  /** The same as the record may hold it, where it quotes the agent. */
  readonly recorded?: string;
  readonly parameters: readonly (string | null)[];
  /** Type OIDs of the parameters, 0 to let the server find them. */
  readonly parameterTypes?: readonly number[];
  /** Ends a transaction of the gateway's own, and so is asked in a failed one too. */
  readonly ends?: true;
}

/** Rows as text, null for NULL; or the server's error. */
export type Answer =
  | { readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly error: { readonly sqlstate: string; readonly message: string } };

/** Asks; each question is recorded before it is sent, and so is how it ended. */
export interface Backend {
  /** Whether it can be asked now: it stands at ReadyForQuery, outside a failed transaction, and owes no answer. */
  readonly free: boolean;
  /** Within a transaction of the agent's (ReadyForQuery T). */
  readonly inTransaction: boolean;
  /** Rejects when the session ends before the answer. Only while {@link free}; one at a time. */
  ask(question: Question): Promise<Answer>;
}
