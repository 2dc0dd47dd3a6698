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
import { expectAnswer, expectReady, recordSkipped } from './owed.ts';
import { failingInstead, failingParse, failingQuery } from './failing.ts';
import { commandOf } from './sql-command.ts';
import type { Splice } from './splice.ts';
import { type Named, NO_TYPES, useFirst } from './symbols.ts';
import { describePortal } from './wire/extended.ts';
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
import type { PostgresError } from './wire/errors.ts';
import { MESSAGE_HEAD_BYTES, messageLength, ProtocolViolation } from './wire/framing.ts';

const NONE: readonly number[] = [];

/** A Parse or Bind that is to be one event with its Execute; `entry` is its place among the answers owed. */
type Unsent<M> = M & {
  readonly named: Named;
  readonly entry: Expected & { readonly kind: 'parse' | 'bind' };
  readonly judgement: Judgement | null;
};

/** A statement, processed and not to be forwarded before somebody has decided. */
export interface HeldUnit {
  readonly statement: RunningStatement;
  readonly judgement: Judgement;
  /** Where it begins, and where its first message ends, which is replaced when it is refused. */
  readonly from: number;
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
  #parse: Unsent<ParseMessage> | null = null;
  #bind: Unsent<BindMessage> | null = null;
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
        return this.#query(message, at, end);
      case FRONTEND.parse:
        return this.#onParse(message, at, end);
      case FRONTEND.bind:
        return this.#onBind(message, buffer, at, end);
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

  #query(message: Buffer, at: number, end: number): number {
    this.#notWithinCopy('Query');
    this.#recordUnsent();
    const sql = readQuery(message);
    const judgement = this.#judge((gate) => gate.query(sql));
    if (judgement === undefined) return this.#wait(at);
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
      this.held = { statement, judgement, from: at, messageEnd: end, failing: failingQuery(), entry: null };
    return end;
  }

  #onParse(message: Buffer, at: number, end: number): number {
    this.#notWithinCopy('Parse');
    this.#recordUnsent();
    const parse = readParse(message);
    const judgement = this.#judge((gate) => gate.parse(parse.text, parse.parameterTypes));
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
    this.#parse = { ...parse, named, entry, judgement };
    expectAnswer(entry, this.#exchange, this.#recorder);
    if (judgement !== null && judgement.refusal !== null)
      this.splices.push({ at, replaces: end - at, bytes: failingParse(parse.name) });
    return end;
  }

  #onBind(message: Buffer, buffer: Buffer, at: number, end: number): number {
    this.#notWithinCopy('Bind');
    const bind = readBind(message);
    const { symbols } = this.#exchange;
    const prepared = symbols.find('S', bind.name);
    if (prepared === undefined) return this.#wait(at); // nobody knows which statement it means
    if (this.#bind !== null || (this.#parse !== null && this.#parse.name !== bind.name)) this.#recordUnsent();
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
    this.#bind = { ...bind, named, entry, judgement };
    expectAnswer(entry, this.#exchange, this.#recorder);
    if (judgement === null) return end;
    const failing = failingInstead();
    if (judgement.refusal !== null) this.splices.push({ at, replaces: end - at, bytes: failing });
    else if (judgement.held) this.#holding = { judgement, from: at, messageEnd: end, failing, entry };
    return end;
  }

  /** The Bind of a statement whose Parse is refused is refused with it: the server will not get to it. */
  #judgeBind(prepared: Named | null, bind: BindMessage): Judgement | null | undefined {
    const parse = this.#parse;
    if (parse !== null && parse.judgement !== null && parse.judgement.refusal !== null) return null;
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
    this.#refused(statement, refusal, failing);
    this.splices.push({ at, replaces: end - at, bytes: failing });
  }

  #refused(statement: RunningStatement, refusal: PostgresError, failing: Buffer): void {
    if (statement.skipped) return;
    statement.refusal = refusal;
    const { number } = statement;
    this.#recorder.record('gatewayStatement', {
      statement: number,
      reason: refusal.message,
      message: failing,
    });
  }

  /** A held statement was not approved: what must fail goes to the server in its place. */
  refuseHeld({ statement, failing, entry }: HeldUnit, refusal: PostgresError): void {
    if (entry !== null) entry.refused = statement;
    this.#refused(statement, refusal, failing);
  }

  /** Whether the Execute of a portal follows its Bind, with nothing but Describe between; null: that has not come yet. */
  #followedByExecute(buffer: Buffer, from: number, portal: string): boolean | null {
    for (let at = from; ;) {
      const length = messageLength(buffer, at, this.#options.maxMessage);
      const end = at + 1 + length;
      if (length < 0 || end > buffer.length) return null;
      if (buffer[at] === FRONTEND.execute) return readExecute(buffer.subarray(at, end)).portal === portal;
      if (buffer[at] !== FRONTEND.describe) return false;
      at = end;
    }
  }

  #onDescribe(message: Buffer): void {
    this.#notWithinCopy('Describe');
    const { target, name } = readTarget(message);
    if (this.#gate !== null && target === 'P') {
      const named = this.#exchange.symbols.find('P', name);
      if (named !== undefined && named !== null) named.described = true;
    }
    expectAnswer({ kind: 'describe', target, name, own: false }, this.#exchange, this.#recorder);
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
    const refusing = refusingOf(parse, bind);
    const judgement = this.#judgementOf(named, refusing);
    if (this.#gate !== null && judgement !== null && refusing === null) this.#describe(named, portal, at);
    const sync = buffer[end] === FRONTEND.sync && messageLength(buffer, end, this.#options.maxMessage) === 4;
    const statement = this.#exchange.start(named, null);
    const sequence = this.#recorder.record('statement', {
      statement: statement.number,
      protocol: 'extended',
      name: bind?.name ?? null,
      portal,
      text: parse === null ? null : (parse.judgement?.text ?? parse.text),
      parsedAt: parse === null ? (named?.prepared?.at ?? null) : null,
      boundAt: bind === null && named !== null && named.at >= 0 ? named.at : null,
      parameterTypes: parse?.parameterTypes ?? NONE,
      parameterFormats: bind?.parameterFormats ?? NONE,
      parameters: bind === null ? null : recordedParameters(bind),
      resultFormats: bind?.resultFormats ?? NONE,
      maxRows,
      sync,
      masked: isMasked(parse, bind),
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

  #judgementOf(
    named: Named | null,
    refusing: Unsent<ParseMessage> | Unsent<BindMessage> | null,
  ): Judgement | null {
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
    refusing: Unsent<ParseMessage> | Unsent<BindMessage> | null,
    at: number,
    end: number,
  ): void {
    const holding = this.#holding;
    this.#holding = null;
    this.#judged(statement, judgement);
    const { refusal } = judgement;
    if (refusing !== null && refusal !== null) {
      refusing.entry.refused = statement;
      this.#refused(statement, refusal, failingFor(refusing));
    } else if (refusal !== null) this.#refuse(statement, refusal, failingInstead(), at, end);
    else if (holding !== null && holding.judgement === judgement) this.held = { ...holding, statement };
  }

  #functionCall(message: Buffer): void {
    this.#notWithinCopy('FunctionCall');
    this.#recordUnsent();
    const refused = this.#options.refusesCalls;
    if (refused) this.#exchange.refusedCalls++;
    const statement = this.#exchange.start(null, null);
    if (refused) statement.refusal = CALL_REFUSED;
    recordFunctionCall(this.#recorder, statement.number, message, refused);
    expectAnswer({ kind: 'functionCall', statement }, this.#exchange, this.#recorder);
    this.#exchange.symbols.endGroup();
  }

  /** Parse and Bind whose Execute did not follow become events of their own. */
  #recordUnsent(): void {
    const [parse, bind] = [this.#parse, this.#bind];
    this.#parse = this.#bind = null;
    if (parse !== null) this.#recordParse(parse);
    if (bind !== null) this.#recordBind(bind);
  }

  #recordParse(parse: Unsent<ParseMessage>): void {
    const { name, parameterTypes, judgement, named } = parse;
    const text = judgement?.text ?? parse.text;
    const masked = judgement !== null && judgement.text !== null;
    named.at = this.#recorder.record('parse', { name, text, parameterTypes, masked });
    if (judgement !== null && judgement.refusal !== null) this.#refuseUnsent(parse, judgement);
  }

  #recordBind(bind: Unsent<BindMessage>): void {
    const { portal, name, parameterFormats, resultFormats, judgement, named } = bind;
    named.at = this.#recorder.record('bind', {
      portal,
      name,
      parsedAt: named.prepared?.at ?? null,
      parameterFormats,
      parameters: recordedParameters(bind),
      resultFormats,
      masked: isMasked(null, bind),
    });
    if (judgement !== null && judgement.refusal !== null) this.#refuseUnsent(bind, judgement);
  }

  /** A Parse or Bind is refused that no Execute followed: the refusal is a statement all the same. */
  #refuseUnsent(unsent: Unsent<ParseMessage> | Unsent<BindMessage>, judgement: Judgement): void {
    const statement = this.#exchange.start(unsent.named, null);
    const parsed = unsent.entry.kind === 'parse';
    this.#recorder.record('statement', {
      statement: statement.number,
      protocol: 'extended',
      name: unsent.name,
      portal: null,
      text: null,
      parsedAt: parsed ? unsent.named.at : (unsent.named.prepared?.at ?? null),
      boundAt: parsed ? null : unsent.named.at,
      parameterTypes: NONE,
      parameterFormats: NONE,
      parameters: null,
      resultFormats: NONE,
      maxRows: 0,
      sync: false,
      masked: false,
    });
    judgement.record(statement.number);
    if (this.#exchange.discarding) return recordSkipped(this.#recorder, statement.number);
    unsent.entry.refused = statement;
    if (judgement.refusal !== null) this.#refused(statement, judgement.refusal, failingFor(unsent));
  }

  /** A server that awaits COPY data closes the session over anything else. */
  #notWithinCopy(what: string): void {
    if (this.#exchange.copyIn !== null)
      throw new ProtocolViolation(`${what} while the server awaits COPY data`);
  }
}

function failingFor({ entry, name }: Unsent<ParseMessage> | Unsent<BindMessage>): Buffer {
  return entry.kind === 'parse' ? failingParse(name) : failingInstead();
}

/** Which of a Parse and its Bind is refused; null: neither. */
function refusingOf(
  parse: Unsent<ParseMessage> | null,
  bind: Unsent<BindMessage> | null,
): Unsent<ParseMessage> | Unsent<BindMessage> | null {
  if (parse?.judgement != null && parse.judgement.refusal !== null) return parse;
  return bind?.judgement != null && bind.judgement.refusal !== null ? bind : null;
}

function recordedParameters({ parameters, parameterFormats, judgement }: Unsent<BindMessage>): Buffer {
  return judgement === null ? parameters : judgement.parameters(parameters, parameterFormats);
}

/** Whether the record holds other values than were sent. */
function isMasked(parse: Unsent<ParseMessage> | null, bind: Unsent<BindMessage> | null): boolean {
  if (parse?.judgement != null && parse.judgement.text !== null) return true;
  return bind !== null && recordedParameters(bind) !== bind.parameters;
}
