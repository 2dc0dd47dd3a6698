/**
 * The agent's direction: reads whole messages, records what they intend, and notes which answers they will bring. Parse
 * and Bind that come right before their Execute become one event with it, so that a small statement is two events.
 * Nothing is forwarded here: the relay forwards what {@link Intents.walk} took once its events are safe.
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import { CopyIntents } from './copy-intents.ts';
import { type Exchange, MAX_OWED } from './exchange.ts';
import { recordFunctionCall } from './function-call.ts';
import { effective, namesAsked } from './prepared.ts';
import { expectAnswer, expectReady } from './owed.ts';
import { commandOf } from './sql-command.ts';
import { type Named, useFirst } from './symbols.ts';
import {
  type BindMessage,
  FRONTEND,
  type ParseMessage,
  readBind,
  readExecute,
  readParse,
  readQuery,
  readTarget,
} from './wire/frontend.ts';
import { MESSAGE_HEAD_BYTES, messageLength, ProtocolViolation } from './wire/framing.ts';

const NONE: readonly number[] = [];

type Unsent<M> = M & { readonly named: Named };

export interface IntentsOptions {
  /** Longest message taken from an agent, in bytes: what it holds is judged and recorded whole, so it is held in memory. */
  readonly maxMessage: number;
  /** Whether calls of functions by OID are refused. */
  readonly refusesCalls: boolean;
}

export class Intents {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  readonly #options: IntentsOptions;
  readonly #copy: CopyIntents;
  #parse: Unsent<ParseMessage> | null = null;
  #bind: Unsent<BindMessage> | null = null;
  /** Set once the agent said Terminate. */
  terminated = false;
  /** Set when the walk stopped before a message that can only be understood once the server has answered others. */
  waiting = false;

  constructor(recorder: SessionRecorder, exchange: Exchange, options: IntentsOptions) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#options = options;
    this.#copy = new CopyIntents(recorder, exchange, options.maxMessage);
  }

  /** Records the messages of `buffer`; returns how many bytes may be forwarded. Throws {@link ProtocolViolation}. */
  walk(buffer: Buffer): number {
    let at = 0;
    this.waiting = false;
    while (at < buffer.length) {
      const end = this.#step(buffer, at);
      if (end === at) break;
      at = end;
    }
    this.#recordUnsent();
    return at;
  }

  /** Takes the message at `at`, or a run of COPY data; returns its end, `at` when it is not whole yet or has to wait. */
  #step(buffer: Buffer, at: number): number {
    if (this.#copy.midMessage) return this.#copy.rest(buffer, at);
    if (this.#exchange.expected.length >= MAX_OWED) return this.#wait(at);
    const length = messageLength(buffer, at, this.#options.maxMessage);
    if (length < 0) return at;
    if (buffer[at] === FRONTEND.copyData) {
      this.#recordUnsent();
      return this.#copy.data(buffer, at);
    }
    const end = at + 1 + length;
    if (end > buffer.length) return at;
    return this.#message(buffer.subarray(at, end), buffer, at, end);
  }

  #wait(at: number): number {
    this.waiting = true;
    return at;
  }

  #message(message: Buffer, buffer: Buffer, at: number, end: number): number {
    switch (message[0]) {
      case FRONTEND.query:
        this.#query(message);
        return end;
      case FRONTEND.parse:
        this.#onParse(message);
        return end;
      case FRONTEND.bind:
        return this.#onBind(message) ? end : this.#wait(at);
      case FRONTEND.describe:
        this.#onDescribe(message);
        return end;
      case FRONTEND.execute:
        return this.#execute(message, buffer, at, end);
      case FRONTEND.close:
        this.#onClose(message);
        return end;
      case FRONTEND.sync:
        this.#recordUnsent();
        this.#recorder.record('sync', {});
        expectReady(this.#exchange);
        return end;
      case FRONTEND.flush:
        return end;
      case FRONTEND.functionCall:
        this.#functionCall(message);
        return end;
      case FRONTEND.copyDone:
      case FRONTEND.copyFail:
        this.#recordUnsent();
        this.#copy.end(message);
        return end;
      case FRONTEND.terminate:
        this.terminated = true;
        return end;
      default:
        throw new ProtocolViolation(`invalid frontend message type ${message[0]}`);
    }
  }

  #query(message: Buffer): void {
    this.#notWithinCopy('Query');
    this.#recordUnsent();
    const text = readQuery(message);
    const statement = this.#exchange.start(null, text);
    this.#recorder.record('statement', {
      statement: statement.number,
      protocol: 'simple',
      name: null,
      portal: null,
      text,
      parsedAt: null,
      boundAt: null,
      parameterTypes: NONE,
      parameterFormats: NONE,
      parameters: null,
      resultFormats: NONE,
      maxRows: 0,
      sync: false,
      masked: false,
    });
    if (!this.#exchange.discarding) this.#exchange.symbols.openQueries++;
    expectAnswer({ kind: 'query', statement }, this.#exchange, this.#recorder);
    this.#exchange.symbols.endGroup();
  }

  #onParse(message: Buffer): void {
    this.#notWithinCopy('Parse');
    this.#recordUnsent();
    const parse = readParse(message);
    const command = commandOf(parse.text);
    const named = this.#exchange.symbols.give('S', parse.name, {
      at: -1,
      prepared: null,
      command,
      held: false,
    });
    this.#parse = { ...parse, named };
    expectAnswer({ kind: 'parse', named }, this.#exchange, this.#recorder);
  }

  /** Returns false while nobody knows which statement it means. */
  #onBind(message: Buffer): boolean {
    this.#notWithinCopy('Bind');
    const bind = readBind(message);
    const { symbols } = this.#exchange;
    const prepared = symbols.find('S', bind.name);
    if (prepared === undefined) return false;
    if (this.#bind !== null || (this.#parse !== null && this.#parse.name !== bind.name)) this.#recordUnsent();
    const named = symbols.give('P', bind.portal, { at: -1, prepared, command: null, held: false });
    this.#bind = { ...bind, named };
    expectAnswer({ kind: 'bind', named }, this.#exchange, this.#recorder);
    return true;
  }

  #onDescribe(message: Buffer): void {
    this.#notWithinCopy('Describe');
    expectAnswer({ kind: 'describe', ...readTarget(message) }, this.#exchange, this.#recorder);
  }

  #onClose(message: Buffer): void {
    this.#notWithinCopy('Close');
    this.#recordUnsent();
    const { target, name } = readTarget(message);
    this.#recorder.record('close', { target, name });
    expectAnswer(
      { kind: 'close', named: this.#exchange.symbols.take(target, name) },
      this.#exchange,
      this.#recorder,
    );
  }

  /** Execute, with the Parse and Bind right before it and the Sync right behind it. */
  #execute(message: Buffer, buffer: Buffer, at: number, end: number): number {
    this.#notWithinCopy('Execute');
    const { portal, maxRows } = readExecute(message);
    const { symbols } = this.#exchange;
    const named = symbols.find('P', portal);
    const command = effective(named?.prepared?.command ?? null, symbols);
    if (named === undefined || command === undefined) return this.#wait(at);
    if (this.#bind !== null && this.#bind.portal !== portal) this.#recordUnsent();
    const bind = this.#bind;
    const parse = bind === null ? null : this.#parse;
    if (bind === null) this.#recordUnsent();
    this.#parse = this.#bind = null;
    const sync = buffer[end] === FRONTEND.sync && messageLength(buffer, end, this.#options.maxMessage) === 4;
    const statement = this.#exchange.start(named, null);
    const sequence = this.#recorder.record('statement', {
      statement: statement.number,
      protocol: 'extended',
      name: bind?.name ?? null,
      portal,
      text: parse?.text ?? null,
      parsedAt: parse === null ? (named?.prepared?.at ?? null) : null,
      boundAt: bind === null && named !== null && named.at >= 0 ? named.at : null,
      parameterTypes: parse?.parameterTypes ?? NONE,
      parameterFormats: bind?.parameterFormats ?? NONE,
      parameters: bind?.parameters ?? null,
      resultFormats: bind?.resultFormats ?? NONE,
      maxRows,
      sync,
      masked: false,
    });
    if (parse !== null) parse.named.at = sequence;
    if (bind !== null) bind.named.at = sequence;
    if (named !== null) useFirst(named, statement.number);
    const names = command === null ? null : namesAsked(this.#recorder, symbols, statement, command);
    expectAnswer({ kind: 'execute', statement, portal, names }, this.#exchange, this.#recorder);
    if (!sync) return end;
    expectReady(this.#exchange);
    return end + MESSAGE_HEAD_BYTES;
  }

  #functionCall(message: Buffer): void {
    this.#notWithinCopy('FunctionCall');
    this.#recordUnsent();
    const refused = this.#options.refusesCalls;
    if (refused) this.#exchange.refusedCalls++;
    const statement = this.#exchange.start(null, null);
    recordFunctionCall(this.#recorder, statement.number, message, refused);
    expectAnswer({ kind: 'functionCall', statement, refused }, this.#exchange, this.#recorder);
    this.#exchange.symbols.endGroup();
  }

  /** Parse and Bind whose Execute did not follow become events of their own. */
  #recordUnsent(): void {
    const parse = this.#parse;
    if (parse !== null) {
      const { name, text, parameterTypes } = parse;
      parse.named.at = this.#recorder.record('parse', { name, text, parameterTypes, masked: false });
      this.#parse = null;
    }
    const bind = this.#bind;
    if (bind === null) return;
    const { portal, name, parameterFormats, parameters, resultFormats } = bind;
    bind.named.at = this.#recorder.record('bind', {
      portal,
      name,
      parsedAt: bind.named.prepared?.at ?? null,
      parameterFormats,
      parameters,
      resultFormats,
      masked: false,
    });
    this.#bind = null;
  }

  /** A server that awaits COPY data closes the session over anything else. */
  #notWithinCopy(what: string): void {
    if (this.#exchange.copyIn !== null)
      throw new ProtocolViolation(`${what} while the server awaits COPY data`);
  }
}
