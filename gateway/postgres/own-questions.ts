/**
 * What the gateway asks the agent's own backend, between two groups of the agent's messages. It is asked by the extended protocol
 * under names of the gateway's own, so that the agent's unnamed statement and portal stay what they are.
 */
import { randomBytes } from 'node:crypto';
import type { SessionRecorder } from '../recorder/recorder.ts';
import { isAside } from './asides.ts';
import type { Answer, Backend, Question } from './catalog/backend.ts';
import type { Exchange } from './exchange.ts';
import { BACKEND, errorField, misplaced } from './wire/backend.ts';
import { askedAs } from './wire/extended.ts';
import { int16, int32, MESSAGE_HEAD_BYTES, messageLength, ProtocolViolation } from './wire/framing.ts';

/** A question whose answer is being read. */
export interface OwnQuestion {
  /** One whole message that answers it; returns whether it was the last. */
  take(message: Buffer): boolean;
}

/** Longest message of an answer. */
const MAX_HELD_BYTES = 64 << 20;

export class OwnQuestions implements Backend {
  readonly #exchange: Exchange;
  readonly #recorder: SessionRecorder;
  readonly #send: (bytes: Buffer) => void;
  /** Names that no agent gives by chance. */
  readonly #name = `auditorium ${randomBytes(8).toString('hex')}`;
  #waiting: PromiseWithResolvers<Answer> | null = null;
  #closed = false;
  /** The statement that asking is for, 0 for none in particular. */
  statement = 0;

  /** `send` passes bytes on to the server once what was recorded is safe. */
  constructor(exchange: Exchange, recorder: SessionRecorder, send: (bytes: Buffer) => void) {
    this.#exchange = exchange;
    this.#recorder = recorder;
    this.#send = send;
  }

  get free(): boolean {
    return this.#idle && this.#exchange.transaction !== 'E';
  }

  get #idle(): boolean {
    return this.#exchange.idle && !this.#closed && this.#waiting === null;
  }

  get inTransaction(): boolean {
    return this.#exchange.transaction === 'T';
  }

  async ask(question: Question): Promise<Answer> {
    if (!this.free && !(question.ends === true && this.#idle))
      throw new TypeError('the backend is not free to be asked');
    const { statement } = this;
    const { purpose, sql, recorded = sql } = question;
    const since = performance.now();
    this.#recorder.record('gatewayQuery', { statement, purpose, text: Buffer.from(recorded) });
    const waiting = (this.#waiting = Promise.withResolvers<Answer>());
    const reading = new Reading((answer, bytes) => {
      this.#waiting = null;
      const rows = 'rows' in answer ? answer.rows.length : 0;
      const sqlstate = 'error' in answer ? answer.error.sqlstate : null;
      const duration = Math.round((performance.now() - since) * 1000);
      this.#recorder.record('gatewayAnswered', { statement, purpose, rows, bytes, sqlstate, duration });
      waiting.resolve(answer);
    });
    this.#exchange.expectOwn(reading);
    this.#send(askedAs(this.#name, question));
    return waiting.promise;
  }

  /** The session ends: nobody will be answered any more. */
  close(): void {
    this.#closed = true;
    this.#waiting?.reject(new Error('the session ended'));
  }
}

class Reading implements OwnQuestion {
  readonly #done: (answer: Answer, bytes: number) => void;
  readonly #rows: (readonly (string | null)[])[] = [];
  #error: { readonly sqlstate: string; readonly message: string } | null = null;
  #bytes = 0;

  constructor(done: (answer: Answer, bytes: number) => void) {
    this.#done = done;
  }

  take(message: Buffer): boolean {
    this.#bytes += message.length;
    switch (message[0]) {
      case BACKEND.parseComplete:
      case BACKEND.bindComplete:
      case BACKEND.closeComplete:
      case BACKEND.commandComplete:
      case BACKEND.noticeResponse: // an agent that asks for debug messages would read the gateway's SQL in them
        return false;
      case BACKEND.dataRow:
        this.#rows.push(readRow(message));
        return false;
      case BACKEND.errorResponse:
        this.#error = { sqlstate: errorField(message, 'C'), message: errorField(message, 'M') };
        return false;
      case BACKEND.readyForQuery:
        this.#done(this.#error === null ? { rows: this.#rows } : { error: this.#error }, this.#bytes);
        return true;
      default:
        throw misplaced(`a message of type ${message[0]}`);
    }
  }
}

/** Whether a message that comes while the gateway's own question is answered is for the agent: notices are about the question. */
export function isForAgent(type: number): boolean {
  return isAside(type) && type !== BACKEND.noticeResponse;
}

/** Takes the whole messages from `at` on that answer what the gateway asks; returns where they end. */
export function takeOwn(exchange: Exchange, buffer: Buffer, at: number): number {
  const { expected } = exchange;
  for (let from = at; ;) {
    const next = expected[0];
    const length = messageLength(buffer, from, MAX_HELD_BYTES);
    const end = from + 1 + length;
    if (next?.kind !== 'own' || length < 0 || end > buffer.length || isForAgent(buffer[from] as number))
      return from;
    const message = buffer.subarray(from, end);
    from = end;
    if (!next.question.take(message)) continue;
    exchange.transaction = String.fromCharCode(message[MESSAGE_HEAD_BYTES] as number);
    expected.shift();
  }
}

function readRow(message: Buffer): (string | null)[] {
  const values: (string | null)[] = [];
  let at = MESSAGE_HEAD_BYTES + 2;
  for (let left = int16(message, MESSAGE_HEAD_BYTES); left > 0; left--) {
    if (at + 4 > message.length) throw cutShort();
    const length = int32(message, at);
    at += 4;
    if (length < 0) values.push(null);
    else {
      if (at + length > message.length) throw cutShort();
      values.push(message.toString('utf8', at, at + length));
      at += length;
    }
  }
  return values;
}

function cutShort(): ProtocolViolation {
  return new ProtocolViolation('the server sent a row that is cut short');
}
