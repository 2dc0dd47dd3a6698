/**
 * What the server sends for one SQL statement, as events: rows and COPY data in chunks, then the outcome. Rows are recorded
 * as the wire messages they came in, so a chunk of a result costs one look at each header and no copy.
 */
import { performance } from 'node:perf_hooks';
import type { SessionRecorder } from '../recorder/recorder.ts';
import { columnsOf, describedAt, type RunningStatement } from './exchange.ts';
import { rowsOfTag } from './wire/backend.ts';
import { int16, MESSAGE_HEAD_BYTES, ProtocolViolation } from './wire/framing.ts';

/** A chunk of rows ends at whichever comes first (DESIGN §5). */
export const CHUNK_ROWS = 256;
export const CHUNK_BYTES = 64 * 1024;

export type Status = 'completed' | 'suspended' | 'empty' | 'failed';

/** An outcome that waits for a ReadyForQuery in the same read. */
interface Ending {
  readonly statement: RunningStatement;
  readonly status: Status;
  readonly tag: string;
  readonly sqlstate: string | null;
  readonly rows: number;
  readonly answer: Buffer | null;
  /** Whether `answer` holds the RowDescription. */
  readonly describes: boolean;
}

/** What belongs to nothing the agent asked: an error of a Parse on its own, or a server's FATAL. */
export function nothing(): RunningStatement {
  return {
    number: 0,
    ordinal: 0,
    rows: 0,
    bytes: 0,
    since: 0,
    describedAt: null,
    columns: -1,
    sql: null,
    commands: null,
    portal: null,
    answered: false,
    failed: false,
    copyingOut: false,
    ignoredSyncs: 0,
    judged: null,
    refusal: null,
    skipped: false,
  };
}

export class Results {
  readonly #recorder: SessionRecorder;
  #buffer: Buffer = Buffer.alloc(0);
  /** Messages of this statement from here on (T, D, E, V, or H and d of a COPY) are not recorded yet; -1: none are. */
  #start = -1;
  /** What is recorded of the statement before that, in other words than the server sent. */
  #carried: Buffer | null = null;
  #statement: RunningStatement = nothing();
  #rows = 0;
  #columns = -1;
  #describes = false;
  #copies = false;
  #remaining = 0;
  #ending: Ending | null = null;

  constructor(recorder: SessionRecorder) {
    this.#recorder = recorder;
  }

  /** Whether a row or COPY chunk was passed on in part and its rest is still to come. */
  get midRow(): boolean {
    return this.#remaining > 0;
  }

  /** The bytes that positions refer to from here on; what is left of the last row is recorded, its end returned. */
  read(buffer: Buffer): number {
    this.#buffer = buffer;
    return this.#remaining > 0 ? this.#rest() : 0;
  }

  /** RowDescription of the statement's rows. */
  describe(statement: RunningStatement, at: number): void {
    this.#begin(statement, at);
    this.#describes = true;
    this.#columns = statement.columns = int16(this.#buffer, at + MESSAGE_HEAD_BYTES);
    if (statement.portal !== null) statement.portal.columns = this.#columns;
  }

  /** Whether a result is under way, to which the next row belongs. */
  get inRows(): boolean {
    return this.#start >= 0 && !this.#copies;
  }

  /** Rows that nothing right before them described. */
  beginRows(statement: RunningStatement, at: number): void {
    this.#begin(statement, at);
  }

  row(at: number, end: number): void {
    this.#countColumns(at);
    this.#rows++;
    if (this.#rows >= CHUNK_ROWS || end - this.#start >= CHUNK_BYTES) this.flush(end);
  }

  /** CopyOutResponse. */
  beginCopy(statement: RunningStatement, at: number): void {
    this.#begin(statement, at);
    this.#copies = true;
  }

  copyRow(statement: RunningStatement, at: number, end: number): void {
    if (this.#start < 0) this.beginCopy(statement, at);
    this.#rows++;
    if (end - this.#start >= CHUNK_BYTES) this.flush(end);
  }

  /**
   * What stands from `at` on, up to where the walk goes on, is recorded as these bytes: a description, or so many whole rows.
   */
  recordAs(statement: RunningStatement, at: number, bytes: Buffer, rows: number): void {
    this.#begin(statement, at);
    this.#instead(at, bytes, rows);
  }

  /** Likewise for COPY data. */
  recordCopyAs(statement: RunningStatement, at: number, bytes: Buffer, rows: number): void {
    if (this.#start < 0 && this.#carried === null) this.beginCopy(statement, at);
    this.#instead(at, bytes, rows);
  }

  #instead(at: number, bytes: Buffer, rows: number): void {
    this.#carried = joined(this.#pending(at), bytes);
    this.#start = -1;
    this.#rows += rows;
    if (this.#rows >= CHUNK_ROWS || this.#carried.length >= CHUNK_BYTES) this.flush(at);
  }

  /** What is not recorded yet, up to `to`; null when nothing is. */
  #pending(to: number): Buffer | null {
    if (this.#start < 0) return this.#carried;
    return joined(this.#carried, this.#buffer.subarray(this.#start, to));
  }

  /** The start of a row or COPY chunk too long to hold: what is here is recorded and goes on up to `end`. */
  stream(statement: RunningStatement, copies: boolean, at: number, end: number): number {
    if (this.#start < 0) this.#begin(statement, at);
    if (copies) this.#copies = true;
    else this.#countColumns(at);
    this.#remaining = end - this.#buffer.length;
    this.flush(this.#buffer.length, true);
    return this.#buffer.length;
  }

  #rest(): number {
    const end = Math.min(this.#remaining, this.#buffer.length);
    this.#remaining -= end;
    this.#start = 0;
    // A row counts where it ends, so that whoever looks for a row reads the event that completes it.
    this.#rows = this.#remaining === 0 ? 1 : 0;
    this.flush(end, this.#remaining > 0);
    return end;
  }

  /** One SQL statement ended at `at`; its outcome waits for what comes next. `answer` stands for what was sent of it. */
  finish(
    statement: RunningStatement,
    status: Status,
    tag: string,
    sqlstate: string | null,
    at: number,
    answer: Buffer | null = null,
  ): void {
    if (this.#copies) this.flush(at);
    const own = this.#pending(at);
    const whole = answer === null ? own : own === null ? answer : Buffer.concat([own, answer]);
    // A tag's count is the server's own; CopyData messages are not rows one to one (a binary COPY has a trailer).
    const rows = rowsOfTag(tag) ?? statement.rows + this.#rows;
    this.end(null);
    statement.bytes += whole?.length ?? 0;
    statement.answered = true;
    if (status !== 'suspended') statement.columns = -1;
    this.#ending = { statement, status, tag, sqlstate, rows, answer: whole, describes: this.#describes };
    this.#start = -1;
    this.#carried = null;
    this.#rows = 0;
    this.#describes = false;
  }

  /** Counts `at` and what follows to the statement, as part of its answer. */
  include(statement: RunningStatement, at: number): void {
    if (this.#start < 0) this.#begin(statement, at);
  }

  /** Records the outcome that waits, with ReadyForQuery's indicator if that came; returns whether there was one. */
  end(transaction: string | null): boolean {
    const ending = this.#ending;
    if (ending === null) return false;
    this.#ending = null;
    const { statement, describes } = ending;
    const now = performance.now();
    const sequence = this.#recorder.record('outcome', {
      statement: statement.number,
      ordinal: statement.ordinal,
      status: ending.status,
      tag: ending.tag,
      rows: ending.rows,
      bytes: statement.bytes,
      sqlstate: ending.sqlstate,
      transaction,
      duration: statement.since === 0 ? 0 : Math.round((now - statement.since) * 1000),
      describedAt: describes ? null : describedAt(statement),
      answer: ending.answer,
    });
    if (describes) rememberColumns(statement, sequence);
    statement.ordinal++;
    statement.rows = statement.bytes = 0;
    statement.since = now;
    if (ending.status !== 'suspended') statement.describedAt = null;
    return true;
  }

  /** Records what is there up to `to`: rows ahead of their outcome, or COPY data. */
  flush(to: number, continued = false): void {
    const data = this.#pending(to);
    if (data === null) return;
    const rows = this.#rows;
    this.#start = -1;
    this.#carried = null;
    this.#rows = 0;
    if (data.length === 0) {
      this.#copies = false;
      return;
    }
    this.end(null);
    const statement = this.#statement;
    const { number, ordinal } = statement;
    statement.rows += rows;
    statement.bytes += data.length;
    if (this.#copies) {
      this.#recorder.record('copyOut', { statement: number, ordinal, rows, continued, data });
      this.#copies = continued;
      return;
    }
    const describes = this.#describes;
    this.#describes = false;
    const sequence = this.#recorder.record('rows', {
      statement: number,
      ordinal,
      rows,
      continued,
      describedAt: describes ? null : describedAt(statement),
      answer: data,
    });
    if (describes) rememberColumns(statement, sequence);
  }

  /** libpq too gives up on rows that are not as described. */
  #countColumns(at: number): void {
    if (this.#columns >= 0 && int16(this.#buffer, at + MESSAGE_HEAD_BYTES) !== this.#columns)
      throw new ProtocolViolation('the server sent a row whose columns are not those it described');
  }

  #begin(statement: RunningStatement, at: number): void {
    if (this.#start >= 0) return;
    if (this.#carried !== null) {
      this.#start = at;
      return;
    }
    this.end(null); // the ordinal of what begins is one further
    this.#statement = statement;
    this.#start = at;
    this.#rows = 0;
    this.#columns = columnsOf(statement);
  }
}

function joined(before: Buffer | null, bytes: Buffer): Buffer {
  return before === null || before.length === 0 ? bytes : Buffer.concat([before, bytes]);
}

/** The event's payload holds the RowDescription: later rows of the statement and its portal point there. */
function rememberColumns(statement: RunningStatement, sequence: number): void {
  statement.describedAt = sequence;
  if (statement.portal !== null) statement.portal.describedAt = sequence;
}
