/**
 * The server's direction: reads messages, records what they answer, and takes them off what the agent is owed. The server may
 * be hostile: what no server sends at that point ends the session, because from there on nobody could say what belongs to
 * what (PostgreSQL manual §54.2 "Message Flow").
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import { Asides, isAside } from './asides.ts';
import { Descriptions } from './descriptions.ts';
import { Endings } from './endings.ts';
import type { Exchange } from './exchange.ts';
import { Failures, type Replacement } from './failures.ts';
import { AnswerRefused, MAX_MASKED_BYTES, tooLongToMask } from './masked/answer-refused.ts';
import { MaskedResults } from './masked/masked-results.ts';
import { MaskedSayings } from './masked/masked-sayings.ts';
import { Names } from './names.ts';
import { isForAgent, takeOwn } from './own-questions.ts';
import { copyOwner, rowOwner, runningStatement, takeAcknowledged, takeReady } from './owners.ts';
import { CHUNK_BYTES, Results } from './results.ts';
import type { Splice } from './splice.ts';
import { Transactions } from './transactions.ts';
import { BACKEND, tagOf } from './wire/backend.ts';
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
  readonly #descriptions: Descriptions;
  readonly #failures: Failures;
  readonly #endings: Endings;
  #buffer: Buffer = Buffer.alloc(0);
  constructor(recorder: SessionRecorder, exchange: Exchange, options: AnswersOptions) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#options = options;
    const { cancel, onParameter } = options;
    const results = (this.#results = new Results(recorder));
    const transactions = (this.#transactions = new Transactions(recorder));
    const names = new Names(recorder, exchange.symbols);
    const masked = (this.#masked = new MaskedResults({ recorder, exchange, results, cancel }));
    const sayings = (this.#sayings = new MaskedSayings(recorder, exchange, masked.tally));
    this.#asides = new Asides({ recorder, exchange, masked, sayings, onParameter });
    this.#descriptions = new Descriptions(recorder, exchange, results, masked);
    this.#failures = new Failures(recorder, exchange, { results, transactions, names });
    this.#endings = new Endings({ exchange, results, masked, sayings, transactions, names });
  }

  /** What the agent gets in place of the message that the walk stopped before; null when it just had to stop. */
  get replacement(): Replacement | null {
    const { replacement } = this.#failures;
    return replacement !== null && this.#endings.muted ? { ...replacement, bytes: NOTHING } : replacement;
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
      if (this.#exchange.expected[0]?.kind === 'own' && !isForAgent(type)) {
        const to = takeOwn(this.#exchange, buffer, at);
        if (to > at) this.#failures.replacement = { bytes: NOTHING, replaces: to - at };
        break;
      }
      if (end > buffer.length) {
        at = this.#cut(type, at, end);
        break;
      }
      const from = at;
      const muted = this.#endings.muted;
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
    if (type === BACKEND.readyForQuery) this.#endings.muted = false;
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
        this.#endings.completed(tagOf(this.#buffer, at, end), at, end);
        return true;
      case BACKEND.parseComplete:
        takeAcknowledged(this.#exchange, 'parse');
        return true;
      case BACKEND.bindComplete:
        takeAcknowledged(this.#exchange, 'bind');
        return true;
      case BACKEND.closeComplete:
        takeAcknowledged(this.#exchange, 'close');
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
        return this.#endings.empty(at);
      case BACKEND.portalSuspended:
        return this.#endings.suspended(at, end);
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
        return this.#endings.functionResult(at, end);
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
    const next = this.#exchange.next();
    if (this.#exchange.lane !== null) this.#results.end(null); // the ordinal of what failed is one further
    const shown = this.#asides.error(this.#buffer, at, end);
    if (next?.kind === 'query' || next?.kind === 'execute') this.#masked.ended(next.statement);
    return this.#failures.error(this.#buffer, at, end, shown);
  }

  #ready(at: number, end: number): void {
    this.#results.flush(at);
    if (end - at !== MESSAGE_HEAD_BYTES + 1)
      throw new ProtocolViolation('the server sent a malformed ReadyForQuery');
    const indicator = String.fromCharCode(this.#buffer[at + MESSAGE_HEAD_BYTES] as number);
    this.#exchange.transaction = indicator;
    if (!this.#results.end(indicator)) this.#recorder.record('ready', { transaction: indicator });
    this.#exchange.transaction = indicator;
    takeReady(this.#exchange);
    this.#sayings.ready(indicator);
    if (this.#transactions.ready(indicator)) this.#exchange.symbols.endTransaction();
  }
}
