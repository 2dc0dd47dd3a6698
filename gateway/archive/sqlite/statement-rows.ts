/** Writes statement rows: one for each SQL statement, inserted with its outcome where that came before the commit, else updated by it. */
import type Database from 'better-sqlite3';
import type { EventFields, StatementStatus } from '../../../shared/recording/event.ts';
import { BatchedInsert } from './batched-insert.ts';
import { codeOf, UNKNOWN, type Ending, type OpenRow, type OpenStatement } from '../fold/open-statement.ts';
import type { Slice } from '../fold/sql-text.ts';
import type { KnownText, Range, StatementStore, Tally } from '../fold/store.ts';
import { StatementPostings } from './statement-postings.ts';
import { StatementTotals } from './statement-totals.ts';

/** What an earlier run of the shipper inserted is found by its place in the session. */
const OF_SESSION = 'SELECT statement_id FROM statement_session WHERE session_id = ?';

const LASTING: readonly StatementStatus[] = ['completed', 'suspended'];

export class StatementRows implements StatementStore {
  #lastId: number;
  #lastStored: number;
  readonly #counts: Tally;
  readonly #flushTexts: () => void;
  readonly #postings: StatementPostings;
  readonly #insert;
  readonly #update;
  readonly #settle;
  readonly #settleAll;
  readonly #rollBack;
  readonly #find;
  readonly #findAll;
  readonly #totals: StatementTotals;
  readonly #touch;
  readonly #runs;
  readonly #decide;
  readonly #verdict;
  readonly #mask;
  readonly #approver;

  /** `flushTexts` puts the texts of statements into their tables, from which lists of statements are filled. */
  constructor(db: Database.Database, counts: Tally, flushTexts: () => void) {
    this.#flushTexts = flushTexts;
    this.#lastId = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM statement').pluck().get() ?? 0;
    this.#lastStored = this.#lastId;
    this.#counts = counts;
    this.#postings = new StatementPostings(db, counts, this.#lastId);
    this.#insert = new BatchedInsert(db, 'statement', [
      'id',
      'session_id',
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
      'rows',
      'bytes',
      'status',
      'sqlstate',
      'transaction_status',
      'verdict_id',
    ]);
    this.#update = db.prepare(
      'UPDATE statement SET outcome_sequence = ?, duration = ?, rows = ?, bytes = ?, status = ?, sqlstate = ?, transaction_status = ? WHERE id = ?',
    );
    this.#settle = db.prepare('UPDATE statement SET transaction_status = ? WHERE id = ?');
    this.#settleAll = db.prepare(
      `UPDATE statement SET transaction_status = ?
       WHERE id IN (${OF_SESSION}) AND transaction_status IS NULL AND outcome_sequence IS NOT NULL`,
    );
    this.#rollBack = db.prepare(
      `UPDATE statement SET status = ${codeOf('rolled-back')} WHERE status IN (${LASTING.map(codeOf).join()}) AND id IN
       (${OF_SESSION} AND (number, ordinal) >= (?, ?) AND (number, ordinal) <= (?, ?))`,
    );
    this.#find = db
      .prepare<[number, number, number], number>(`${OF_SESSION} AND number = ? AND ordinal = ?`)
      .pluck();
    this.#totals = new StatementTotals(db);
    this.#findAll = db.prepare<[number, number], number>(`${OF_SESSION} AND number = ?`).pluck();
    this.#touch = db.prepare<[number, number]>(
      'INSERT OR IGNORE INTO statement_table (table_id, statement_id) VALUES (?, ?)',
    );
    this.#runs = db.prepare<[number, number]>(
      'INSERT OR IGNORE INTO text_runs (table_id, text_id) VALUES (?, ?)',
    );
    this.#decide = db.prepare(
      `UPDATE statement SET verdict_id = ? WHERE id IN (${OF_SESSION} AND number = ?)`,
    );
    this.#verdict = db
      .prepare<[number, number], number | null>(
        `SELECT verdict_id FROM statement WHERE id = (${OF_SESSION} AND number = ? LIMIT 1)`,
      )
      .pluck();
    this.#mask = new BatchedInsert(db, 'statement_mask', ['mask_id', 'statement_id'], true);
    this.#approver = new BatchedInsert(db, 'statement_approver', ['approver_id', 'statement_id'], true);
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
      words: null,
    };
  }

  /** The row of a SQL statement that an earlier run of the shipper began; null when it did not. */
  resume(
    sessionId: number,
    number: number,
    known: KnownText,
    slice: Slice | null,
    ordinal: number,
  ): OpenRow | null {
    const id = this.storedId(sessionId, number, ordinal);
    if (id === undefined) return null;
    return { known, slice, ordinal, id, stored: true, ended: false, masked: false, others: [], words: null };
  }

  /** The outcome of a row, inserted or not. */
  end(sessionId: number, statement: OpenStatement, row: OpenRow, ending: Ending): void {
    row.ended = true;
    if (row.stored) this.#set(row.id, ending);
    else this.#add(sessionId, statement, row, ending);
  }

  /** What ReadyForQuery said after the outcome of a row that was inserted without it. */
  settle(id: number, transaction: string): void {
    this.#insert.flush();
    this.#settle.run(transaction, id);
  }

  /** The same for all of a session that an earlier run of the shipper inserted. */
  settleAll(sessionId: number, transaction: string): void {
    this.#fill();
    this.#settleAll.run(transaction, sessionId);
  }

  /** Completed statements that did not become lasting. */
  rollBack(sessionId: number, { first, firstOrdinal, last, lastOrdinal }: Range): void {
    this.#fill();
    this.#rollBack.run(sessionId, first, firstOrdinal, last, lastOrdinal);
  }

  /** A row's statement touches these tables too. */
  touch(row: OpenRow, tableIds: readonly number[]): void {
    for (const tableId of tableIds) {
      if (row.known.tableIds.includes(tableId) || row.others.includes(tableId)) continue;
      row.others.push(tableId);
      if (row.stored) this.#touchOther(row, tableId);
    }
  }

  /** What policy said of a statement, which may be stored already, by this run of the shipper or an earlier one. */
  decide(sessionId: number, number: number, statement: OpenStatement | undefined, verdictId: number): void {
    if (statement !== undefined) statement.verdictId = verdictId;
    if (statement?.rows.some((row) => row.stored) === false) return;
    this.#fill();
    this.#decide.run(verdictId, sessionId, number);
  }

  /** What policy said of a statement that an earlier run of the shipper inserted. */
  storedVerdict(sessionId: number, number: number): number | null {
    this.#fill();
    return this.#verdict.get(sessionId, number) ?? null;
  }

  /** Something in a statement's answer is masked. `id` is that of its row. */
  mask(id: number, maskIds: readonly number[]): void {
    for (const maskId of maskIds) this.#mask.add(maskId, id);
  }

  /** All rows of a text that an earlier run of the shipper inserted. */
  storedIds(sessionId: number, number: number): readonly number[] {
    this.#fill();
    return this.#findAll.all(sessionId, number);
  }

  /** The row of a statement that an earlier run of the shipper inserted. */
  storedId(sessionId: number, number: number, ordinal: number): number | undefined {
    this.#fill();
    return this.#find.get(sessionId, number, ordinal);
  }

  /** Makes a row visible whose outcome is not known yet. */
  show(sessionId: number, statement: OpenStatement, row: OpenRow): void {
    if (!row.stored) this.#add(sessionId, statement, row, UNKNOWN);
  }

  /** The outcome of a row that an earlier run of the shipper inserted. */
  endStored(sessionId: number, fields: EventFields<'outcome'>, ending: Ending): void {
    const id = this.storedId(sessionId, fields.statement, fields.ordinal);
    if (id !== undefined) this.#set(id, ending);
  }

  /** Somebody approved a statement. `id` is that of its row. */
  approve(id: number, approverId: number): void {
    this.#approver.add(approverId, id);
  }

  /** The job of a session is found to be another. */
  assign(sessionId: number, jobId: number): void {
    this.#fill();
    this.#postings.assign(sessionId, jobId);
  }

  /** Puts all rows into their tables: to be called before a commit, when every row that began is stored. */
  flush(): void {
    this.#fill();
    this.#totals.flush();
    this.#mask.flush();
    this.#approver.flush();
  }

  /** Makes every stored row one that is found by its session and all else. */
  #fill(): void {
    this.#flushTexts();
    this.#insert.flush();
    this.#postings.fill(this.#lastStored);
  }

  #add(sessionId: number, statement: OpenStatement, row: OpenRow, ending: Ending): void {
    const { known } = row;
    this.#insert.add(
      row.id,
      sessionId,
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
      ending.rows,
      ending.bytes,
      codeOf(ending.status),
      ending.sqlstate,
      ending.transaction,
      statement.verdictId,
    );
    row.stored = true;
    this.#lastStored = Math.max(this.#lastStored, row.id);
    this.#totals.stored(statement.time);
    this.#totals.ended(ending);
    this.#postings.stored(row.id);
    this.#counts.add('verbStatements', known.verbId);
    for (const tableId of known.tableIds) this.#counts.add('tableStatements', tableId);
    for (const tableId of row.others) this.#touchOther(row, tableId);
  }

  /** A table that the statement's own text does not name. */
  #touchOther({ id, known }: OpenRow, tableId: number): void {
    this.#runs.run(tableId, known.textId);
    const { changes } = this.#touch.run(tableId, id);
    this.#counts.add('tableStatements', tableId, changes);
  }

  #set(id: number, ending: Ending): void {
    this.#insert.flush();
    this.#totals.ended(ending);
    const { sequence, duration, rows, bytes, status, sqlstate, transaction } = ending;
    this.#update.run(sequence, duration, rows, bytes, codeOf(status), sqlstate, transaction, id);
  }
}
