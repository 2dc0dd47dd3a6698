/**
 * Which completed statements became lasting. Follows the server's answers: a statement's effects are open from its
 * completion until its transaction commits or does not; those that do not are told by a `transactionEnded` event. A
 * transaction that commits costs nothing. Where a statement may have committed on its own, nothing is claimed of it
 * or of what came before it. (PostgreSQL manual §54.2.2.1 "Multiple Statements in a Simple Query", §54.2.4 "Pipelining".)
 */
import type { RollbackCause } from '../../shared/recording/event.ts';
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { SqlCommand } from './sql-command.ts';

/**
 * Tags of commands that commit at once when no transaction block is open, or may: PreventInTransactionBlock() in
 * PostgreSQL's sources, and procedures.
 */
const COMMITTING: ReadonlySet<string> = new Set([
  'CALL',
  'DO',
  'VACUUM',
  'ANALYZE',
  'CLUSTER',
  'REPACK',
  'REINDEX',
  'CREATE INDEX',
  'DROP INDEX',
  'ALTER TABLE',
  'ALTER SYSTEM',
  'CREATE DATABASE',
  'ALTER DATABASE',
  'DROP DATABASE',
  'CREATE TABLESPACE',
  'DROP TABLESPACE',
  'CREATE SUBSCRIPTION',
  'ALTER SUBSCRIPTION',
  'DROP SUBSCRIPTION',
  'COMMIT PREPARED',
  'ROLLBACK PREPARED',
  'DISCARD ALL',
]);

interface Savepoint {
  readonly name: string;
  /** Where the first statement behind it would be. */
  readonly number: number;
  readonly ordinal: number;
}

export class Transactions {
  readonly #recorder: SessionRecorder;
  /** A block is open: BEGIN without its COMMIT. */
  #block = false;
  /** An error has doomed what is open. */
  #failed = false;
  /**
   * A Query within a pipeline left the pipeline's own transaction open. PostgreSQL 18.4 then does not commit it with the
   * Sync, though it says that it is idle: the next statement fails with XX000 and takes all of it back.
   */
  #adrift = false;
  /** The first and last statement whose effects are open; 0: none are. */
  #first = 0;
  #firstOrdinal = 0;
  #last = 0;
  #lastOrdinal = 0;
  #savepoints: Savepoint[] = [];

  constructor(recorder: SessionRecorder) {
    this.#recorder = recorder;
  }

  /** A statement completed; `tag` and `command` are its own. */
  completed(number: number, ordinal: number, tag: string, command: SqlCommand | null): void {
    // Tags that end with a count say nothing of transactions.
    const last = tag.charCodeAt(tag.length - 1);
    if (last >= 0x41 && this.#controls(number, ordinal, tag, command)) return;
    if (this.#first === 0) {
      this.#first = number;
      this.#firstOrdinal = ordinal;
    }
    this.#last = number;
    this.#lastOrdinal = ordinal;
  }

  /** An error came; `command` is of the statement that failed. */
  failed(command: SqlCommand | null): void {
    this.#failed = true;
    if (!this.#block && command?.kind === 'procedure') this.#forget();
  }

  /** ReadyForQuery with its indicator. Returns whether no transaction is open. */
  ready(indicator: string): boolean {
    if (indicator !== 'I') {
      if (!this.#block) this.#adrift = true;
      this.#block = true;
      return false;
    }
    this.#block = false;
    if (this.#failed) this.#lost('error');
    else if (this.#adrift) this.#lost('mixed pipeline', false);
    this.#forget();
    return true;
  }

  /** The session is over; `underWay`: something was asked for whose answer did not come. */
  ended(underWay: boolean): void {
    this.#lost('session end', this.#failed || !underWay);
    this.#forget();
  }

  /** Whether the command is one that begins, parts or ends transactions, which is then taken note of. */
  #controls(number: number, ordinal: number, tag: string, command: SqlCommand | null): boolean {
    switch (tag) {
      case 'BEGIN':
      case 'START TRANSACTION':
        this.#block = true;
        return true;
      case 'ROLLBACK':
        if (command?.kind === 'rollback to') {
          this.#rollBackTo({ name: command.name, number, ordinal: ordinal + 1 });
          return true;
        }
        this.#lost('rollback');
        this.#forget();
        this.#block = command?.kind === 'chain';
        return true;
      case 'COMMIT':
      case 'PREPARE TRANSACTION': // its fate is another session's to decide
        this.#forget();
        this.#block = command?.kind === 'chain';
        return true;
      case 'SAVEPOINT':
        if (command?.kind === 'savepoint')
          this.#savepoints.push({ name: command.name, number, ordinal: ordinal + 1 });
        return true;
      case 'RELEASE':
        if (command?.kind === 'release') this.#release(command.name);
        return true;
      default:
        if (this.#block || !COMMITTING.has(tag)) return false;
        this.#forget();
        return true;
    }
  }

  /** `behind` is where the first statement behind the command would be. */
  #rollBackTo(behind: Savepoint): void {
    this.#failed = false;
    const at = this.#savepoints.findLastIndex(({ name }) => name === behind.name);
    const savepoint = this.#savepoints[at];
    if (savepoint === undefined) return;
    this.#savepoints.splice(at, Infinity, behind);
    const { number, ordinal } = savepoint;
    if (this.#last > number || (this.#last === number && this.#lastOrdinal >= ordinal))
      this.#record('rolled back', 'savepoint', number, ordinal);
  }

  #release(name: string): void {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    if (at >= 0) this.#savepoints.length = at;
  }

  #lost(cause: RollbackCause, certain = true): void {
    if (this.#first === 0) return;
    this.#record(certain ? 'rolled back' : 'unknown', cause, this.#first, this.#firstOrdinal);
  }

  #record(
    outcome: 'rolled back' | 'unknown',
    cause: RollbackCause,
    first: number,
    firstOrdinal: number,
  ): void {
    this.#recorder.record('transactionEnded', {
      outcome,
      cause,
      first,
      firstOrdinal,
      last: this.#last,
      lastOrdinal: this.#lastOrdinal,
    });
  }

  #forget(): void {
    this.#first = 0;
    this.#failed = this.#adrift = false;
    if (this.#savepoints.length > 0) this.#savepoints = [];
  }
}
