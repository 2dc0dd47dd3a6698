/**
 * Descriptions of rows: with the rows they are of where those follow, else events that later rows point to (PostgreSQL manual
 * §54.2.3 "Extended Query").
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { Exchange, RunningStatement } from './exchange.ts';
import type { MaskedResults } from './masked/masked-results.ts';
import type { Results } from './results.ts';
import { BACKEND, misplaced } from './wire/backend.ts';
import { int16, MESSAGE_HEAD_BYTES, messageLength, ProtocolViolation } from './wire/framing.ts';

/** Longest description held, far above that of PostgreSQL's 1,664 columns. */
const MAX_DESCRIPTION_BYTES = 4 << 20;

export class Descriptions {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  readonly #results: Results;
  readonly #masked: MaskedResults;
  /** Where the ParameterDescription right before the next message stands; -1: there is none. */
  #parametersAt = -1;

  constructor(recorder: SessionRecorder, exchange: Exchange, results: Results, masked: MaskedResults) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#results = results;
    this.#masked = masked;
  }

  /** ParameterDescription goes with the RowDescription or NoData behind it; false: that has not come yet. */
  parameters(buffer: Buffer, at: number, end: number): boolean {
    const next = this.#exchange.next();
    if (next?.kind !== 'describe' || next.target !== 'S') throw misplaced('a ParameterDescription');
    const length = messageLength(buffer, end, MAX_DESCRIPTION_BYTES);
    if (length < 0 || end + 1 + length > buffer.length) return false;
    const type = buffer[end];
    if (type !== BACKEND.rowDescription && type !== BACKEND.noData)
      throw misplaced('a ParameterDescription without what follows it');
    this.#results.flush(at);
    this.#parametersAt = at;
    return true;
  }

  /** RowDescription: of a Query's rows, or the answer to a Describe. */
  rows(buffer: Buffer, at: number, end: number): void {
    if (end - at < MESSAGE_HEAD_BYTES + 2)
      throw new ProtocolViolation('the server sent a RowDescription without columns');
    const next = this.#exchange.next();
    if (next?.kind === 'describe')
      return this.#described(buffer, at, end, int16(buffer, at + MESSAGE_HEAD_BYTES));
    if (next?.kind !== 'query' || next.statement.failed || next.statement.columns >= 0)
      throw misplaced('a RowDescription');
    this.#results.end(null);
    this.#describe(next.statement, at, end);
  }

  #describe(statement: RunningStatement, at: number, end: number): void {
    this.#results.describe(statement, at);
    this.#masked.described(statement, at, end);
  }

  /** NoData, the answer to a Describe of what returns no rows. */
  none(buffer: Buffer, at: number, end: number): void {
    this.#described(buffer, at, end, 0);
  }

  #described(buffer: Buffer, at: number, end: number, columns: number): void {
    const next = this.#exchange.next();
    if (next?.kind !== 'describe') throw misplaced('the answer to a Describe');
    const { target, name, own } = next;
    if (target === 'S' && this.#parametersAt < 0) throw misplaced('a description without its parameters');
    this.#exchange.expected.shift();
    const following = this.#exchange.next();
    if (target === 'P' && !own && following?.kind === 'execute' && following.portal === name) {
      if (buffer[at] === BACKEND.rowDescription) this.#describe(following.statement, at, end);
      return;
    }
    const start = this.#parametersAt < 0 ? at : this.#parametersAt;
    this.#parametersAt = -1;
    this.#results.flush(at);
    this.#results.end(null);
    const shown =
      buffer[at] === BACKEND.rowDescription ? this.#masked.describedApart(target, name, at, end) : null;
    if (shown !== null && !own && this.#exchange.lane?.enforced === true) this.#masked.splice(at, end, shown);
    const message =
      shown === null ? buffer.subarray(start, end) : Buffer.concat([buffer.subarray(start, at), shown]);
    const sequence = this.#recorder.record('description', { target, name, message });
    const named = this.#exchange.symbols.live(target, name);
    if (named === null) return;
    named.describedAt = sequence;
    named.columns = columns;
  }
}
