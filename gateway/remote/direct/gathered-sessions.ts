/** Events of some sessions of a log, gathered from wherever they lie. */
import type { RawEvent } from '../../archive/sqlite/raw-events.ts';

export class GatheredSessions {
  /** By session (hex), then sequence. */
  readonly #events: Map<string, Map<number, RawEvent>>;

  constructor(ids: Iterable<string>) {
    this.#events = new Map([...ids].map((id) => [id, new Map<number, RawEvent>()]));
  }

  ids(): string[] {
    return [...this.#events.keys()];
  }

  has(id: string): boolean {
    return this.#events.has(id);
  }

  /** Takes those that are theirs. */
  take(events: Iterable<RawEvent>): void {
    for (const raw of events) {
      const { session, sequence } = raw.event;
      if (session !== null) this.#events.get(Buffer.from(session).toString('hex'))?.set(sequence, raw);
    }
  }

  drop(id: string): void {
    this.#events.delete(id);
  }

  /** Those whose first event is not there. */
  beginningless(): string[] {
    return [...this.#events].flatMap(([id, events]) => (events.has(0) ? [] : [id]));
  }

  /** Those of which an event before the last is not there. */
  cut(): string[] {
    return [...this.#events].flatMap(([id, events]) => {
      let last = -1;
      for (const sequence of events.keys()) last = Math.max(last, sequence);
      return events.size === last + 1 && last >= 0 ? [] : [id];
    });
  }

  *events(): Generator<RawEvent> {
    for (const events of this.#events.values()) yield* events.values();
  }
}
