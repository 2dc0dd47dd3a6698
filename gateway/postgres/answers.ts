/**
 * The server's direction: reads messages, records what they answer, and takes them off what the agent is owed. The server may
 * be hostile: what no server sends at that point ends the session, because from there on nobody could say what belongs to
 * what (PostgreSQL manual §54.2 "Message Flow").
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { Exchange, Expected, RunningStatement } from './exchange.ts';
import { CALL_REFUSED } from './function-call.ts';
import { Names } from './names.ts';
import { CHUNK_BYTES, nothing, Results } from './results.ts';
import { recordSkipped } from './skipped.ts';
import { Transactions } from './transactions.ts';
import { BACKEND, errorField, readNotification, severityOf, stringAt } from './wire/backend.ts';
import { errorResponse } from './wire/encode.ts';
import { int16, MESSAGE_HEAD_BYTES, messageLength, ProtocolViolation } from './wire/framing.ts';

/** Longest message other than rows, which is held whole. */
const MAX_HELD_BYTES = 64 << 20;

/** Type, length and the count of columns: what is looked at of a row that streams through. */
const ROW_HEAD_BYTES = MESSAGE_HEAD_BYTES + 2;

/** What the agent gets instead of a message of the server. */
export interface Replacement {
  readonly bytes: Buffer;
  /** Length of the message it stands for. */
  readonly replaces: number;
}

export interface AnswersOptions {
  /** Longest message taken from a server, in bytes; rows beyond a chunk stream through in parts. */
  readonly maxMessage: number;
  /** Told of every parameter that the server reports. */
  readonly onParameter: (name: string, value: string) => void;
}

export class Answers {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  readonly #options: AnswersOptions;
  readonly #results: Results;
  readonly #transactions: Transactions;
  readonly #names: Names;
  #buffer: Buffer = Buffer.alloc(0);
  /** Where the ParameterDescription right before the next message stands; -1: there is none. */
  #parametersAt = -1;
  /** Set when the walk stopped before a message that the agent must not see. */
  replacement: Replacement | null = null;

  constructor(recorder: SessionRecorder, exchange: Exchange, options: AnswersOptions) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#options = options;
    this.#results = new Results(recorder);
    this.#transactions = new Transactions(recorder);
    this.#names = new Names(recorder, exchange.symbols);
  }

  /** Whether a row or COPY chunk was passed on in part and its rest is still to come. */
  get midRow(): boolean {
    return this.#results.midRow;
  }

  /** Records the messages of `buffer`; returns how many bytes may be forwarded. Throws {@link ProtocolViolation}. */
  walk(buffer: Buffer): number {
    this.#buffer = buffer;
    this.replacement = null;
    let at = this.#results.read(buffer);
    for (;;) {
      const length = messageLength(buffer, at, this.#options.maxMessage);
      if (length < 0) break;
      const end = at + 1 + length;
      const type = buffer[at] as number;
      if (end > buffer.length) {
        at = this.#cut(type, at, end);
        break;
      }
      if (type === BACKEND.dataRow) this.#row(at, end);
      else if (!this.#message(type, at, end)) break;
      at = end;
    }
    this.#results.flush(at);
    this.#results.end(null);
    return at;
  }

  /** The session is over: what is left of its record is written. */
  end(): void {
    this.#results.end(null);
    this.#transactions.ended(this.#exchange.expected.length > 0);
  }

  /** A message that is not whole: a long row streams through, all else is awaited. */
  #cut(type: number, at: number, end: number): number {
    const length = end - at - 1;
    const streams = type === BACKEND.dataRow || type === BACKEND.copyData;
    if (streams && length >= CHUNK_BYTES) {
      if (this.#buffer.length - at < ROW_HEAD_BYTES) return at;
      const statement = type === BACKEND.dataRow ? this.#rowOwner() : this.#copyOwner();
      return this.#results.stream(statement, type === BACKEND.copyData, at, end);
    }
    if (length > MAX_HELD_BYTES)
      throw new ProtocolViolation(
        `the server sent a message of ${length} bytes; at most ${MAX_HELD_BYTES} are held`,
      );
    return at;
  }

  /** Returns whether the message was taken; else the walk stops before it. */
  #message(type: number, at: number, end: number): boolean {
    switch (type) {
      case BACKEND.readyForQuery:
        this.#ready(at, end);
        return true;
      case BACKEND.commandComplete:
        this.#completed(stringAt(this.#buffer.subarray(at, end), MESSAGE_HEAD_BYTES), at);
        return true;
      case BACKEND.parseComplete:
        this.#acknowledged('parse');
        return true;
      case BACKEND.bindComplete:
        this.#acknowledged('bind');
        return true;
      case BACKEND.closeComplete:
        this.#acknowledged('close');
        return true;
      case BACKEND.rowDescription:
        this.#rowDescription(at, end);
        return true;
      case BACKEND.parameterDescription:
        return this.#parameterDescription(at, end);
      case BACKEND.noData:
        this.#described(at, end, 0);
        return true;
      case BACKEND.errorResponse:
        return this.#error(at, end);
      default:
        this.#lessCommon(type, at, end);
        return true;
    }
  }

  #lessCommon(type: number, at: number, end: number): void {
    switch (type) {
      case BACKEND.emptyQueryResponse:
        return this.#ended(this.#running('an EmptyQueryResponse'), 'empty', at);
      case BACKEND.portalSuspended: {
        if (this.#exchange.next()?.kind !== 'execute') throw misplaced('PortalSuspended');
        const statement = this.#running('PortalSuspended');
        this.#transactions.completed(statement.number, statement.ordinal, '', null);
        return this.#ended(statement, 'suspended', at);
      }
      case BACKEND.copyInResponse:
        return this.#exchange.beginCopyIn(this.#running('a CopyInResponse'));
      case BACKEND.copyOutResponse: {
        const statement = this.#running('a CopyOutResponse');
        statement.copyingOut = true;
        return this.#results.beginCopy(statement, at);
      }
      case BACKEND.copyData:
        return this.#results.copyRow(this.#copyOwner(), at, end);
      case BACKEND.copyDone:
        this.#copyOwner().copyingOut = false;
        return this.#results.flush(at);
      case BACKEND.functionCallResponse:
        return this.#functionResult(at, end);
      default:
        return this.#aside(type, at, end);
    }
  }

  /** Messages that may come at any time, in the order they came. */
  #aside(type: number, at: number, end: number): void {
    this.#results.flush(at);
    this.#results.end(null);
    const message = this.#buffer.subarray(at, end);
    switch (type) {
      case BACKEND.noticeResponse:
        this.#recorder.record('notice', {
          severity: severityOf(message),
          sqlstate: errorField(message, 'C'),
          message,
        });
        return;
      case BACKEND.notificationResponse:
        this.#recorder.record('notification', { ...readNotification(message), message });
        return;
      case BACKEND.parameterStatus: {
        const name = stringAt(message, MESSAGE_HEAD_BYTES);
        this.#recorder.record('parameterStatus', { name, message });
        const value = stringAt(message, MESSAGE_HEAD_BYTES + Buffer.byteLength(name) + 1);
        return this.#options.onParameter(name, value);
      }
      default:
        throw misplaced(`a message of type ${type}`);
    }
  }

  #row(at: number, end: number): void {
    this.#results.row(this.#rowOwner(), at, end);
  }

  /** Rows of a Query come behind their description; those of a portal may have been described before, or never. */
  #rowOwner(): RunningStatement {
    const next = this.#exchange.next();
    if (next?.kind === 'execute' && !next.statement.copyingOut) return next.statement;
    if (next?.kind === 'query' && next.statement.columns >= 0 && !next.statement.failed)
      return next.statement;
    throw misplaced('a row');
  }

  #copyOwner(): RunningStatement {
    const statement = this.#running('COPY data');
    if (!statement.copyingOut) throw misplaced('COPY data');
    return statement;
  }

  /** The statement that the server works on. */
  #running(what: string): RunningStatement {
    const next = this.#exchange.next();
    if ((next?.kind === 'query' || next?.kind === 'execute') && !next.statement.failed) return next.statement;
    throw misplaced(what);
  }

  #acknowledged(kind: 'parse' | 'bind' | 'close'): void {
    const next = this.#exchange.next();
    if (next?.kind !== kind) throw misplaced(`the answer to a ${kind}`);
    this.#exchange.expected.shift();
    this.#exchange.symbols.confirm(next.named);
  }

  /** ParameterDescription goes with the RowDescription or NoData behind it, and waits for that. */
  #parameterDescription(at: number, end: number): boolean {
    const next = this.#exchange.next();
    if (next?.kind !== 'describe' || next.target !== 'S') throw misplaced('a ParameterDescription');
    const length = messageLength(this.#buffer, end, MAX_HELD_BYTES);
    if (length < 0 || end + 1 + length > this.#buffer.length) return false;
    const type = this.#buffer[end];
    if (type !== BACKEND.rowDescription && type !== BACKEND.noData)
      throw misplaced('a ParameterDescription without what follows it');
    this.#results.flush(at);
    this.#parametersAt = at;
    return true;
  }

  #rowDescription(at: number, end: number): void {
    if (end - at < ROW_HEAD_BYTES)
      throw new ProtocolViolation('the server sent a RowDescription without columns');
    const next = this.#exchange.next();
    if (next?.kind === 'describe')
      return this.#described(at, end, int16(this.#buffer, at + MESSAGE_HEAD_BYTES));
    if (next?.kind !== 'query' || next.statement.failed || next.statement.columns >= 0)
      throw misplaced('a RowDescription');
    this.#results.end(null);
    this.#results.describe(next.statement, at);
  }

  /** RowDescription or NoData, the answer to a Describe: with its Execute when that follows, else an event of its own. */
  #described(at: number, end: number, columns: number): void {
    const next = this.#exchange.next();
    if (next?.kind !== 'describe') throw misplaced('the answer to a Describe');
    const { target, name } = next;
    if (target === 'S' && this.#parametersAt < 0) throw misplaced('a description without its parameters');
    this.#exchange.expected.shift();
    const following = this.#exchange.next();
    const isRows = this.#buffer[at] === BACKEND.rowDescription;
    if (target === 'P' && following?.kind === 'execute' && following.portal === name) {
      if (isRows) this.#results.describe(following.statement, at);
      return;
    }
    const start = this.#parametersAt < 0 ? at : this.#parametersAt;
    this.#parametersAt = -1;
    this.#results.end(null);
    const message = this.#buffer.subarray(start, end);
    const sequence = this.#recorder.record('description', { target, name, message });
    const named = this.#exchange.symbols.live(target, name);
    if (named === null) return;
    named.describedAt = sequence;
    named.columns = columns;
  }

  #functionResult(at: number, end: number): void {
    const next = this.#exchange.next();
    if (next?.kind !== 'functionCall' || next.refused || next.statement.answered)
      throw misplaced('a FunctionCallResponse');
    const { statement } = next;
    this.#results.include(statement, at);
    this.#transactions.completed(statement.number, 0, 'FUNCTION CALL', null);
    this.#results.finish(statement, 'completed', 'FUNCTION CALL', null, end);
  }

  #completed(tag: string, at: number): void {
    const next = this.#exchange.next();
    const statement = this.#running('a CommandComplete');
    this.#results.end(null); // of the SQL statement before it: this one's ordinal is known from here on
    const command = this.#names.commandOf(statement);
    this.#names.completed(statement, next?.kind === 'execute' ? next.names : null, tag, command);
    this.#transactions.completed(statement.number, statement.ordinal, tag, command);
    if (this.#exchange.copyIn === statement) this.#exchange.copyIn = null;
    this.#ended(statement, 'completed', at, tag);
  }

  /** One SQL statement ended; an Execute is answered by it, a Query goes on until ReadyForQuery. */
  #ended(
    statement: RunningStatement,
    status: 'completed' | 'suspended' | 'empty',
    at: number,
    tag = '',
  ): void {
    this.#results.finish(statement, status, tag, null, at);
    if (this.#exchange.next()?.kind === 'execute') this.#exchange.expected.shift();
  }

  /** ErrorResponse; false when the agent gets another instead. */
  #error(at: number, end: number): boolean {
    const message = this.#buffer.subarray(at, end);
    const severity = severityOf(message);
    const next = this.#exchange.next();
    // The server ends the session, and with it what is open; whether a COMMIT under way was done nobody knows.
    if (severity === 'FATAL' || severity === 'PANIC')
      this.#transactions.ended(this.#exchange.expected.length > 0);
    else if (next?.kind === 'functionCall' && next.refused && !next.statement.failed) {
      this.#replace(next, at, end);
      return false;
    }
    this.#failed(next, errorField(message, 'C'), at, end, null);
    return true;
  }

  /** The error of a message that was sent in place of a refused one becomes the refusal. */
  #replace(next: Expected & { readonly kind: 'functionCall' }, at: number, end: number): void {
    const bytes = errorResponse(CALL_REFUSED);
    const message = this.#buffer.subarray(at, end);
    this.#results.end(null);
    const { number } = next.statement;
    this.#recorder.record('replaced', { statement: number, sqlstate: errorField(message, 'C'), message });
    this.#failed(next, CALL_REFUSED.sqlstate, at, at, bytes);
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
    this.#transactions.failed(this.#names.failed(statement));
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
        const owner = this.#exchange.expected.find(
          (entry) => entry.kind === 'execute' && entry.statement.number === next.statement,
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
    this.#results.end(null);
    recordSkipped(this.#recorder, statement.number);
  }

  #ready(at: number, end: number): void {
    this.#results.flush(at);
    if (end - at !== MESSAGE_HEAD_BYTES + 1)
      throw new ProtocolViolation('the server sent a malformed ReadyForQuery');
    const indicator = String.fromCharCode(this.#buffer[at + MESSAGE_HEAD_BYTES] as number);
    this.#exchange.transaction = indicator;
    if (!this.#results.end(indicator)) this.#recorder.record('ready', { transaction: indicator });
    this.#exchange.transaction = indicator;
    this.#takeReady();
    if (this.#transactions.ready(indicator)) this.#exchange.symbols.endTransaction();
  }

  #takeReady(): void {
    const { expected, symbols } = this.#exchange;
    const next = this.#exchange.next();
    if (next?.kind === 'query' && next.statement.answered) {
      symbols.openQueries--;
      symbols.dropUnnamedStatement();
      symbols.dropUnnamedPortal();
    } else if (next?.kind !== 'sync' && !(next?.kind === 'functionCall' && next.statement.answered)) {
      if (this.#exchange.spareReadies === 0) throw misplaced('a ReadyForQuery');
      this.#exchange.spareReadies--;
      this.#exchange.discarding = false;
      return;
    }
    expected.shift();
  }
}

function misplaced(what: string): ProtocolViolation {
  return new ProtocolViolation(`the server sent ${what} where it has no place`);
}
