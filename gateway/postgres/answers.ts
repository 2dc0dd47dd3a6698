/**
 * The server's direction: reads messages, records what they answer, and takes them off what the agent is owed. The server may
 * be hostile: what no server sends at that point ends the session, because from there on nobody could say what belongs to
 * what (PostgreSQL manual §54.2 "Message Flow").
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import { Descriptions } from './descriptions.ts';
import type { Exchange, RunningStatement } from './exchange.ts';
import { Failures, type Replacement } from './failures.ts';
import { Names } from './names.ts';
import { CHUNK_BYTES, Results } from './results.ts';
import { Transactions } from './transactions.ts';
import {
  BACKEND,
  errorField,
  lastString,
  misplaced,
  readNotification,
  severityOf,
  stringAt,
} from './wire/backend.ts';
import { MESSAGE_HEAD_BYTES, messageLength, ProtocolViolation } from './wire/framing.ts';

/** Longest message other than rows, which is held whole. */
const MAX_HELD_BYTES = 64 << 20;

/** Type, length and the count of columns: what is looked at of a row that streams through. */
const ROW_HEAD_BYTES = MESSAGE_HEAD_BYTES + 2;

const NOTHING = Buffer.alloc(0);

/** Messages that answer nothing, and may come between those that do. */
function isAside(type: number): boolean {
  return (
    type === BACKEND.noticeResponse ||
    type === BACKEND.notificationResponse ||
    type === BACKEND.parameterStatus
  );
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
  readonly #descriptions: Descriptions;
  readonly #failures: Failures;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(recorder: SessionRecorder, exchange: Exchange, options: AnswersOptions) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#options = options;
    this.#results = new Results(recorder);
    this.#transactions = new Transactions(recorder);
    this.#names = new Names(recorder, exchange.symbols);
    this.#descriptions = new Descriptions(recorder, exchange, this.#results);
    this.#failures = new Failures(recorder, exchange, {
      results: this.#results,
      transactions: this.#transactions,
      names: this.#names,
    });
  }

  /** What the agent gets in place of the message that the walk stopped before; null when it just had to stop. */
  get replacement(): Replacement | null {
    return this.#failures.replacement;
  }

  /** Whether a row or COPY chunk was passed on in part and its rest is still to come. */
  get midRow(): boolean {
    return this.#results.midRow;
  }

  /** Records the messages of `buffer`; returns how many bytes may be forwarded. Throws {@link ProtocolViolation}. */
  walk(buffer: Buffer): number {
    this.#buffer = buffer;
    this.#failures.replacement = null;
    let at = this.#results.read(buffer);
    for (;;) {
      const length = messageLength(buffer, at, this.#options.maxMessage);
      if (length < 0) break;
      const end = at + 1 + length;
      const type = buffer[at] as number;
      if (this.#exchange.expected[0]?.kind === 'own' && !isAside(type)) {
        this.#own(at);
        break;
      }
      if (end > buffer.length) {
        at = this.#cut(type, at, end);
        break;
      }
      if (type === BACKEND.dataRow) {
        if (!this.#results.inRows) this.#results.beginRows(this.#rowOwner(), at);
        this.#results.row(at, end);
      } else if (!this.#message(type, at, end)) break;
      at = end;
    }
    this.#results.flush(at);
    this.#results.end(null);
    return at;
  }

  /** Takes the whole messages from `at` on that answer a question of the gateway's own: the agent gets none of them. */
  #own(at: number): void {
    const { expected } = this.#exchange;
    const buffer = this.#buffer;
    let to = at;
    for (;;) {
      const next = expected[0];
      const length = messageLength(buffer, to, MAX_HELD_BYTES);
      const end = to + 1 + length;
      if (next?.kind !== 'own' || length < 0 || end > buffer.length || isAside(buffer[to] as number)) break;
      const message = buffer.subarray(to, end);
      to = end;
      if (!next.question.take(message)) continue;
      this.#exchange.transaction = String.fromCharCode(message[MESSAGE_HEAD_BYTES] as number);
      expected.shift();
    }
    if (to > at) this.#failures.replacement = { bytes: NOTHING, replaces: to - at };
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
        this.#completed(lastString(this.#buffer, at + MESSAGE_HEAD_BYTES, end), at);
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
      case BACKEND.noData:
        return this.#description(type, at, end);
      case BACKEND.parameterDescription:
        return this.#descriptions.parameters(this.#buffer, at, end);
      case BACKEND.errorResponse:
        return this.#failures.error(this.#buffer, at, end);
      default:
        this.#lessCommon(type, at, end);
        return true;
    }
  }

  /** False for what the gateway asked itself: it is taken, and the agent gets nothing in its place. */
  #description(type: number, at: number, end: number): boolean {
    const next = this.#exchange.next();
    const own = next?.kind === 'describe' && next.own;
    if (type === BACKEND.noData) this.#descriptions.none(this.#buffer, at, end);
    else this.#descriptions.rows(this.#buffer, at, end);
    if (own) this.#failures.replacement = { bytes: NOTHING, replaces: end - at };
    return !own;
  }

  #lessCommon(type: number, at: number, end: number): void {
    switch (type) {
      case BACKEND.emptyQueryResponse:
        return this.#ended(this.#running('an EmptyQueryResponse'), 'empty', at);
      case BACKEND.portalSuspended: {
        if (this.#exchange.next()?.kind !== 'execute') throw misplaced('PortalSuspended');
        const statement = this.#running('PortalSuspended');
        this.#names.left(statement);
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

  #functionResult(at: number, end: number): void {
    const next = this.#exchange.next();
    if (next?.kind !== 'functionCall' || next.statement.refusal !== null || next.statement.answered)
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
    const command = this.#names.completed(statement, next?.kind === 'execute' ? next.names : null, tag);
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
