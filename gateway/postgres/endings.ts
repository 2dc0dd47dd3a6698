/** How SQL statements end: completed, empty, suspended, or a function's result. */
import type { Exchange, RunningStatement } from './exchange.ts';
import type { MaskedResults } from './masked/masked-results.ts';
import type { MaskedSayings } from './masked/masked-sayings.ts';
import type { Names } from './names.ts';
import { runningStatement } from './owners.ts';
import type { Results } from './results.ts';
import type { Transactions } from './transactions.ts';
import { misplaced } from './wire/backend.ts';

interface Parts {
  readonly exchange: Exchange;
  readonly results: Results;
  readonly masked: MaskedResults;
  readonly sayings: MaskedSayings;
  readonly transactions: Transactions;
  readonly names: Names;
}

export class Endings {
  readonly #parts: Parts;
  /** A result was cut though the server completed it: the agent takes it for failed and is told nothing before ReadyForQuery. */
  muted = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** CommandComplete. */
  completed(tag: string, at: number, end: number): void {
    const { exchange, results, names, transactions } = this.#parts;
    const next = exchange.next();
    const statement = runningStatement(exchange, 'a CommandComplete');
    results.end(null); // of the SQL statement before it: this one's ordinal is known from here on
    const command = names.completed(statement, next?.kind === 'execute' ? next.names : null, tag);
    transactions.completed(statement.number, statement.ordinal, tag, command);
    if (exchange.copyIn === statement) exchange.copyIn = null;
    this.#passedOn(statement, tag, at, end);
    this.#ended(statement, 'completed', at, tag);
  }

  /** EmptyQueryResponse. */
  empty(at: number): void {
    this.#ended(runningStatement(this.#parts.exchange, 'an EmptyQueryResponse'), 'empty', at);
  }

  /** PortalSuspended. */
  suspended(at: number, end: number): void {
    const { exchange, names, transactions } = this.#parts;
    if (exchange.next()?.kind !== 'execute') throw misplaced('PortalSuspended');
    const statement = runningStatement(exchange, 'PortalSuspended');
    names.left(statement);
    transactions.completed(statement.number, statement.ordinal, '', null);
    this.#passedOn(statement, '', at, end);
    this.#ended(statement, 'suspended', at);
  }

  /** FunctionCallResponse. */
  functionResult(at: number, end: number): void {
    const { exchange, results, masked, transactions } = this.#parts;
    const next = exchange.next();
    if (next?.kind !== 'functionCall' || next.statement.refusal !== null || next.statement.answered)
      throw misplaced('a FunctionCallResponse');
    const { statement } = next;
    results.include(statement, at);
    if (exchange.lane !== null) masked.withholdResult(statement, at, end);
    transactions.completed(statement.number, 0, 'FUNCTION CALL', null);
    results.finish(statement, 'completed', 'FUNCTION CALL', null, end);
  }

  /** A result that was cut before has an error for its end. */
  #passedOn(statement: RunningStatement, tag: string, at: number, end: number): void {
    this.#parts.sayings.ran(statement, tag);
    if (this.#parts.masked.completed(statement, at, end)) this.muted = true;
  }

  /** One SQL statement ended; an Execute is answered by it, a Query goes on until ReadyForQuery. */
  #ended(
    statement: RunningStatement,
    status: 'completed' | 'suspended' | 'empty',
    at: number,
    tag = '',
  ): void {
    const { exchange, results, masked } = this.#parts;
    masked.ended(statement);
    results.finish(statement, status, tag, null, at);
    if (exchange.next()?.kind === 'execute') exchange.expected.shift();
  }
}
