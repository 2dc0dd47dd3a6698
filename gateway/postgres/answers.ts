/**
 * The server's direction: reads messages, records what they answer, and takes them off what the agent is owed. Rows are
 * recorded as the wire messages they came in, so a chunk of a result costs one look at each header and no copy.
 */
import { performance } from 'node:perf_hooks';
import type { SessionRecorder } from '../recorder/recorder.ts';
import { describedAt, type Exchange, type RunningStatement } from './exchange.ts';
import { recordSkipped } from './intents.ts';
import { BACKEND, errorField, readNotification, rowsOfTag, stringAt } from './wire/backend.ts';
import { MESSAGE_HEAD_BYTES, messageLength, ProtocolViolation } from './wire/framing.ts';

/** Longest message taken from a server; rows beyond {@link CHUNK_BYTES} stream through in parts. */
const MAX_MESSAGE_BYTES = 1 << 30;

/** Longest message other than rows, which is held whole. */
const MAX_HELD_BYTES = 64 << 20;

/** A chunk of rows ends at whichever comes first (DESIGN §5). */
const CHUNK_ROWS = 256;
const CHUNK_BYTES = 64 * 1024;

/** What belongs to nothing the agent asked: a server's FATAL, or a message no honest server sends. */
const NOTHING = {
  number: 0,
  ordinal: 0,
  rows: 0,
  bytes: 0,
  since: 0,
  describedAt: null,
  portal: null,
  copyingIn: false,
};

/** An outcome that waits for a ReadyForQuery in the same read. */
interface Ending {
  readonly statement: RunningStatement;
  readonly status: 'completed' | 'suspended' | 'empty' | 'failed';
  readonly tag: string;
  readonly sqlstate: string | null;
  readonly rows: number;
  readonly answer: Buffer | null;
  /** Whether `answer` holds the RowDescription. */
  readonly describes: boolean;
}

export class Answers {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  readonly #onParameter: (name: string, value: string) => void;
  #buffer: Buffer = Buffer.alloc(0);
  /** Messages from here on (T, D, E, V of one statement, or H and d of a COPY) are not recorded yet; -1: none. */
  #runStart = -1;
  #runRows = 0;
  #runDescribes = false;
  #runCopies = false;
  #remaining = 0;
  #ending: Ending | null = null;

  /** `onParameter` is told of every parameter that the server reports. */
  constructor(
    recorder: SessionRecorder,
    exchange: Exchange,
    onParameter: (name: string, value: string) => void = () => {},
  ) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#onParameter = onParameter;
  }

  /** Whether a row or COPY chunk was passed on in part and its rest is still to come. */
  get midRow(): boolean {
    return this.#remaining > 0;
  }

  /** Records the messages of `buffer`; returns how many bytes may be forwarded. Throws {@link ProtocolViolation}. */
  walk(buffer: Buffer): number {
    this.#buffer = buffer;
    let at = this.#remaining > 0 ? this.#rest() : 0;
    for (;;) {
      const length = messageLength(buffer, at, MAX_MESSAGE_BYTES);
      if (length < 0) break;
      const end = at + 1 + length;
      const type = buffer[at] as number;
      if (end > buffer.length) {
        if (length >= CHUNK_BYTES && (type === BACKEND.dataRow || type === BACKEND.copyData))
          at = this.#streamed(type, at, end);
        else if (length > MAX_HELD_BYTES)
          throw new ProtocolViolation(`the server sent a message of ${length} bytes`);
        break;
      }
      if (type === BACKEND.dataRow) this.#row(at, end);
      else this.#message(type, at, end);
      at = end;
    }
    this.#recordRun(at, false);
    this.#recordEnding(null);
    return at;
  }

  #row(at: number, end: number): void {
    if (this.#runStart < 0) this.#begin(at);
    this.#runRows++;
    if (this.#runRows >= CHUNK_ROWS || end - this.#runStart >= CHUNK_BYTES) this.#recordRun(end, false);
  }

  /** The start of a row or COPY chunk too long to hold: what is here is recorded and goes on. */
  #streamed(type: number, at: number, end: number): number {
    if (this.#runStart < 0) this.#begin(at);
    if (type === BACKEND.copyData) this.#runCopies = true;
    this.#remaining = end - this.#buffer.length;
    this.#recordRun(this.#buffer.length, true);
    return this.#buffer.length;
  }

  #rest(): number {
    const end = Math.min(this.#remaining, this.#buffer.length);
    this.#remaining -= end;
    this.#runStart = 0;
    // A row counts where it ends, so that whoever looks for a row reads the event that completes it.
    this.#runRows = this.#remaining === 0 ? 1 : 0;
    this.#recordRun(end, this.#remaining > 0);
    return end;
  }

  #message(type: number, at: number, end: number): void {
    switch (type) {
      case BACKEND.readyForQuery:
        return this.#ready(at);
      case BACKEND.commandComplete: {
        const tag = stringAt(this.#buffer.subarray(at, end), MESSAGE_HEAD_BYTES);
        return this.#end('completed', tag, null, at);
      }
      case BACKEND.bindComplete:
      case BACKEND.parseComplete:
      case BACKEND.closeComplete:
        return this.#acknowledged();
      case BACKEND.rowDescription:
        return this.#described(at, end);
      case BACKEND.parameterDescription:
        this.#begin(at);
        return;
      case BACKEND.noData:
        return this.#described(at, end);
      case BACKEND.errorResponse:
        return this.#failed(at, end);
      case BACKEND.emptyQueryResponse:
        return this.#end('empty', '', null, at);
      case BACKEND.portalSuspended:
        return this.#end('suspended', '', null, at);
      case BACKEND.copyInResponse:
        return this.#copyIn();
      case BACKEND.copyOutResponse:
        this.#begin(at);
        this.#runCopies = true;
        return;
      case BACKEND.copyData:
        return this.#copyRow(at, end);
      case BACKEND.copyDone:
        return this.#recordRun(at, false);
      case BACKEND.functionCallResponse:
        this.#begin(at);
        return this.#end('completed', 'FUNCTION CALL', null, end);
      default:
        return this.#aside(type, at, end);
    }
  }

  /** Messages that may come at any time, in the order they came. */
  #aside(type: number, at: number, end: number): void {
    this.#recordRun(at, false);
    this.#recordEnding(null);
    const message = this.#buffer.subarray(at, end);
    switch (type) {
      case BACKEND.noticeResponse: {
        const severity = errorField(message, 'V') || errorField(message, 'S');
        this.#recorder.record('notice', { severity, sqlstate: errorField(message, 'C'), message });
        return;
      }
      case BACKEND.notificationResponse:
        this.#recorder.record('notification', { ...readNotification(message), message });
        return;
      case BACKEND.parameterStatus: {
        const name = stringAt(message, MESSAGE_HEAD_BYTES);
        this.#recorder.record('parameterStatus', { name, message });
        this.#onParameter(name, stringAt(message, MESSAGE_HEAD_BYTES + Buffer.byteLength(name) + 1));
        return;
      }
      default:
        throw new ProtocolViolation(`the server sent a message of type ${type}, which has no place here`);
    }
  }

  #copyRow(at: number, end: number): void {
    if (this.#runStart < 0) this.#begin(at);
    this.#runCopies = true;
    this.#runRows++;
    if (end - this.#runStart >= CHUNK_BYTES) this.#recordRun(end, false);
  }

  #copyIn(): void {
    const statement = this.#statement();
    statement.copyingIn = true;
    this.#exchange.ignoreSyncsWithinCopy();
    const end = this.#exchange.expected.findIndex((entry) => entry.kind === 'copyEnd');
    if (end >= 0) statement.copyingIn = false;
  }

  #acknowledged(): void {
    const next = this.#exchange.next();
    if (next?.kind === 'parse' || next?.kind === 'bind' || next?.kind === 'close')
      this.#exchange.expected.shift();
  }

  /** RowDescription or NoData: of a Query's rows, of a Describe that its Execute follows, or of a Describe of its own. */
  #described(at: number, end: number): void {
    const next = this.#exchange.next();
    if (next?.kind !== 'describe') {
      if (next?.kind === 'query') this.#recordEnding(null);
      this.#begin(at);
      this.#runDescribes = true;
      return;
    }
    this.#exchange.expected.shift();
    const following = this.#exchange.next();
    const answersExecute =
      next.target === 'P' && following?.kind === 'execute' && following.portal === next.name;
    if (answersExecute && this.#buffer[at] === BACKEND.rowDescription) {
      this.#begin(at);
      this.#runDescribes = true;
      return;
    }
    if (answersExecute) return;
    const start = this.#runStart >= 0 ? this.#runStart : at;
    this.#runStart = -1;
    this.#recordEnding(null);
    const message = this.#buffer.subarray(start, end);
    const sequence = this.#recorder.record('description', { target: next.target, name: next.name, message });
    if (next.named !== null) next.named.describedAt = sequence;
  }

  #failed(at: number, end: number): void {
    const message = this.#buffer.subarray(at, end);
    const sqlstate = errorField(message, 'C');
    const next = this.#exchange.next();
    if (this.#runCopies) this.#recordRun(at, false);
    if (this.#runStart < 0) this.#begin(at);
    if (
      next === undefined ||
      next.kind === 'query' ||
      next.kind === 'functionCall' ||
      next.kind === 'execute'
    ) {
      this.#finish('failed', '', sqlstate, end);
      if (next?.kind === 'execute') this.#exchange.expected.shift();
    } else {
      const number = 'statement' in next && typeof next.statement === 'number' ? next.statement : 0;
      const owner = this.#exchange.expected.find(
        (entry) => entry.kind === 'execute' && entry.statement.number === number,
      );
      const statement = owner?.kind === 'execute' ? owner.statement : { ...NOTHING };
      this.#finish('failed', '', sqlstate, end, statement);
      if (owner !== undefined) this.#exchange.expected.splice(this.#exchange.expected.indexOf(owner), 1);
    }
    if (next !== undefined && next.kind !== 'query' && next.kind !== 'functionCall') this.#discardUntilSync();
  }

  /** After an error in the extended protocol the server answers nothing before the next Sync. */
  #discardUntilSync(): void {
    const { expected } = this.#exchange;
    while (expected.length > 0 && expected[0]?.kind !== 'sync') {
      const entry = expected.shift();
      if (entry?.kind !== 'execute' && entry?.kind !== 'query') continue;
      this.#recordEnding(null);
      recordSkipped(this.#recorder, entry.statement.number);
    }
    if (expected.length === 0) this.#exchange.discarding = true;
  }

  #ready(at: number): void {
    this.#recordRun(at, false);
    const transaction = String.fromCharCode(this.#buffer[at + MESSAGE_HEAD_BYTES] ?? 0);
    this.#exchange.transaction = transaction;
    if (this.#ending !== null) this.#recordEnding(transaction);
    else this.#recorder.record('ready', { transaction });
    const next = this.#exchange.next();
    if (next?.kind === 'sync' || next?.kind === 'query' || next?.kind === 'functionCall')
      this.#exchange.expected.shift();
    this.#exchange.next();
  }

  /** One SQL statement ended; an Execute is answered by it, a Query goes on until ReadyForQuery. */
  #end(status: Ending['status'], tag: string, sqlstate: string | null, at: number): void {
    this.#finish(status, tag, sqlstate, at);
    if (this.#exchange.next()?.kind === 'execute') this.#exchange.expected.shift();
  }

  #finish(
    status: Ending['status'],
    tag: string,
    sqlstate: string | null,
    at: number,
    statement = this.#statement(),
  ): void {
    if (this.#runCopies) this.#recordRun(at, false);
    const answer = this.#runStart < 0 ? null : this.#buffer.subarray(this.#runStart, at);
    const counted = statement.rows + this.#runRows;
    // A tag's count is the server's own; CopyData messages are not rows one to one (a binary COPY has a trailer).
    const rows = rowsOfTag(tag) ?? counted;
    this.#recordEnding(null);
    statement.bytes += answer?.length ?? 0;
    this.#ending = { statement, status, tag, sqlstate, rows, answer, describes: this.#runDescribes };
    this.#runStart = -1;
    this.#runRows = 0;
    this.#runDescribes = false;
  }

  #recordEnding(transaction: string | null): void {
    const ending = this.#ending;
    if (ending === null) return;
    this.#ending = null;
    const { statement, answer, describes } = ending;
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
      answer,
    });
    if (describes) rememberColumns(statement, sequence);
    statement.ordinal++;
    statement.rows = statement.bytes = 0;
    statement.since = now;
    if (ending.status !== 'suspended') statement.describedAt = null;
  }

  /** Records what the run holds up to `to`: rows ahead of their outcome, or COPY data. */
  #recordRun(to: number, continued: boolean): void {
    if (this.#runStart < 0) return;
    const data = this.#buffer.subarray(this.#runStart, to);
    const rows = this.#runRows;
    this.#runStart = -1;
    this.#runRows = 0;
    if (data.length === 0) return;
    this.#recordEnding(null);
    const statement = this.#statement();
    const { number, ordinal } = statement;
    statement.rows += rows;
    statement.bytes += data.length;
    if (this.#runCopies) {
      this.#recorder.record('copyOut', { statement: number, ordinal, rows, continued, data });
      this.#runCopies = continued;
      return;
    }
    const describes = this.#runDescribes;
    this.#runDescribes = false;
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

  #begin(at: number): void {
    if (this.#runStart >= 0) return;
    this.#runStart = at;
    this.#runRows = 0;
  }

  #statement(): RunningStatement {
    const next = this.#exchange.next();
    if (
      next !== undefined &&
      (next.kind === 'query' || next.kind === 'execute' || next.kind === 'functionCall')
    )
      return next.statement;
    return { ...NOTHING };
  }
}

/** The event's payload holds the RowDescription: later rows of the statement and its portal point there. */
function rememberColumns(statement: RunningStatement, sequence: number): void {
  statement.describedAt = sequence;
  if (statement.portal !== null) statement.portal.describedAt = sequence;
}
