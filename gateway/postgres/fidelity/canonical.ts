/**
 * A record without the traces of how its bytes were cut into reads (ARCHITECTURE.md, "The record"): the messages that were
 * recorded, each with what it belongs to, in the order of each direction, and apart from them what SQL did to names. Two
 * records of the same messages are the same here, whatever the reads were.
 */
import { readMessages } from '../../../shared/replay/wire.ts';
import type { RecordedEvent } from './recorded-relay.ts';

type Fields = RecordedEvent['fields'];

/** Messages and facts, a line each. */
export interface Canonical {
  readonly asked: readonly string[];
  readonly answered: readonly string[];
  readonly names: readonly string[];
}

export function canonical(events: readonly RecordedEvent[]): Canonical {
  const reader = new Reader(events);
  for (const event of events) reader.read(event);
  return reader;
}

const ASKED: ReadonlySet<unknown> = new Set([
  'query',
  'parse',
  'bind',
  'execute',
  'close',
  'sync',
  'functionCall',
  'gatewayStatement',
  'copyIn',
  'copyInEnd',
]);
const NAMES: ReadonlySet<unknown> = new Set(['runs', 'prepared']);

class Reader {
  readonly asked: string[] = [];
  readonly answered: string[] = [];
  readonly names: string[] = [];
  readonly #events: readonly RecordedEvent[];
  /** Bytes of a message that goes on in the next event, by what they belong to. */
  readonly #begun = new Map<string, string>();
  /** The RowDescription of the rows at hand. */
  #columns = '';

  constructor(events: readonly RecordedEvent[]) {
    this.#events = events;
  }

  read({ kind, fields }: RecordedEvent): void {
    switch (kind) {
      case 'statement':
        return this.#statement(fields);
      case 'parse':
        return this.#say('parse', fields['name'], fields['text'], fields['parameterTypes']);
      case 'bind':
        return this.#bind(fields, this.#textAt(fields['parsedAt']));
      case 'rows':
        return this.#messages(kind, fields, fields['answer']);
      case 'copyOut':
      case 'copyIn':
        return this.#messages(kind, fields, fields['data']);
      case 'outcome': {
        this.#messages('rows', fields, fields['answer']);
        const { statement, ordinal, status, tag, rows, bytes, sqlstate, transaction } = fields;
        this.#say('outcome', statement, ordinal, status, tag, rows, bytes, sqlstate);
        if (transaction !== null) this.#say('ready', transaction);
        return;
      }
      case 'ready':
        return this.#say('ready', fields['transaction']);
      case 'runs':
        return this.#say('runs', fields['target'], fields['name'], this.#textAt(fields['at']));
      default:
        return this.#say(kind, ...Object.values(fields));
    }
  }

  #statement(fields: Fields): void {
    const { name, portal, text, parsedAt, boundAt, parameters, parameterTypes, maxRows, sync } = fields;
    const own = typeof text === 'string';
    if (fields['protocol'] === 'simple') return this.#say('query', text);
    if (own) this.#say('parse', name, text, parameterTypes);
    const runs = own ? text : this.#textAt(parsedAt);
    if (parameters !== null) this.#bind({ ...fields, name }, runs);
    const bound = typeof boundAt === 'number' ? this.#events[boundAt]?.fields['parameters'] : parameters;
    this.#say('execute', fields['statement'], portal, maxRows, runs, bound);
    if (sync === true) this.#say('sync');
  }

  #bind({ portal, name, parameterFormats, parameters, resultFormats }: Fields, text: unknown): void {
    this.#say('bind', portal, name, text, parameterFormats, parameters, resultFormats);
  }

  /** Whole messages, rows with the description they are read by. */
  #messages(kind: 'rows' | 'copyOut' | 'copyIn', fields: Fields, payload: unknown): void {
    const { statement, ordinal, describedAt } = fields;
    const place = `${kind} ${String(statement)}.${String(ordinal)}`;
    if (typeof describedAt === 'number') this.#columns = this.#described(describedAt);
    const bytes = (this.#begun.get(place) ?? '') + latin1(payload);
    const { messages, rest } = readMessages(Buffer.from(bytes, 'latin1'));
    this.#begun.set(place, Buffer.from(rest).toString('latin1'));
    for (const { type, body } of messages) {
      const content = Buffer.from(body).toString('latin1');
      if (type === 'T') this.#columns = content;
      this.#say(kind, statement, ordinal, type, content, type === 'D' ? this.#columns : '');
    }
  }

  #described(at: number): string {
    const fields = this.#events[at]?.fields ?? {};
    const bytes = Buffer.from(latin1(fields['answer']) + latin1(fields['message']), 'latin1');
    const found = readMessages(bytes).messages.findLast(({ type }) => type === 'T');
    return found === undefined ? '' : Buffer.from(found.body).toString('latin1');
  }

  #textAt(at: unknown): unknown {
    return typeof at === 'number' ? this.#events[at]?.fields['text'] : null;
  }

  #say(what: string, ...said: readonly unknown[]): void {
    const lines = ASKED.has(what) ? this.asked : NAMES.has(what) ? this.names : this.answered;
    lines.push(JSON.stringify([what, ...said]));
  }
}

function latin1(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
