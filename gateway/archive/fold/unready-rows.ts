/**
 * Statement rows that ended before a ReadyForQuery told the status of their transaction. They are kept back until it comes,
 * or until a commit must show them, so that a row is written once.
 */
import type { Ending, OpenRow, OpenStatement } from './open-statement.ts';
import type { StatementStore } from './store.ts';

export class UnreadyRows {
  readonly #rows: StatementStore;
  #ended: { readonly statement: OpenStatement; readonly row: OpenRow; readonly ending: Ending }[] = [];
  /** Ids of those that are stored. */
  #stored: number[] = [];

  /** Rows of an earlier run of the shipper may wait as well. */
  #resumed: boolean;

  constructor(rows: StatementStore, resumed: boolean) {
    this.#rows = rows;
    this.#resumed = resumed;
  }

  /** The outcome of a row. */
  end(sessionId: number, statement: OpenStatement, row: OpenRow, ending: Ending): void {
    if (ending.transaction !== null) return this.#rows.end(sessionId, statement, row, ending);
    row.ended = true;
    this.#ended.push({ statement, row, ending });
  }

  /** ReadyForQuery. */
  ready(sessionId: number, transaction: string): void {
    for (const { statement, row, ending } of this.#ended)
      this.#rows.end(sessionId, statement, row, { ...ending, transaction });
    if (this.#resumed) this.#rows.settleAll(sessionId, transaction);
    this.#resumed = false;
    for (const id of this.#stored) this.#rows.settle(id, transaction);
    this.#ended = [];
    this.#stored = [];
  }

  /** Stores them as they are. */
  store(sessionId: number): void {
    for (const { statement, row, ending } of this.#ended) {
      this.#rows.end(sessionId, statement, row, ending);
      this.#stored.push(row.id);
    }
    this.#ended = [];
  }
}
