/** What `keysDestroyed` events of a bundle tell: whose values can be read by nobody any more, by whom and why (docs/format.md §10). */
import type { EventOf } from '../../../shared/recording/event.ts';

interface Told {
  /** Hex: the log that tells. */
  readonly log: string;
  readonly index: number;
  readonly why: string;
}

/** Of all logs of a bundle: one may tell of another that was closed. */
export class DestroyedKeys {
  readonly #told = new Map<string, Told[]>();

  tell({ index, time, log: teller, fields: { log, session, by, reason } }: EventOf<'keysDestroyed'>): void {
    const day = new Date(time / 1000).toISOString().slice(0, 10);
    const told = {
      log: hex(teller),
      index,
      why: `their key was destroyed by ${by} on ${day}: ${reason}`,
    };
    const name = nameOf(hex(log), session && hex(session));
    this.#told.set(name, [...(this.#told.get(name) ?? []), told]);
  }

  /**
   * Why a value of the event of a session (hex; null: of the log itself) is gone; null where nothing tells. What the log has behind the
   * event that tells was sealed with another key.
   */
  why(log: string, session: string | null, index: number): string | null {
    const told = this.#told.get(nameOf(log, session)) ?? [];
    return told.find((one) => one.log !== log || index < one.index)?.why ?? null;
  }
}

function nameOf(log: string, session: string | null): string {
  return `${log} ${session ?? 'log'}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
