/** Writes statement rows: one for each SQL statement, inserted with its outcome where that came before the commit, else updated by it. */
import type Database from 'better-sqlite3';
import type { EventFields } from '../../../shared/recording/event.ts';
import { BatchedInsert } from './batched-insert.ts';
import type { KnownText } from './dictionaries.ts';
import type { Slice } from './sql-text.ts';

/** A SQL statement while its outcome is awaited. */
export interface OpenRow {
  readonly known: KnownText;
  /** Its bytes of the text; null when the text holds nothing else. */
  readonly slice: Slice | null;
  readonly ordinal: number;
  /** Taken when the statement began: the order of ids is the order of intents, whichever ends first. */
  readonly id: number;
  stored: boolean;
  ended: boolean;
  /** Something of its answer is masked. */
  masked: boolean;
  /** Tables of the text that it ran beside its own. */
  readonly others: number[];
}

/** A Query, Execute or FunctionCall while its outcomes are awaited. */
export interface OpenStatement {
  readonly number: number;
  readonly sequence: number;
  readonly textSequence: number;
  readonly time: number;
  readonly rows: OpenRow[];
  /** What policy said of it, as the dictionary knows it; null: nothing. */
  verdictId: number | null;
}

/** Whose statements they are. */
export interface Owner {
  readonly sessionId: number;
  readonly tokenId: number | null;
  readonly jobId: number | null;
}

/** How a SQL statement ended, as its row says it. */
export interface Ending {
  readonly sequence: number | null;
  readonly duration: number | null;
  readonly rows: number;
  readonly status: string;
  readonly sqlstate: string | null;
  /** What the ReadyForQuery behind it said: I, T or E; null until one came. */
  readonly transaction: string | null;
}

/** Statements from one to another, both included. */
export interface Range {
  readonly first: number;
  readonly firstOrdinal: number;
  readonly last: number;
  readonly lastOrdinal: number;
}

const UNKNOWN: Ending = {
  sequence: null,
  duration: null,
  rows: 0,
  status: 'unknown',
  sqlstate: null,
  transaction: null,
};

export class StatementRows {
  #lastId: number;
  readonly #insert;
  readonly #update;
  readonly #settle;
  readonly #settleAll;
  readonly #rollBack;
  readonly #find;
  readonly #touch;
  readonly #decide;
  readonly #verdict;
  readonly #mask;

  constructor(db: Database.Database) {
    this.#lastId = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM statement').pluck().get() ?? 0;
    this.#insert = new BatchedInsert(db, 'statement', [
      'id',
      'session_id',
      'token_id',
      'job_id',
      'number',
      'ordinal',
      'sequence',
      'text_sequence',
      'text_start',
      'text_length',
      'outcome_sequence',
      'time',
      'duration',
      'text_id',
      'verb_id',
      'rows',
      'status',
      'sqlstate',
      'transaction_status',
      'verdict_id',
    ]);
    this.#update = db.prepare(
      'UPDATE statement SET outcome_sequence = ?, duration = ?, rows = ?, status = ?, sqlstate = ?, transaction_status = ? WHERE id = ?',
    );
    this.#settle = db.prepare('UPDATE statement SET transaction_status = ? WHERE id = ?');
    this.#settleAll = db.prepare(
      `UPDATE statement SET transaction_status = ?
       WHERE session_id = ? AND transaction_status IS NULL AND outcome_sequence IS NOT NULL`,
    );
    this.#rollBack = db.prepare(
      `UPDATE statement SET status = 'rolled-back' WHERE session_id = ? AND status IN ('completed', 'suspended')
       AND (number, ordinal) >= (?, ?) AND (number, ordinal) <= (?, ?)`,
    );
    this.#find = db
      .prepare<[number, number, number], number>(
        'SELECT id FROM statement WHERE session_id = ? AND number = ? AND ordinal = ?',
      )
      .pluck();
    this.#touch = new BatchedInsert(db, 'statement_table', ['table_id', 'statement_id']);
    this.#decide = db.prepare('UPDATE statement SET verdict_id = ? WHERE session_id = ? AND number = ?');
    this.#verdict = db
      .prepare<[number, number], number | null>(
        'SELECT verdict_id FROM statement WHERE session_id = ? AND number = ? LIMIT 1',
      )
      .pluck();
    this.#mask = new BatchedInsert(db, 'statement_mask', ['mask_id', 'statement_id'], true);
  }

  /** A SQL statement that begins. */
  begin(known: KnownText, slice: Slice | null, ordinal: number): OpenRow {
    return {
      known,
      slice,
      ordinal,
      id: ++this.#lastId,
      stored: false,
      ended: false,
      masked: false,
      others: [],
    };
  }

  /** The outcome of a row, inserted or not. */
  end(owner: Owner, statement: OpenStatement, row: OpenRow, ending: Ending): void {
    row.ended = true;
    if (row.stored) this.#set(row.id, ending);
    else this.#add(owner, statement, row, ending);
  }

  /** What ReadyForQuery said after the outcome of a row that was inserted without it. */
  settle(id: number, transaction: string): void {
    this.#insert.flush();
    this.#settle.run(transaction, id);
  }

  /** The same for all of a session that an earlier run of the shipper inserted. */
  settleAll(sessionId: number, transaction: string): void {
    this.#insert.flush();
    this.#settleAll.run(transaction, sessionId);
  }

  /** Completed statements that did not become lasting. */
  rollBack(sessionId: number, { first, firstOrdinal, last, lastOrdinal }: Range): void {
    this.#insert.flush();
    this.#rollBack.run(sessionId, first, firstOrdinal, last, lastOrdinal);
  }

  /** A row's statement touches these tables too. */
  touch(row: OpenRow, tableIds: readonly number[]): void {
    for (const tableId of tableIds) {
      if (row.known.tableIds.includes(tableId) || row.others.includes(tableId)) continue;
      row.others.push(tableId);
      if (row.stored) this.#touch.add(tableId, row.id);
    }
  }

  /** What policy said of a statement, which may be stored already, by this run of the shipper or an earlier one. */
  decide(sessionId: number, number: number, statement: OpenStatement | undefined, verdictId: number): void {
    if (statement !== undefined) statement.verdictId = verdictId;
    if (statement?.rows.some((row) => row.stored) === false) return;
    this.#insert.flush();
    this.#decide.run(verdictId, sessionId, number);
  }

  /** What policy said of a statement that an earlier run of the shipper inserted. */
  storedVerdict(sessionId: number, number: number): number | null {
    this.#insert.flush();
    return this.#verdict.get(sessionId, number) ?? null;
  }

  /** Something in a statement's answer is masked. `id` is that of its row. */
  mask(id: number, maskIds: readonly number[]): void {
    for (const maskId of maskIds) this.#mask.add(maskId, id);
  }

  /** The row of a statement that an earlier run of the shipper inserted. */
  storedId(sessionId: number, number: number, ordinal: number): number | undefined {
    this.#insert.flush();
    return this.#find.get(sessionId, number, ordinal);
  }

  /** Makes a row visible whose outcome is not known yet. */
  show(owner: Owner, statement: OpenStatement, row: OpenRow): void {
    if (!row.stored) this.#add(owner, statement, row, UNKNOWN);
  }

  /** The outcome of a row that an earlier run of the shipper inserted. */
  endStored(sessionId: number, fields: EventFields<'outcome'>, ending: Ending): void {
    const id = this.storedId(sessionId, fields.statement, fields.ordinal);
    if (id !== undefined) this.#set(id, ending);
  }

  /** Puts all rows into their tables: to be called before a commit. */
  flush(): void {
    this.#insert.flush();
    this.#touch.flush();
    this.#mask.flush();
  }

  #add(owner: Owner, statement: OpenStatement, row: OpenRow, ending: Ending): void {
    const { known } = row;
    this.#insert.add(
      row.id,
      owner.sessionId,
      owner.tokenId,
      owner.jobId,
      statement.number,
      row.ordinal,
      statement.sequence,
      statement.textSequence,
      row.slice?.start ?? null,
      row.slice?.length ?? null,
      ending.sequence,
      statement.time,
      ending.duration,
      known.textId,
      known.verbId,
      ending.rows,
      ending.status,
      ending.sqlstate,
      ending.transaction,
      statement.verdictId,
    );
    row.stored = true;
    for (const tableId of known.tableIds) this.#touch.add(tableId, row.id);
    for (const tableId of row.others) this.#touch.add(tableId, row.id);
  }

  #set(id: number, ending: Ending): void {
    this.#insert.flush();
    const { sequence, duration, rows, status, sqlstate, transaction } = ending;
    this.#update.run(sequence, duration, rows, status, sqlstate, transaction, id);
  }
}
