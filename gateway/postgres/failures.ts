/**
 * Errors of the server: whose they are, what the server discards because of them, and what of it the agent is told
 * otherwise.
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { Exchange, Expected, RunningStatement } from './exchange.ts';
import type { Names } from './names.ts';
import { nothing, type Results } from './results.ts';
import { recordSkipped } from './owed.ts';
import type { Transactions } from './transactions.ts';
import { errorField, severityOf } from './wire/backend.ts';
import { errorResponse } from './wire/encode.ts';
import type { PostgresError } from './wire/errors.ts';

/** What the agent gets instead of a message of the server. */
export interface Replacement {
  readonly bytes: Buffer;
  /** Length of the message it stands for. */
  readonly replaces: number;
}

interface Parts {
  readonly results: Results;
  readonly transactions: Transactions;
  readonly names: Names;
}

export class Failures {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  readonly #results: Results;
  readonly #transactions: Transactions;
  readonly #names: Names;
  /** Set with an error that the agent must not see. */
  replacement: Replacement | null = null;

  constructor(recorder: SessionRecorder, exchange: Exchange, { results, transactions, names }: Parts) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#results = results;
    this.#transactions = transactions;
    this.#names = names;
  }

  /** ErrorResponse, `shown` as the record may hold it; false when the agent gets another instead. */
  error(buffer: Buffer, at: number, end: number, shown: Buffer | null): boolean {
    const message = shown ?? buffer.subarray(at, end);
    const severity = severityOf(message);
    const next = this.#exchange.next();
    const refused = refusedOf(next);
    // The server ends the session, and with it what is open; whether a COMMIT under way was done nobody knows.
    if (severity === 'FATAL' || severity === 'PANIC')
      this.#transactions.ended(this.#exchange.expected.length > 0);
    else if (next !== undefined && refused !== null) {
      this.#replace(next, refused, message, at, end);
      return false;
    }
    this.#failed(next, errorField(message, 'C'), at, shown === null ? end : at, shown);
    return true;
  }

  /** The error of a message that was sent in place of a refused one becomes the refusal. */
  #replace(next: Expected, { number, refusal }: Refused, message: Buffer, at: number, end: number): void {
    const bytes = errorResponse(refusal);
    this.#results.end(null);
    this.#recorder.record('replaced', { statement: number, sqlstate: errorField(message, 'C'), message });
    this.#failed(next, refusal.sqlstate, at, at, bytes);
    this.replacement = { bytes, replaces: end - at };
  }

  /** An error of what is `next`: of its own statement, of the one whose event holds it too, or of none. */
  #failed(
    next: Expected | undefined,
    sqlstate: string,
    at: number,
    end: number,
    answer: Buffer | null,
  ): void {
    const { expected, symbols } = this.#exchange;
    const statement = this.#failing(next);
    if (statement.copyingOut || statement.number === 0) this.#results.flush(at);
    this.#results.end(null);
    this.#transactions.failed(this.#names.left(statement));
    if (next?.kind === 'query' || next?.kind === 'execute') this.#exchange.abandonCopyIn(statement);
    if (answer === null) this.#results.include(statement, at);
    this.#results.finish(statement, 'failed', '', sqlstate, end, answer);
    statement.failed = true;
    if (next === undefined || next.kind === 'query' || next.kind === 'functionCall') return;
    // The unnamed statement is done away with before the text that is to follow it is looked at.
    if (next.kind === 'parse' && next.named.slot.name === '') symbols.dropUnnamedStatement();
    this.#discardUntilSync(statement);
    this.#exchange.discarding = expected.length === 0;
  }

  #failing(next: Expected | undefined): RunningStatement {
    switch (next?.kind) {
      case 'query':
      case 'functionCall':
      case 'execute':
        return next.statement.failed ? nothing() : next.statement;
      case 'parse':
      case 'bind':
      case 'close': {
        if (next.kind !== 'close' && next.refused !== null) return next.refused;
        const owner = this.#exchange.expected.find(
          (entry) => entry.kind === 'execute' && entry.statement.number === next.named.statement,
        );
        return owner?.kind === 'execute' ? owner.statement : nothing();
      }
      default:
        return nothing();
    }
  }

  /** After an error in the extended protocol the server answers nothing before the next Sync. */
  #discardUntilSync(failed: RunningStatement): void {
    const { expected, symbols } = this.#exchange;
    while (expected[0] !== undefined && expected[0].kind !== 'sync') {
      const entry = expected.shift();
      switch (entry?.kind) {
        case 'parse':
        case 'bind':
        case 'close':
          symbols.drop(entry.named);
          break;
        case 'execute':
          for (const named of entry.names ?? []) symbols.drop(named);
          this.#skip(entry.statement, failed);
          break;
        case 'query':
          symbols.openQueries--;
          this.#skip(entry.statement, failed);
          break;
        case 'functionCall':
          this.#skip(entry.statement, failed);
          break;
        default:
      }
    }
  }

  #skip(statement: RunningStatement, failed: RunningStatement): void {
    if (statement === failed) return;
    statement.skipped = true;
    this.#results.end(null);
    recordSkipped(this.#recorder, statement.number);
  }
}

/** A statement whose error the agent is told in other words. */
interface Refused {
  readonly number: number;
  readonly refusal: PostgresError;
}

function refusedOf(next: Expected | undefined): Refused | null {
  switch (next?.kind) {
    case 'query':
    case 'functionCall':
    case 'execute': {
      const { number, refusal, failed } = next.statement;
      return refusal === null || failed ? null : { number, refusal };
    }
    case 'parse':
    case 'bind': {
      if (next.refused === null || next.refused.refusal === null) return null;
      const { number, refusal } = next.refused;
      return { number, refusal };
    }
    default:
      return null;
  }
}
