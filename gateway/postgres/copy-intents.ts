/** The agent's side of COPY FROM STDIN: its data and their end, as events (PostgreSQL manual, "COPY Operations"). */
import type { SessionRecorder } from '../recorder/recorder.ts';
import { COPY_END, type Exchange, type RunningStatement } from './exchange.ts';
import { copiesMasked } from './masked/copied-in.ts';
import { FRONTEND, readCopyFail } from './wire/frontend.ts';
import { messageLength, ProtocolViolation } from './wire/framing.ts';

/** COPY data beyond this goes into the next event. */
const CHUNK_BYTES = 64 * 1024;

const NOTHING = Buffer.alloc(0);

export class CopyIntents {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  readonly #maxMessage: number;
  /** Bytes of the last CopyData that have not come yet, and the statement they belong to. */
  #remaining = 0;
  #owner = 0;
  /** The statement whose data were looked at last, and whether the record may not hold them. */
  #seen = 0;
  #withheld = false;

  constructor(recorder: SessionRecorder, exchange: Exchange, maxMessage: number) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#maxMessage = maxMessage;
  }

  /** Whether the bytes that come next go on a message that was recorded in part. */
  get midMessage(): boolean {
    return this.#remaining > 0;
  }

  /**
   * Takes a run of whole CopyData messages as one event, and of one larger than a chunk the part that is here; returns
   * its end.
   */
  data(buffer: Buffer, at: number): number {
    const statement = this.#statement();
    // The server would ignore it: nobody sends data there but to hide something.
    if (statement === null) throw new ProtocolViolation('COPY data outside of COPY');
    this.#owner = statement;
    let end = at;
    while (end < buffer.length && buffer[end] === FRONTEND.copyData && end - at < CHUNK_BYTES) {
      const length = messageLength(buffer, end, this.#maxMessage);
      if (length < 0) break;
      const messageEnd = end + 1 + length;
      if (messageEnd > buffer.length) {
        if (1 + length <= CHUNK_BYTES) break;
        this.#remaining = messageEnd - buffer.length;
        end = buffer.length;
        break;
      }
      end = messageEnd;
    }
    if (end > at) this.#record(buffer.subarray(at, end));
    return end;
  }

  /** Takes the next part of a long message; returns its end. */
  rest(buffer: Buffer, at: number): number {
    const end = Math.min(buffer.length, at + Math.min(this.#remaining, CHUNK_BYTES));
    this.#remaining -= end - at;
    this.#record(buffer.subarray(at, end));
    return end;
  }

  #record(data: Buffer): void {
    const continued = this.#remaining > 0;
    if (this.#seen !== this.#owner) this.#look();
    const shown = this.#withheld ? NOTHING : data;
    this.#recorder.record('copyIn', { statement: this.#owner, bytes: data.length, continued, data: shown });
  }

  /** What is kept from the record is on it before anything else of the data. */
  #look(): void {
    const { copyIn, lane } = this.#exchange;
    this.#seen = this.#owner;
    this.#withheld = copiesMasked(copyIn ?? this.#last(), lane);
    if (this.#withheld)
      this.#recorder.record('withheld', { statement: this.#owner, where: 'copy', what: 'data' });
  }

  /** The statement that was sent last, of which the server has not said yet that it is a COPY. */
  #last(): RunningStatement | null {
    const last = this.#exchange.expected.findLast(({ kind }) => kind === 'query' || kind === 'execute');
    return last?.kind === 'query' || last?.kind === 'execute' ? last.statement : null;
  }

  /** CopyDone or CopyFail; outside of COPY the server ignores them, and some drivers send one too many. */
  end(message: Buffer): void {
    const exchange = this.#exchange;
    const failed = message[0] === FRONTEND.copyFail;
    const reason = failed ? readCopyFail(message) : '';
    const statement = this.#statement() ?? exchange.lastNumber;
    this.#recorder.record('copyInEnd', { statement, failed, reason });
    // Where the COPY is not known to have begun, its end has to be remembered for when it does.
    if (exchange.copyIn === null && exchange.copyRest === 0 && exchange.expected.length > 0)
      exchange.expected.push(COPY_END);
    exchange.copyIn = null;
    exchange.copyRest = 0;
  }

  /**
   * The statement that data belong to: the COPY under way, the one that the server gave up, or the last one sent, which may
   * yet turn out to be a COPY; null outside of these.
   */
  #statement(): number | null {
    const { copyIn, copyRest, expected, discarding, lastNumber } = this.#exchange;
    if (copyIn !== null) return copyIn.number;
    if (copyRest > 0) return copyRest;
    return expected.length > 0 || discarding ? lastNumber : null;
  }
}
