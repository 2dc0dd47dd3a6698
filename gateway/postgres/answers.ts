/**
 * The server's direction: reads messages, records what they answer, and takes them off what the agent is owed. The server may
 * be hostile: what no server sends at that point ends the session, because from there on nobody could say what belongs to
 * what (PostgreSQL manual §54.2 "Message Flow").
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import { Asides, isAside } from './asides.ts';
import { Descriptions } from './descriptions.ts';
import type { Exchange, RunningStatement } from './exchange.ts';
import { Failures, type Replacement } from './failures.ts';
import { AnswerRefused, MAX_MASKED_BYTES, tooLongToMask } from './masked/answer-refused.ts';
import type { Lane } from './masked/lane.ts';
import { MaskedResults } from './masked/masked-results.ts';
import { MaskedSayings } from './masked/masked-sayings.ts';
import { Names } from './names.ts';
import { takeOwn } from './own-questions.ts';
import { copyOwner, rowOwner, runningStatement } from './owners.ts';
import { CHUNK_BYTES, Results } from './results.ts';
import type { Splice } from './splice.ts';
import { Transactions } from './transactions.ts';
import { BACKEND, lastString, misplaced } from './wire/backend.ts';
import { MESSAGE_HEAD_BYTES, messageLength, ProtocolViolation } from './wire/framing.ts';

/** Longest message other than rows, which is held whole. */
const MAX_HELD_BYTES = 64 << 20;

/** Type, length and the count of columns: what is looked at of a row that streams through. */
const ROW_HEAD_BYTES = MESSAGE_HEAD_BYTES + 2;

const NOTHING = Buffer.alloc(0);

export interface AnswersOptions {
  /** Longest message taken from a server, in bytes; rows beyond a chunk stream through in parts. */
  readonly maxMessage: number;
  /** Told of every parameter that the server reports. */
  readonly onParameter: (name: string, value: string) => void;
  /** Ends what the server works on: a result passed its limit. */
  readonly cancel: () => void;
}

export class Answers {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  readonly #options: AnswersOptions;
  readonly #masked: MaskedResults;
  readonly #sayings: MaskedSayings;
  readonly #asides: Asides;
  readonly #results: Results;
  readonly #transactions: Transactions;
  readonly #names: Names;
  readonly #descriptions: Descriptions;
  readonly #failures: Failures;
  #buffer: Buffer = Buffer.alloc(0);
  /** A result was cut though the server completed it: the agent takes it for failed and is told nothing before ReadyForQuery. */
  #muted = false;

  constructor(recorder: SessionRecorder, exchange: Exchange, options: AnswersOptions) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#options = options;
    this.#results = new Results(recorder);
    this.#transactions = new Transactions(recorder);
    this.#names = new Names(recorder, exchange.symbols);
    const { cancel, onParameter } = options;
    this.#masked = new MaskedResults({ recorder, exchange, results: this.#results, cancel });
    this.#sayings = new MaskedSayings(recorder, exchange, this.#masked.tally);
    this.#asides = new Asides({
      recorder,
      exchange,
      masked: this.#masked,
      sayings: this.#sayings,
      onParameter,
    });
    this.#descriptions = new Descriptions(recorder, exchange, this.#results, this.#masked);
    this.#failures = new Failures(recorder, exchange, {
      results: this.#results,
      transactions: this.#transactions,
      names: this.#names,
    });
  }

  /** What the agent gets in place of the message that the walk stopped before; null when it just had to stop. */
  get replacement(): Replacement | null {
    const { replacement } = this.#failures;
    return replacement !== null && this.#muted ? { ...replacement, bytes: NOTHING } : replacement;
  }

  /** What the agent gets other than the server sent within the bytes walked last. */
  get splices(): readonly Splice[] {
    return this.#masked.splices;
  }

  /** Whether a row or COPY chunk was passed on in part and its rest is still to come. */
  get midRow(): boolean {
    return this.#results.midRow;
  }

  /** Records the messages of `buffer`; returns how many bytes may be forwarded. Throws {@link ProtocolViolation}. */
  walk(buffer: Buffer): number {
    this.#buffer = buffer;
    this.#failures.replacement = null;
    this.#masked.read(buffer);
    let at = this.#results.read(buffer);
    for (;;) {
      const length = messageLength(buffer, at, this.#options.maxMessage);
      if (length < 0) break;
      const end = at + 1 + length;
      const type = buffer[at] as number;
      if (this.#exchange.expected[0]?.kind === 'own' && !isAside(type)) {
        const to = takeOwn(this.#exchange, buffer, at);
        if (to > at) this.#failures.replacement = { bytes: NOTHING, replaces: to - at };
        break;
      }
      if (end > buffer.length) {
        at = this.#cut(type, at, end);
        break;
      }
      const from = at;
      const muted = this.#muted;
      at = end;
      if (type === BACKEND.dataRow) {
        if (this.#masked.active || (!this.#results.inRows && this.#beginRows(from)))
          at = this.#masked.take(from);
        else this.#results.row(from, end);
      } else if (type === BACKEND.copyData && this.#masked.active) at = this.#masked.take(from);
      else if (!this.#message(type, from, end)) {
        at = from;
        break;
      }
      if (muted) this.#mute(type, from, at);
    }
    this.#results.flush(at);
    this.#results.end(null);
    return at;
  }

  /** Rows that nothing right before them described; returns whether they are masked or limited. */
  #beginRows(at: number): boolean {
    const statement = rowOwner(this.#exchange);
    if (this.#masked.begin(statement)) return true;
    this.#results.beginRows(statement, at);
    return false;
  }

  #mute(type: number, from: number, to: number): void {
    if (isAside(type)) return;
    if (type === BACKEND.readyForQuery) this.#muted = false;
    else if (type === BACKEND.copyInResponse)
      throw new AnswerRefused('a statement behind the result that was cut awaits data that nobody will send');
    else this.#masked.mute(from, to);
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
    if (streams && length >= CHUNK_BYTES && !this.#held(type, length)) {
      if (this.#buffer.length - at < ROW_HEAD_BYTES) return at;
      const statement = type === BACKEND.dataRow ? rowOwner(this.#exchange) : copyOwner(this.#exchange);
      return this.#results.stream(statement, type === BACKEND.copyData, at, end);
    }
    if (length > MAX_HELD_BYTES)
      throw new ProtocolViolation(
        `the server sent a message of ${length} bytes; at most ${MAX_HELD_BYTES} are held`,
      );
    return at;
  }

  /** Whether a long row or CopyData is awaited whole, as it is to be masked. */
  #held(type: number, length: number): boolean {
    const { active } = this.#masked;
    if (
      !active &&
      (type !== BACKEND.dataRow || this.#results.inRows || !this.#masked.begin(rowOwner(this.#exchange)))
    )
      return false;
    if (length > MAX_MASKED_BYTES) throw tooLongToMask('a row');
    return true;
  }

  /** Returns whether the message was taken; else the walk stops before it. */
  #message(type: number, at: number, end: number): boolean {
    switch (type) {
      case BACKEND.readyForQuery:
        this.#ready(at, end);
        return true;
      case BACKEND.commandComplete:
        this.#completed(lastString(this.#buffer, at + MESSAGE_HEAD_BYTES, end), at, end);
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
        return this.#error(at, end);
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
        return this.#ended(runningStatement(this.#exchange, 'an EmptyQueryResponse'), 'empty', at);
      case BACKEND.portalSuspended: {
        if (this.#exchange.next()?.kind !== 'execute') throw misplaced('PortalSuspended');
        const statement = runningStatement(this.#exchange, 'PortalSuspended');
        this.#names.left(statement);
        this.#transactions.completed(statement.number, statement.ordinal, '', null);
        this.#passedOn(statement, '', at, end);
        return this.#ended(statement, 'suspended', at);
      }
      case BACKEND.copyInResponse:
        return this.#exchange.beginCopyIn(runningStatement(this.#exchange, 'a CopyInResponse'));
      case BACKEND.copyOutResponse: {
        const statement = runningStatement(this.#exchange, 'a CopyOutResponse');
        statement.copyingOut = true;
        this.#results.beginCopy(statement, at);
        return this.#masked.beginCopy(statement);
      }
      case BACKEND.copyData:
        return this.#results.copyRow(copyOwner(this.#exchange), at, end);
      case BACKEND.copyDone:
        copyOwner(this.#exchange).copyingOut = false;
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
    this.#asides.take(type, this.#buffer, at, end);
  }

  /** ErrorResponse; returns whether it was taken. */
  #error(at: number, end: number): boolean {
    const { lane } = this.#exchange;
    const next = this.#exchange.next();
    if (lane !== null) this.#results.end(null); // the ordinal of what failed is one further
    const shown = lane === null ? null : this.#shownError(lane, at, end);
    if (next?.kind === 'query' || next?.kind === 'execute') this.#masked.ended(next.statement);
    return this.#failures.error(this.#buffer, at, end, shown);
  }

  #shownError(lane: Lane, at: number, end: number): Buffer {
    const message = this.#buffer.subarray(at, end);
    const { wire, record } = this.#sayings.report(message, 'error', lane);
    if (wire !== message) this.#masked.splice(at, end, wire);
    return record;
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
    if (this.#exchange.lane !== null) this.#masked.withholdResult(statement, at, end);
    this.#transactions.completed(statement.number, 0, 'FUNCTION CALL', null);
    this.#results.finish(statement, 'completed', 'FUNCTION CALL', null, end);
  }

  /** A SQL statement ended: a result that was cut before has an error for its end. */
  #passedOn(statement: RunningStatement, tag: string, at: number, end: number): void {
    this.#sayings.ran(statement, tag);
    if (this.#masked.completed(statement, at, end)) this.#muted = true;
  }

  #completed(tag: string, at: number, end: number): void {
    const next = this.#exchange.next();
    const statement = runningStatement(this.#exchange, 'a CommandComplete');
    this.#results.end(null); // of the SQL statement before it: this one's ordinal is known from here on
    const command = this.#names.completed(statement, next?.kind === 'execute' ? next.names : null, tag);
    this.#transactions.completed(statement.number, statement.ordinal, tag, command);
    if (this.#exchange.copyIn === statement) this.#exchange.copyIn = null;
    this.#passedOn(statement, tag, at, end);
    this.#ended(statement, 'completed', at, tag);
  }

  /** One SQL statement ended; an Execute is answered by it, a Query goes on until ReadyForQuery. */
  #ended(
    statement: RunningStatement,
    status: 'completed' | 'suspended' | 'empty',
    at: number,
    tag = '',
  ): void {
    this.#masked.ended(statement);
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
    this.#sayings.ready(indicator);
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
