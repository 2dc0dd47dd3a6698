/**
 * The agent's direction: reads whole messages, records what they intend, and notes which answers they will bring. Parse
 * and Bind that come right before their Execute become one event with it, so that a small statement is two events.
 * Nothing is forwarded here: the relay forwards what {@link Intents.walk} took once its events are safe.
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import { CopyIntents } from './copy-intents.ts';
import { type Exchange, type Expected, MAX_OWED, type RunningStatement } from './exchange.ts';
import { CALL_REFUSED, recordFunctionCall } from './function-call.ts';
import type { Gate, Judgement } from './judgement.ts';
import { effective, namesAsked } from './prepared.ts';
import { expectAnswer, expectReady } from './owed.ts';
import { failingInstead, failingParse, failingQuery } from './failing.ts';
import {
  failingFor,
  recordedParameters,
  refusalOf,
  refuseStatement,
  type Start,
  Unsent,
  type UnsentMessage,
} from './unsent.ts';
import { commandOf } from './sql-command.ts';
import type { Splice } from './splice.ts';
import { type Named, NO_TYPES, useFirst } from './symbols.ts';
import { describePortal } from './wire/extended.ts';
import {
  type BindMessage,
  FRONTEND,
  readBind,
  readExecute,
  readParse,
  readQuery,
  readTarget,
} from './wire/frontend.ts';
import type { PostgresError } from './wire/errors.ts';
import { MESSAGE_HEAD_BYTES, messageLength, ProtocolViolation } from './wire/framing.ts';

const NONE: readonly number[] = [];

/** A statement, processed and not to be forwarded before somebody has decided. */
export interface HeldUnit {
  readonly statement: RunningStatement;
  readonly judgement: Judgement;
  readonly start: Start;
  /** Where the message stands that is replaced when it is refused: the Query or the Bind. */
  readonly messageAt: number;
  readonly messageEnd: number;
  /** What must fail in the place of that message. */
  readonly failing: Buffer;
  /** Of a Bind: its place among the answers owed. */
  readonly entry: (Expected & { readonly kind: 'bind' }) | null;
}

export interface IntentsOptions {
  /** Longest message taken from an agent, in bytes: what it holds is judged and recorded whole, so it is held in memory. */
  readonly maxMessage: number;
  /** Whether calls of functions by OID are refused. */
  readonly refusesCalls: boolean;
  /** What policy says; null: there is none. */
  readonly gate: Gate | null;
}

export class Intents {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  readonly #options: IntentsOptions;
  readonly #copy: CopyIntents;
  readonly #unsent: Unsent;
  /** Set once the agent said Terminate. */
  terminated = false;
  /**
   * Set when the walk stopped before a message that can only be understood once the server has answered others, or that policy
   * cannot judge yet.
   */
  waiting = false;
  /** What the server gets other than the agent sent, in order; positions are those of the buffer walked last. */
  splices: Splice[] = [];
  /** Set when the walk stopped behind a statement that is held. */
  held: HeldUnit | null = null;
  readonly #gate: Gate | null;
  /** A Bind to be held with its Execute. */
  #holding: Omit<HeldUnit, 'statement'> | null = null;

  constructor(recorder: SessionRecorder, exchange: Exchange, options: IntentsOptions) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#options = options;
    this.#gate = options.gate;
    this.#unsent = new Unsent(recorder, exchange);
    exchange.symbols.keepsTexts = options.gate !== null;
    this.#copy = new CopyIntents(recorder, exchange, options.maxMessage);
  }

  /** Records the messages of `buffer`; returns how many bytes may be forwarded. Throws {@link ProtocolViolation}. */
  walk(buffer: Buffer): number {
    let at = 0;
    this.waiting = false;
    this.held = null;
    if (this.splices.length > 0) this.splices = [];
    while (at < buffer.length) {
      const end = this.#step(buffer, at);
      if (end === at) break;
      at = end;
      if (this.held !== null) break;
    }
    this.#unsent.record();
    return at;
  }

  /** Takes the message at `at`, or a run of COPY data; returns its end, `at` when it is not whole yet or has to wait. */
  #step(buffer: Buffer, at: number): number {
    if (this.#copy.midMessage) return this.#copy.rest(buffer, at);
    if (this.#exchange.expected.length >= MAX_OWED) return this.#wait(at);
    const length = messageLength(buffer, at, this.#options.maxMessage);
    if (length < 0) return at;
    if (buffer[at] === FRONTEND.copyData) {
      this.#unsent.record();
      return this.#copy.data(buffer, at);
    }
    const end = at + 1 + length;
    if (end > buffer.length) return at;
    return this.#message(buffer, at, end);
  }

  #wait(at: number): number {
    this.waiting = true;
    return at;
  }

  #message(buffer: Buffer, at: number, end: number): number {
    switch (buffer[at]) {
      case FRONTEND.query:
        return this.#query(buffer, at, end);
      case FRONTEND.parse:
        return this.#onParse(buffer, at, end);
      case FRONTEND.bind:
        return this.#onBind(buffer, at, end);
      case FRONTEND.describe:
        return this.#onDescribe(buffer, at, end);
      case FRONTEND.execute:
        return this.#execute(buffer, at, end);
      case FRONTEND.close:
        return this.#onClose(buffer, at, end);
      case FRONTEND.sync:
        this.#unsent.record();
        this.#recorder.record('sync', {});
        expectReady(this.#exchange);
        return end;
      case FRONTEND.flush:
        return end;
      case FRONTEND.functionCall:
        this.#functionCall(buffer.subarray(at, end));
        return end;
      case FRONTEND.copyDone:
      case FRONTEND.copyFail:
        this.#unsent.record();
        this.#copy.end(buffer.subarray(at, end));
        return end;
      case FRONTEND.terminate:
        this.terminated = true;
        return end;
      default:
        throw new ProtocolViolation(`invalid frontend message type ${buffer[at]}`);
    }
  }

  #query(buffer: Buffer, at: number, end: number): number {
    this.#notWithinCopy('Query');
    this.#unsent.record();
    const sql = readQuery(buffer, at, end);
    const judgement = this.#judge((gate) => gate.query(sql));
    if (judgement === undefined) return this.#wait(at);
    const start = this.#start(at);
    const statement = this.#exchange.start(null, sql);
    this.#recorder.record('statement', {
      statement: statement.number,
      protocol: 'simple',
      name: null,
      portal: null,
      text: judgement?.text ?? sql,
      parsedAt: null,
      boundAt: null,
      parameterTypes: NONE,
      parameterFormats: NONE,
      parameters: null,
      resultFormats: NONE,
      maxRows: 0,
      sync: false,
      masked: judgement !== null && judgement.text !== null,
    });
    if (!this.#exchange.discarding) this.#exchange.symbols.openQueries++;
    expectAnswer({ kind: 'query', statement }, this.#exchange, this.#recorder);
    this.#exchange.symbols.endGroup();
    if (judgement === null) return end;
    this.#judged(statement, judgement);
    if (judgement.refusal !== null) this.#refuse(statement, judgement.refusal, failingQuery(), at, end);
    else if (judgement.held)
      this.held = {
        statement,
        judgement,
        start,
        messageAt: at,
        messageEnd: end,
        failing: failingQuery(),
        entry: null,
      };
    return end;
  }

  #onParse(buffer: Buffer, at: number, end: number): number {
    this.#notWithinCopy('Parse');
    this.#unsent.record();
    const parse = readParse(buffer, at, end);
    const judgement = this.#judge((gate) =>
      gate.parse(parse.text, parse.parameterTypes, this.#bindBehind(buffer, end, parse.name)),
    );
    if (judgement === undefined) return this.#wait(at);
    const command = commandOf(parse.text);
    const named = this.#exchange.symbols.give('S', parse.name, {
      at: -1,
      prepared: null,
      command,
      held: false,
      source: this.#gate === null ? null : Buffer.from(parse.text),
      types: this.#gate === null ? NO_TYPES : parse.parameterTypes,
    });
    const entry = { kind: 'parse', named, refused: null } as const;
    this.#unsent.parse = { message: parse, named, entry, judgement, start: this.#start(at) };
    expectAnswer(entry, this.#exchange, this.#recorder);
    if (judgement !== null && judgement.refusal !== null)
      this.splices.push({ at, replaces: end - at, bytes: failingParse(parse.name) });
    return end;
  }

  #onBind(buffer: Buffer, at: number, end: number): number {
    this.#notWithinCopy('Bind');
    const bind = readBind(buffer, at, end);
    const { symbols } = this.#exchange;
    const prepared = symbols.find('S', bind.name);
    if (prepared === undefined) return this.#wait(at); // nobody knows which statement it means
    if (!this.#unsent.goesOn(bind)) this.#unsent.record();
    let judgement = this.#judgeBind(prepared, bind);
    if (judgement === undefined) return this.#wait(at);
    if (judgement?.held === true) {
      const follows = this.#followedByExecute(buffer, end, bind.portal);
      if (follows === null) return at; // the rest of what belongs to it has not come yet
      if (!follows) judgement = this.#gate?.unholdable(judgement) ?? null;
    }
    const named = symbols.give('P', bind.portal, {
      at: -1,
      prepared,
      command: null,
      held: false,
      source: null,
      types: NO_TYPES,
    });
    named.judgement = judgement;
    const entry: Expected & { readonly kind: 'bind' } = { kind: 'bind', named, refused: null };
    const start = this.#unsent.parse?.start ?? this.#start(at);
    this.#unsent.bind = { message: bind, named, entry, judgement, start };
    expectAnswer(entry, this.#exchange, this.#recorder);
    if (judgement === null) return end;
    const failing = failingInstead();
    if (judgement.refusal !== null) this.splices.push({ at, replaces: end - at, bytes: failing });
    else if (judgement.held)
      this.#holding = { judgement, start, messageAt: at, messageEnd: end, failing, entry };
    return end;
  }

  #start(at: number): Start {
    const { expected, inGroup } = this.#exchange;
    return { at, owed: expected.length, inGroup };
  }

  /** The Bind of a statement whose Parse is refused is refused with it: the server will not get to it. */
  #judgeBind(prepared: Named | null, bind: BindMessage): Judgement | null | undefined {
    if (refusalOf(this.#unsent.parse) !== null) return null;
    return this.#judge((gate) => gate.bind(prepared, bind));
  }

  /** Null: without a policy, or for what the server will discard. Undefined: not yet. */
  #judge(ask: (gate: Gate) => Judgement | null): Judgement | null | undefined {
    if (this.#gate === null || this.#exchange.discarding) return null;
    return ask(this.#gate) ?? undefined;
  }

  /** A statement's own event is recorded; what policy made of it follows. */
  #judged(statement: RunningStatement, judgement: Judgement): void {
    statement.judged = judgement.judged;
    judgement.record(statement.number);
    if (!judgement.held && judgement.refusal === null) this.#gate?.passed(judgement);
  }

  /** The server gets what must fail in its place, and the agent other words for its error. */
  #refuse(
    statement: RunningStatement,
    refusal: PostgresError,
    failing: Buffer,
    at: number,
    end: number,
  ): void {
    refuseStatement(this.#recorder, statement, refusal, failing);
    this.splices.push({ at, replaces: end - at, bytes: failing });
  }

  /** A held statement was not approved: what must fail goes to the server in its place. */
  refuseHeld({ statement, failing, entry }: HeldUnit, refusal: PostgresError): void {
    if (entry !== null) entry.refused = statement;
    refuseStatement(this.#recorder, statement, refusal, failing);
  }

  /** The Bind right behind the Parse of a statement, if it is here: what policy asks about a statement, it asks before either. */
  #bindBehind(buffer: Buffer, at: number, name: string): BindMessage | null {
    if (buffer[at] !== FRONTEND.bind) return null;
    const length = messageLength(buffer, at, this.#options.maxMessage);
    if (length < 0 || at + 1 + length > buffer.length) return null;
    const bind = readBind(buffer, at, at + 1 + length);
    return bind.name === name ? bind : null;
  }

  /** Whether the Execute of a portal follows its Bind, with nothing but Describe between; null: that has not come yet. */
  #followedByExecute(buffer: Buffer, from: number, portal: string): boolean | null {
    for (let at = from; ;) {
      const length = messageLength(buffer, at, this.#options.maxMessage);
      const end = at + 1 + length;
      if (length < 0 || end > buffer.length) return null;
      if (buffer[at] === FRONTEND.execute) return readExecute(buffer, at, end).portal === portal;
      if (buffer[at] !== FRONTEND.describe) return false;
      at = end;
    }
  }

  #onDescribe(buffer: Buffer, at: number, end: number): number {
    this.#notWithinCopy('Describe');
    const { target, name } = readTarget(buffer, at, end);
    if (this.#gate !== null && target === 'P') {
      const named = this.#exchange.symbols.find('P', name);
      if (named !== undefined && named !== null) named.described = true;
    }
    expectAnswer({ kind: 'describe', target, name, own: false }, this.#exchange, this.#recorder);
    return end;
  }

  #onClose(buffer: Buffer, at: number, end: number): number {
    this.#notWithinCopy('Close');
    this.#unsent.record();
    const { target, name } = readTarget(buffer, at, end);
    this.#recorder.record('close', { target, name });
    expectAnswer(
      { kind: 'close', named: this.#exchange.symbols.take(target, name) },
      this.#exchange,
      this.#recorder,
    );
    return end;
  }

  /** Execute, with the Parse and Bind right before it and the Sync right behind it. */
  #execute(buffer: Buffer, at: number, end: number): number {
    this.#notWithinCopy('Execute');
    const { portal, maxRows } = readExecute(buffer, at, end);
    const { symbols } = this.#exchange;
    const named = symbols.find('P', portal);
    const command = effective(named?.prepared?.command ?? null, symbols);
    if (named === undefined || command === undefined) return this.#wait(at);
    const { parse, bind } = this.#unsent.take(portal);
    const refusing = refusalOf(parse) !== null ? parse : refusalOf(bind) !== null ? bind : null;
    const judgement = this.#judgementOf(named, refusing);
    if (this.#gate !== null && judgement !== null && refusing === null) this.#describe(named, portal, at);
    const sync = buffer[end] === FRONTEND.sync && messageLength(buffer, end, this.#options.maxMessage) === 4;
    const statement = this.#exchange.start(named, null);
    const text = parse === null ? null : (parse.judgement?.text ?? parse.message.text);
    const parameters = bind === null ? null : recordedParameters(bind);
    const sequence = this.#recorder.record('statement', {
      statement: statement.number,
      protocol: 'extended',
      name: bind === null ? null : bind.message.name,
      portal,
      text,
      parsedAt: parse === null ? (named?.prepared?.at ?? null) : null,
      boundAt: bind === null && named !== null && named.at >= 0 ? named.at : null,
      parameterTypes: parse === null ? NONE : parse.message.parameterTypes,
      parameterFormats: bind === null ? NONE : bind.message.parameterFormats,
      parameters,
      resultFormats: bind === null ? NONE : bind.message.resultFormats,
      maxRows,
      sync,
      masked:
        (parse !== null && text !== parse.message.text) ||
        (bind !== null && parameters !== bind.message.parameters),
    });
    if (parse !== null) parse.named.at = sequence;
    if (bind !== null) bind.named.at = sequence;
    if (named !== null) useFirst(named, statement.number);
    const names = command === null ? null : namesAsked(this.#recorder, symbols, statement, command);
    expectAnswer({ kind: 'execute', statement, portal, names }, this.#exchange, this.#recorder);
    if (judgement !== null) this.#decideExecute(statement, judgement, refusing, at, end);
    if (!sync) return end;
    expectReady(this.#exchange);
    return end + MESSAGE_HEAD_BYTES;
  }

  #judgementOf(named: Named | null, refusing: UnsentMessage | null): Judgement | null {
    if (this.#gate === null || this.#exchange.discarding) return null;
    return refusing?.judgement ?? named?.judgement ?? this.#gate.unknownPortal();
  }

  /** Rows are masked by what the portal is described as: where the agent does not ask, the gateway does. */
  #describe(named: Named | null, portal: string, at: number): void {
    if (this.#gate?.describes !== true || named?.described === true) return;
    if (named !== null) named.described = true;
    this.splices.push({ at, replaces: 0, bytes: describePortal(portal) });
    expectAnswer({ kind: 'describe', target: 'P', name: portal, own: true }, this.#exchange, this.#recorder);
  }

  #decideExecute(
    statement: RunningStatement,
    judgement: Judgement,
    refusing: UnsentMessage | null,
    at: number,
    end: number,
  ): void {
    const holding = this.#holding;
    this.#holding = null;
    this.#judged(statement, judgement);
    const { refusal } = judgement;
    if (refusing !== null && refusal !== null) {
      refusing.entry.refused = statement;
      refuseStatement(this.#recorder, statement, refusal, failingFor(refusing));
    } else if (refusal !== null) this.#refuse(statement, refusal, failingInstead(), at, end);
    else if (holding !== null && holding.judgement === judgement) this.held = { ...holding, statement };
  }

  #functionCall(message: Buffer): void {
    this.#notWithinCopy('FunctionCall');
    this.#unsent.record();
    const refused = this.#options.refusesCalls;
    if (refused) this.#exchange.refusedCalls++;
    const statement = this.#exchange.start(null, null);
    if (refused) statement.refusal = CALL_REFUSED;
    recordFunctionCall(this.#recorder, statement.number, message, refused);
    expectAnswer({ kind: 'functionCall', statement }, this.#exchange, this.#recorder);
    this.#exchange.symbols.endGroup();
  }

  /** A server that awaits COPY data closes the session over anything else. */
  #notWithinCopy(what: string): void {
    if (this.#exchange.copyIn !== null)
      throw new ProtocolViolation(`${what} while the server awaits COPY data`);
  }
}
