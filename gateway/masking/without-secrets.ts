/**
 * Stands before a session's recorder and takes the secrets out of what is recorded (DESIGN §4, I7). What the wire carries
 * is not touched, and whoever reads the statements for what they do reads them as they are.
 */
import { Buffer } from 'node:buffer'; // not the global, which is looked up anew for every event
import type { EventInput, EventKind } from '../../shared/recording/event.ts';
import { SessionSecrets } from './session-secrets.ts';

/** What records the events of one session. */
export interface Recording {
  readonly id: Uint8Array;
  record<K extends EventKind>(kind: K, fields: EventInput<K>): number;
}

/** Prepared statements that take secrets and whose parameters are therefore masked: the last ones. */
const MAX_TAKING = 1000;

/** A recording of the session in which there are no secrets. */
export function withoutSecrets(session: Recording): Recording {
  return new MaskedRecording(session);
}

/** Events that hold a message in the words of the server, or of nobody known. */
type Said = 'notice' | 'notification' | 'parameterStatus' | 'replaced' | 'functionCall' | 'gatewayStatement';

class MaskedRecording implements Recording {
  readonly id: Uint8Array;
  readonly #session: Recording;
  readonly #secrets = new SessionSecrets();
  /** Sequences of the events that hold the text of statements that take secrets. */
  readonly #taking = new Set<number>();

  constructor(session: Recording) {
    this.#session = session;
    this.id = session.id;
  }

  record<K extends EventKind>(kind: K, fields: EventInput<K>): number {
    const given: unknown = fields; // the compiler does not tie the fields to the kind within a switch
    switch (kind) {
      case 'statement':
        return this.#statement(given as EventInput<'statement'>);
      case 'outcome':
        return this.#outcome(given as EventInput<'outcome'>);
      case 'rows':
        return this.#rows(given as EventInput<'rows'>);
      case 'parse':
        return this.#parse(given as EventInput<'parse'>);
      case 'bind':
        return this.#bind(given as EventInput<'bind'>);
      case 'prepared':
        return this.#prepared(given as EventInput<'prepared'>);
      case 'copyOut':
        return this.#copyOut(given as EventInput<'copyOut'>);
      case 'description':
        return this.#description(given as EventInput<'description'>);
      case 'notice':
      case 'notification':
      case 'parameterStatus':
      case 'replaced':
      case 'functionCall':
      case 'gatewayStatement':
        return this.#said(kind, given as { readonly message: Uint8Array });
      default:
        return this.#session.record(kind, fields);
    }
  }

  #statement(fields: EventInput<'statement'>): number {
    const { text, parameters, parsedAt } = fields;
    const sql = text === null ? null : this.#secrets.sql(buffer(text));
    const takes = sql?.takesSecrets === true || (parsedAt !== null && this.#taking.has(parsedAt));
    const kept = parameters === null ? null : this.#secrets.parameters(buffer(parameters), takes);
    if (sql === null && kept === parameters) return this.#session.record('statement', fields);
    const masked = sql?.masked === true || kept !== parameters;
    const shown = { ...fields, text: sql?.text ?? text, parameters: kept, masked };
    return this.#taken(this.#session.record('statement', shown), sql?.takesSecrets);
  }

  #parse(fields: EventInput<'parse'>): number {
    const sql = this.#secrets.sql(buffer(fields.text));
    if (sql === null) return this.#session.record('parse', fields);
    const { text, masked, takesSecrets } = sql;
    return this.#taken(this.#session.record('parse', { ...fields, text, masked }), takesSecrets);
  }

  #prepared(fields: EventInput<'prepared'>): number {
    const sql = this.#secrets.sql(buffer(fields.text));
    const text = this.#secrets.answer(sql?.text ?? buffer(fields.text));
    return this.#taken(this.#session.record('prepared', { ...fields, text }), sql?.takesSecrets);
  }

  #bind(fields: EventInput<'bind'>): number {
    const takes = fields.parsedAt !== null && this.#taking.has(fields.parsedAt);
    const parameters = this.#secrets.parameters(buffer(fields.parameters), takes);
    if (parameters === fields.parameters) return this.#session.record('bind', fields);
    return this.#session.record('bind', { ...fields, parameters, masked: true });
  }

  #outcome(fields: EventInput<'outcome'>): number {
    const { answer, status } = fields;
    if (answer === null) return this.#session.record('outcome', fields);
    const bytes = buffer(answer);
    const kept = status === 'failed' ? this.#secrets.message(bytes) : this.#secrets.answer(bytes);
    return this.#session.record('outcome', kept === bytes ? fields : { ...fields, answer: kept });
  }

  #rows(fields: EventInput<'rows'>): number {
    const bytes = buffer(fields.answer);
    const answer = this.#secrets.answer(bytes);
    return this.#session.record('rows', answer === bytes ? fields : { ...fields, answer });
  }

  #copyOut(fields: EventInput<'copyOut'>): number {
    return this.#session.record('copyOut', { ...fields, data: this.#secrets.answer(buffer(fields.data)) });
  }

  #description(fields: EventInput<'description'>): number {
    const message = this.#secrets.answer(buffer(fields.message));
    return this.#session.record('description', { ...fields, message });
  }

  #said(kind: Said, fields: { readonly message: Uint8Array }): number {
    const message = this.#secrets.message(buffer(fields.message));
    return this.#session.record(kind, { ...fields, message });
  }

  /** Remembers the event of a statement that takes secrets. */
  #taken(sequence: number, takesSecrets = false): number {
    if (!takesSecrets) return sequence;
    const [oldest] = this.#taking;
    if (this.#taking.size >= MAX_TAKING && oldest !== undefined) this.#taking.delete(oldest);
    this.#taking.add(sequence);
    return sequence;
  }
}

/** Payloads of the wire are Buffers already. */
function buffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
