/** Parse and Bind that are to be one event with the Execute right behind them; without it they become events of their own. */
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { Exchange, Expected, RunningStatement } from './exchange.ts';
import { failingInstead, failingParse } from './failing.ts';
import type { Judgement } from './judgement.ts';
import { recordSkipped } from './owed.ts';
import type { Named } from './symbols.ts';
import type { PostgresError } from './wire/errors.ts';
import type { BindMessage, ParseMessage } from './wire/frontend.ts';

/** A message, what it gave a name to, its place among the answers owed, and what policy made of it. */
interface Placed<Message> {
  readonly message: Message;
  readonly named: Named;
  readonly entry: Expected & { readonly kind: 'parse' | 'bind' };
  readonly judgement: Judgement | null;
  readonly start: Start;
}

/** Where a statement begins: in the buffer walked, and as the exchange stood then. */
export interface Start {
  readonly at: number;
  /** Answers owed before it. */
  readonly owed: number;
  readonly inGroup: boolean;
}

export type UnsentParse = Placed<ParseMessage>;
export type UnsentBind = Placed<BindMessage>;
export type UnsentMessage = UnsentParse | UnsentBind;

const NONE: readonly number[] = [];

export class Unsent {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  parse: UnsentParse | null = null;
  bind: UnsentBind | null = null;

  constructor(recorder: SessionRecorder, exchange: Exchange) {
    this.#recorder = recorder;
    this.#exchange = exchange;
  }

  /** Whether a Bind goes on what is here: a Parse of its statement, or nothing. */
  goesOn({ name }: BindMessage): boolean {
    return this.bind === null && (this.parse === null || this.parse.message.name === name);
  }

  /** What an Execute of a portal goes with; what it does not go with is recorded. */
  take(portal: string): { readonly parse: UnsentParse | null; readonly bind: UnsentBind | null } {
    if (this.bind === null || this.bind.message.portal !== portal) this.record();
    const { parse, bind } = this;
    this.parse = this.bind = null;
    return { parse, bind };
  }

  /** No Execute follows. */
  record(): void {
    const { parse, bind } = this;
    this.parse = this.bind = null;
    if (parse !== null) this.#recordParse(parse);
    if (bind !== null) this.#recordBind(bind);
  }

  #recordParse(parse: UnsentParse): void {
    const { message, judgement, named } = parse;
    const { name, parameterTypes } = message;
    const text = judgement?.text ?? message.text;
    named.at = this.#recorder.record('parse', { name, text, parameterTypes, masked: text !== message.text });
    this.#refuse(parse);
  }

  #recordBind(bind: UnsentBind): void {
    const { message, named } = bind;
    const { portal, name, parameterFormats, resultFormats } = message;
    const parameters = recordedParameters(bind);
    named.at = this.#recorder.record('bind', {
      portal,
      name,
      parsedAt: named.prepared?.at ?? null,
      parameterFormats,
      parameters,
      resultFormats,
      masked: parameters !== message.parameters,
    });
    this.#refuse(bind);
  }

  /** The refusal of a Parse or Bind alone is a statement all the same. */
  #refuse(unsent: UnsentMessage): void {
    const { judgement, entry, named } = unsent;
    const refusal = refusalOf(unsent);
    if (judgement === null || refusal === null) return;
    const statement = this.#exchange.start(named, null);
    const parsed = entry.kind === 'parse';
    this.#recorder.record('statement', {
      statement: statement.number,
      protocol: 'extended',
      name: unsent.message.name,
      portal: null,
      text: null,
      parsedAt: parsed ? named.at : (named.prepared?.at ?? null),
      boundAt: parsed ? null : named.at,
      parameterTypes: NONE,
      parameterFormats: NONE,
      parameters: null,
      resultFormats: NONE,
      maxRows: 0,
      sync: false,
      masked: false,
    });
    judgement.record(statement.number);
    if (this.#exchange.discarding) {
      recordSkipped(this.#recorder, statement.number);
      return;
    }
    entry.refused = statement;
    refuseStatement(this.#recorder, statement, refusal, failingFor(unsent));
  }
}

/** The server gets what must fail in the statement's place, and the agent other words for its error. */
export function refuseStatement(
  recorder: SessionRecorder,
  statement: RunningStatement,
  refusal: PostgresError,
  failing: Buffer,
): void {
  if (statement.skipped) return;
  statement.refusal = refusal;
  recorder.record('gatewayStatement', {
    statement: statement.number,
    reason: refusal.message,
    message: failing,
  });
}

/** What must fail in the place of a Parse or Bind. */
export function failingFor({ entry, message }: UnsentMessage): Buffer {
  return entry.kind === 'parse' ? failingParse(message.name) : failingInstead();
}

/** What the agent is told of a Parse or Bind in place of its success; null: it may go on. */
export function refusalOf(unsent: UnsentMessage | null): PostgresError | null {
  return unsent === null || unsent.judgement === null ? null : unsent.judgement.refusal;
}

/** The values of a Bind as the record may hold them; the same object when nothing is masked. */
export function recordedParameters({ message, judgement }: UnsentBind): Buffer {
  const { parameters, parameterFormats } = message;
  return judgement === null ? parameters : judgement.parameters(parameters, parameterFormats);
}
