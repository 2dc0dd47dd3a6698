/**
 * The agent's direction: reads whole messages, records what they intend, and notes which answers they will bring. Parse
 * and Bind that come right before their Execute become one event with it, so that a small statement is two events.
 * Nothing is forwarded here: the relay forwards what {@link Intents.walk} took once its events are safe.
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { Exchange, Expected, Named } from './exchange.ts';
import {
  type BindMessage,
  FRONTEND,
  type ParseMessage,
  readBind,
  readCopyFail,
  readExecute,
  readFunctionCall,
  readParse,
  readQuery,
  readTarget,
} from './wire/frontend.ts';
import { MESSAGE_HEAD_BYTES, messageLength, ProtocolViolation } from './wire/framing.ts';

/** Longest message taken from an agent: what it holds is judged and recorded whole, so it must fit in memory. */
const MAX_MESSAGE_BYTES = 64 << 20;

/** COPY data beyond this goes into the next event. */
const CHUNK_BYTES = 64 * 1024;

const NONE: readonly number[] = [];

type Unsent<M> = M & { readonly entry: Expected & { statement: number }; readonly named: Named };

export class Intents {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  #parse: Unsent<ParseMessage> | null = null;
  #bind: Unsent<BindMessage> | null = null;
  #copyRemaining = 0;
  /** Set once the agent said Terminate. */
  terminated = false;

  constructor(recorder: SessionRecorder, exchange: Exchange) {
    this.#recorder = recorder;
    this.#exchange = exchange;
  }

  /** Records the messages of `buffer`; returns how many bytes may be forwarded. Throws {@link ProtocolViolation}. */
  walk(buffer: Buffer): number {
    let at = 0;
    while (at < buffer.length) {
      const end = this.#step(buffer, at);
      if (end === at) break;
      at = end;
    }
    this.#recordUnsent();
    return at;
  }

  /** Takes the message at `at`, or a run of COPY data; returns its end, `at` when it is not whole yet. */
  #step(buffer: Buffer, at: number): number {
    if (this.#copyRemaining > 0) return this.#copyRest(buffer, at);
    const length = messageLength(buffer, at, MAX_MESSAGE_BYTES);
    if (length < 0) return at;
    if (buffer[at] === FRONTEND.copyData) return this.#copyData(buffer, at);
    const end = at + 1 + length;
    if (end > buffer.length) return at;
    return this.#message(buffer.subarray(at, end), buffer, end);
  }

  #message(message: Buffer, buffer: Buffer, end: number): number {
    switch (message[0]) {
      case FRONTEND.query:
        this.#query(message);
        return end;
      case FRONTEND.parse:
        return this.#onParse(message, end);
      case FRONTEND.bind:
        return this.#onBind(message, end);
      case FRONTEND.describe:
        return this.#onDescribe(message, end);
      case FRONTEND.execute:
        return this.#execute(message, buffer, end);
      case FRONTEND.close:
        return this.#onClose(message, end);
      case FRONTEND.sync:
        this.#recordUnsent();
        this.#recorder.record('sync', {});
        this.#expectSync();
        return end;
      case FRONTEND.flush:
        return end;
      case FRONTEND.functionCall:
        this.#functionCall(message);
        return end;
      case FRONTEND.copyDone:
      case FRONTEND.copyFail:
        this.#copyEnd(message);
        return end;
      case FRONTEND.terminate:
        this.terminated = true;
        return end;
      default:
        throw new ProtocolViolation(`invalid frontend message type ${message[0]}`);
    }
  }

  #query(message: Buffer): void {
    this.#recordUnsent();
    const statement = this.#exchange.start();
    this.#recorder.record('statement', {
      statement: statement.number,
      protocol: 'simple',
      name: null,
      portal: null,
      text: readQuery(message),
      parsedAt: null,
      boundAt: null,
      parameterTypes: NONE,
      parameterFormats: NONE,
      parameters: null,
      resultFormats: NONE,
      maxRows: 0,
      sync: false,
    });
    this.#expect({ kind: 'query', statement });
  }

  #onParse(message: Buffer, end: number): number {
    this.#recordUnsent();
    const entry = { kind: 'parse', statement: 0 } as const;
    const parse = readParse(message);
    const named: Named = { at: -1, prepared: null, describedAt: null };
    this.#exchange.statements.set(parse.name, named);
    this.#parse = { ...parse, entry, named };
    this.#expect(entry);
    return end;
  }

  #onBind(message: Buffer, end: number): number {
    const bind = readBind(message);
    if (this.#bind !== null || (this.#parse !== null && this.#parse.name !== bind.name)) this.#recordUnsent();
    const entry = { kind: 'bind', statement: 0 } as const;
    const prepared = this.#exchange.statements.get(bind.name) ?? null;
    const named: Named = { at: -1, prepared, describedAt: null };
    this.#exchange.portals.set(bind.portal, named);
    this.#bind = { ...bind, entry, named };
    this.#expect(entry);
    return end;
  }

  #onDescribe(message: Buffer, end: number): number {
    const { target, name } = readTarget(message);
    const named = (target === 'S' ? this.#exchange.statements : this.#exchange.portals).get(name) ?? null;
    this.#expect({ kind: 'describe', target, name, named, statement: 0 });
    return end;
  }

  #onClose(message: Buffer, end: number): number {
    this.#recordUnsent();
    const { target, name } = readTarget(message);
    this.#recorder.record('close', { target, name });
    (target === 'S' ? this.#exchange.statements : this.#exchange.portals).delete(name);
    this.#expect({ kind: 'close', statement: 0 });
    return end;
  }

  /** Execute, with the Parse and Bind right before it and the Sync right behind it. */
  #execute(message: Buffer, buffer: Buffer, end: number): number {
    const { portal, maxRows } = readExecute(message);
    if (this.#bind !== null && this.#bind.portal !== portal) this.#recordUnsent();
    const bind = this.#bind;
    const parse = bind === null ? null : this.#parse;
    if (bind === null) this.#recordUnsent();
    this.#parse = this.#bind = null;
    const sync = buffer[end] === FRONTEND.sync && messageLength(buffer, end, MAX_MESSAGE_BYTES) === 4;
    const named = this.#exchange.portals.get(portal) ?? null;
    const statement = this.#exchange.start(named);
    const sequence = this.#recorder.record('statement', {
      statement: statement.number,
      protocol: 'extended',
      name: bind?.name ?? null,
      portal,
      text: parse?.text ?? null,
      parsedAt: parse === null ? (named?.prepared?.at ?? null) : null,
      boundAt: bind === null ? (named?.at ?? null) : null,
      parameterTypes: parse?.parameterTypes ?? NONE,
      parameterFormats: bind?.parameterFormats ?? NONE,
      parameters: bind?.parameters ?? null,
      resultFormats: bind?.resultFormats ?? NONE,
      maxRows,
      sync,
    });
    for (const part of [parse, bind]) {
      if (part === null) continue;
      part.named.at = sequence;
      part.entry.statement = statement.number;
    }
    this.#expect({ kind: 'execute', statement, portal });
    if (!sync) return end;
    this.#expectSync();
    return end + MESSAGE_HEAD_BYTES;
  }

  #functionCall(message: Buffer): void {
    this.#recordUnsent();
    const statement = this.#exchange.start();
    this.#recorder.record('functionCall', {
      statement: statement.number,
      function: readFunctionCall(message),
      message,
    });
    this.#expect({ kind: 'functionCall', statement });
  }

  /** A run of whole CopyData messages becomes one event; of one larger than a chunk, the part that is here. */
  #copyData(buffer: Buffer, at: number): number {
    let end = at;
    let continued = false;
    while (end < buffer.length && buffer[end] === FRONTEND.copyData && end - at < CHUNK_BYTES) {
      const length = messageLength(buffer, end, MAX_MESSAGE_BYTES);
      if (length < 0) break;
      const messageEnd = end + 1 + length;
      if (messageEnd > buffer.length) {
        if (1 + length <= CHUNK_BYTES) break;
        continued = true;
        this.#copyRemaining = messageEnd - buffer.length;
        end = buffer.length;
        break;
      }
      end = messageEnd;
    }
    if (end > at) this.#recordCopy(buffer.subarray(at, end), continued);
    return end;
  }

  #copyRest(buffer: Buffer, at: number): number {
    const end = Math.min(buffer.length, at + Math.min(this.#copyRemaining, CHUNK_BYTES));
    this.#copyRemaining -= end - at;
    this.#recordCopy(buffer.subarray(at, end), this.#copyRemaining > 0);
    return end;
  }

  #recordCopy(data: Buffer, continued: boolean): void {
    this.#recordUnsent();
    this.#recorder.record('copyIn', {
      statement: this.#copyStatement(),
      bytes: data.length,
      continued,
      data,
    });
  }

  #copyEnd(message: Buffer): void {
    this.#recordUnsent();
    const failed = message[0] === FRONTEND.copyFail;
    const reason = failed ? readCopyFail(message) : '';
    this.#recorder.record('copyInEnd', { statement: this.#copyStatement(), failed, reason });
    const copying = this.#exchange.copyingIn();
    if (copying !== null) copying.copyingIn = false;
    this.#exchange.expected.push({ kind: 'copyEnd' });
  }

  #copyStatement(): number {
    return this.#exchange.copyingIn()?.number ?? this.#exchange.lastNumber;
  }

  /** Parse and Bind whose Execute did not follow become events of their own. */
  #recordUnsent(): void {
    const parse = this.#parse;
    if (parse !== null) {
      const { name, text, parameterTypes } = parse;
      parse.named.at = this.#recorder.record('parse', { name, text, parameterTypes });
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
    });
    this.#bind = null;
  }

  #expectSync(): void {
    if (this.#exchange.copyingIn() !== null) return;
    this.#exchange.discarding = false;
    this.#exchange.expected.push({ kind: 'sync' });
  }

  /** What the server discards until Sync is not answered; a statement among it was skipped. */
  #expect(entry: Expected): void {
    if (!this.#exchange.discarding) {
      this.#exchange.expected.push(entry);
      return;
    }
    if ((entry.kind === 'execute' || entry.kind === 'query') && typeof entry.statement === 'object') {
      recordSkipped(this.#recorder, entry.statement.number);
    }
  }
}

/** The outcome of a statement that the server discarded. */
export function recordSkipped(recorder: SessionRecorder, statement: number): void {
  recorder.record('outcome', {
    statement,
    ordinal: 0,
    status: 'skipped',
    tag: '',
    rows: 0,
    bytes: 0,
    sqlstate: null,
    transaction: null,
    duration: 0,
    describedAt: null,
    answer: null,
  });
}
