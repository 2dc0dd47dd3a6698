/** What the server says beside results: notices, notifications and parameters, which answer nothing and may come at any time, and errors. */
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { Exchange } from './exchange.ts';
import type { MaskedResults } from './masked/masked-results.ts';
import type { MaskedSayings } from './masked/masked-sayings.ts';
import { BACKEND, errorField, misplaced, readNotification, severityOf, stringAt } from './wire/backend.ts';
import { MESSAGE_HEAD_BYTES } from './wire/framing.ts';

/** Whether a message is one that may come between those that answer something. */
export function isAside(type: number): boolean {
  return (
    type === BACKEND.noticeResponse ||
    type === BACKEND.notificationResponse ||
    type === BACKEND.parameterStatus
  );
}

interface Parts {
  readonly recorder: SessionRecorder;
  readonly exchange: Exchange;
  readonly masked: MaskedResults;
  readonly sayings: MaskedSayings;
  /** Told of every parameter that the server reports, as the agent gets it. */
  readonly onParameter: (name: string, value: string) => void;
}

export class Asides {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes the message at `at`; what came before it is on the record. */
  take(type: number, buffer: Buffer, at: number, end: number): void {
    const message = buffer.subarray(at, end);
    const { recorder } = this.#parts;
    switch (type) {
      case BACKEND.noticeResponse: {
        const shown = this.#notice(message, at, end);
        const [severity, sqlstate] = [severityOf(shown), errorField(shown, 'C')];
        recorder.record('notice', { severity, sqlstate, message: shown });
        return;
      }
      case BACKEND.notificationResponse: {
        const shown = this.#notification(message, at, end);
        recorder.record('notification', { ...readNotification(shown), message: shown });
        return;
      }
      case BACKEND.parameterStatus: {
        const shown = this.#parameter(message, at, end);
        const name = stringAt(shown, MESSAGE_HEAD_BYTES);
        recorder.record('parameterStatus', { name, message: shown });
        const value = stringAt(shown, MESSAGE_HEAD_BYTES + Buffer.byteLength(name) + 1);
        return this.#parts.onParameter(name, value);
      }
      default:
        throw misplaced(`a message of type ${type}`);
    }
  }

  /** ErrorResponse as the record may hold it; null: as it came. */
  error(buffer: Buffer, at: number, end: number): Buffer | null {
    const { exchange, sayings, masked } = this.#parts;
    if (exchange.lane === null) return null;
    const message = buffer.subarray(at, end);
    const { wire, record } = sayings.report(message, 'error', exchange.lane);
    if (wire !== message) masked.splice(at, end, wire);
    return record;
  }

  #notice(message: Buffer, at: number, end: number): Buffer {
    const { exchange, sayings, masked } = this.#parts;
    if (exchange.lane === null) return message;
    const said = sayings.report(message, 'notice', exchange.lane);
    if (said.wire !== message) masked.splice(at, end, said.wire);
    return said.record;
  }

  #notification(message: Buffer, at: number, end: number): Buffer {
    const { exchange, sayings } = this.#parts;
    if (exchange.lane === null) return message;
    return this.#shown(sayings.notification(message, exchange.lane).message, message, at, end);
  }

  #parameter(message: Buffer, at: number, end: number): Buffer {
    const { exchange, sayings } = this.#parts;
    if (exchange.lane === null) return message;
    return this.#shown(sayings.parameter(message, exchange.lane).message, message, at, end);
  }

  #shown(shown: Buffer, message: Buffer, at: number, end: number): Buffer {
    const { exchange, masked } = this.#parts;
    if (shown !== message && exchange.lane?.enforced === true) masked.splice(at, end, shown);
    return shown;
  }
}
