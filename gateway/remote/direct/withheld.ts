/** What was taken out of the record is not shown again from bundles that hold it still. */
import type { Event } from '../../../shared/recording/event.ts';
import { payloadFieldsOf } from '../../../shared/recording/codec.ts';
import { REDACTED } from '../../../shared/recording/record.ts';
import type { RawEvent } from '../../archive/sqlite/raw-events.ts';
import type { WithdrawnIndexRow } from '../index/rows.ts';
import { withdrawnBy } from '../index/withdrawn.ts';

export class Withheld {
  readonly #rows: WithdrawnIndexRow[] = [];
  readonly #events = new Set<number>();
  /** By session (hex): the values of its events below are gone. */
  readonly #sessions = new Map<string, number>();

  constructor(rows: readonly WithdrawnIndexRow[]) {
    for (const row of rows) this.#add(row);
  }

  get rows(): readonly WithdrawnIndexRow[] {
    return this.#rows;
  }

  /** Notes what events of a log (hex) take out of it; returns whether that was not known. */
  note(log: string, events: readonly RawEvent[]): boolean {
    const told = events.flatMap(({ event }) => (event.session === null ? (withdrawnBy(event) ?? []) : []));
    const fresh = told.filter((row) => row.log === log && !this.#isKnown(row));
    for (const row of fresh) this.#add(row);
    return fresh.length > 0;
  }

  /** The event as it may be kept: without values, where these are gone. */
  kept(raw: RawEvent): RawEvent {
    const { event } = raw;
    if (!this.#events.has(event.index) && !this.#isErased(event)) return raw;
    const fields = event.fields as Record<string, unknown>;
    const gone = payloadFieldsOf(event.kind).filter((field) => fields[field] !== null);
    const payloads = Buffer.alloc(4 * gone.length);
    for (const i of gone.keys()) payloads.writeUInt32BE(REDACTED, 4 * i);
    return { ...raw, payloads };
  }

  #isErased({ session, index }: Event): boolean {
    if (session === null || this.#sessions.size === 0) return false;
    return index < (this.#sessions.get(Buffer.from(session).toString('hex')) ?? 0);
  }

  #isKnown({ session, event }: WithdrawnIndexRow): boolean {
    return session === '' ? this.#events.has(event) : (this.#sessions.get(session) ?? -1) >= event;
  }

  #add(row: WithdrawnIndexRow): void {
    this.#rows.push(row);
    if (row.session === '') this.#events.add(row.event);
    else this.#sessions.set(row.session, Math.max(row.event, this.#sessions.get(row.session) ?? 0));
  }
}
