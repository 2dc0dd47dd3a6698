/** Finds the payloads of an archive that a selection means. */
import { payloadsOf } from '../../../shared/recording/codec.ts';
import type { Event } from '../../../shared/recording/event.ts';
import { PAYLOAD_HEAD_BYTES } from '../../../shared/recording/record.ts';
import {
  LEAST_VALUE_BYTES,
  MOST_REMAINDER_BYTES,
  MOST_REMAINDERS_BYTES,
  MOST_TARGETS,
  MOST_TOLD,
  RedactionError,
  type RedactionPlan,
  type RedactionSelection,
  type RedactionTarget,
} from '../redaction.ts';
import { blanked, type Range, ValueSearch } from '../value-search.ts';
import { eventsOf, type ListedVolume, listVolumes, withVolume } from './archive-events.ts';
import { storedPayloads, type RawEvent } from './raw-events.ts';
import { RedactionRows } from './redaction-rows.ts';
import { type RedactionScope, scopeOf } from './redaction-scope.ts';

/** A payload as it lies, or what was kept of it. */
interface Found {
  readonly log: string;
  readonly event: Event;
  readonly field: string;
  /** Bytes that it has, or had. */
  readonly length: number;
  /** Null when nothing is left of it. */
  readonly value: Uint8Array | null;
  /** It was taken out in part. */
  readonly isRest: boolean;
  /** What of it is to go. */
  readonly ranges: Range[];
}

/** Looks through the logs that `isMeant` (hex). Throws {@link RedactionError} and ArchiveError. */
export function planRedactions(
  folder: string,
  selection: RedactionSelection,
  isMeant: (log: string) => boolean,
): RedactionPlan {
  check(selection);
  const all = listVolumes(folder);
  const volumes = all.filter(({ log }) => isMeant(log));
  const planning = new Planning(selection, scopeOf(folder, volumes, selection), logOf(selection, all));
  for (const volume of volumes) planning.read(volume);
  for (const volume of volumes) planning.readEarlier(volume);
  return planning.plan();
}

function check({ event, session, filter, value, keepRest }: RedactionSelection): void {
  const fail = (message: string) => new RedactionError('BAD_USAGE', message);
  if (event === null && session === null && filter === null && value === null)
    throw fail('nothing says what is to be taken out: name an event, a session, a filter or a value');
  if (keepRest && value === null) throw fail('to keep the rest of a payload, say what of it goes: a value');
  if (value !== null && Buffer.byteLength(value) < LEAST_VALUE_BYTES)
    throw fail(`a value of less than ${LEAST_VALUE_BYTES} bytes is in everything`);
}

/** The log that an event is named in; null where none is. */
function logOf({ event }: RedactionSelection, volumes: readonly ListedVolume[]): string | null {
  if (event === null) return null;
  const logs = new Set(volumes.map(({ log }) => log));
  const named = [...logs].filter((log) => event.log === null || log.startsWith(event.log));
  const [log, ...others] = named;
  if (log === undefined)
    throw new RedactionError('EVENT_NOT_FOUND', `no log here is called ${event.log ?? ''}`);
  if (others.length > 0)
    throw new RedactionError(
      'BAD_USAGE',
      `events of ${named.length} logs have that number: write LOG:${event.index}`,
    );
  return log;
}

class Planning {
  readonly #selection: RedactionSelection;
  readonly #scope: RedactionScope;
  readonly #log: string | null;
  readonly #search: ValueSearch | null;
  readonly #targets = new Map<string, RedactionTarget>();
  readonly #kinds: Record<string, number> = {};
  /** Logs by session. */
  readonly #sessions = new Map<string, string>();
  readonly #elsewhere = new Set<string>();
  /** The latest payload of a session and field, while it goes on in the next event. */
  readonly #latest = new Map<string, Found>();
  /** Of those that were taken out in part before, and of which more goes now. */
  readonly #again = new Set<string>();
  #gone = 0;
  #kept = 0;
  #seen = false;

  constructor(selection: RedactionSelection, scope: RedactionScope, log: string | null) {
    this.#selection = selection;
    this.#scope = scope;
    this.#log = log;
    this.#search = selection.value === null ? null : new ValueSearch(selection.value);
  }

  read({ path, log }: ListedVolume): void {
    const { event } = this.#selection;
    if (event !== null && this.#log !== log) return;
    withVolume(path, (db) => {
      const redactions = new RedactionRows(db);
      const { sessions } = this.#scope;
      const ids = sessions === null ? [null] : [...sessions.keys()].map((id) => Buffer.from(id, 'hex'));
      for (const session of ids)
        for (const raw of eventsOf(db, { session, index: event?.index ?? null })) {
          this.#seen = true;
          if (this.#scope.has(raw)) this.#take(log, raw, redactions);
        }
    });
    for (const found of this.#latest.values()) this.#settle(found);
    this.#latest.clear();
  }

  /** What was kept of a payload lies in the event that told of it, too. */
  readEarlier({ path, log }: ListedVolume): void {
    if (this.#again.size === 0) return;
    withVolume(path, (db) => {
      for (const raw of eventsOf(db)) {
        const { event } = raw;
        if (event.kind !== 'redacted') continue;
        const { log: of, event: index, field } = event.fields;
        if (!this.#again.has(`${Buffer.from(of).toString('hex')} ${index} ${field}`)) continue;
        for (const { length, value } of payloadsIn(raw))
          if (value !== null) {
            const ranges = this.#search?.in(value) ?? [];
            this.#add({ log, event, field: 'remainder', length, value, isRest: false, ranges });
          }
      }
    });
  }

  plan(): RedactionPlan {
    const { event } = this.#selection;
    if (event !== null && !this.#seen && this.#targets.size === 0)
      throw new RedactionError('EVENT_NOT_FOUND', `no event ${event.index} is in the archive`);
    const targets = [...this.#targets.values()].toSorted((a, b) =>
      a.log === b.log ? a.index - b.index : a.log < b.log ? -1 : 1,
    );
    const elsewhere = [...this.#elsewhere];
    const within = [...this.#sessions].map(([session, of]) => ({ log: of, session }));
    return { targets, kinds: this.#kinds, sessions: within.length, within, gone: this.#gone, elsewhere };
  }

  #take(log: string, raw: RawEvent, redactions: RedactionRows): void {
    const { event } = raw;
    if (this.#elsewhere.size < MOST_TOLD && this.#search !== null && this.#search.in(raw.bytes).length > 0)
      this.#elsewhere.add(`${log} ${event.index} ${event.kind}`);
    for (const { field, length, value: own } of payloadsIn(raw)) {
      if (this.#selection.field !== null && this.#selection.field !== field) continue;
      const rest = own === null ? (redactions.of(event.index, field)?.remainder ?? null) : null;
      const value = own ?? rest;
      const ranges = value === null ? [] : (this.#search?.in(value) ?? []);
      this.#follow({ log, event, field, length, value, isRest: rest !== null, ranges });
    }
  }

  /** What begins at the end of a payload may go on in the next: it is settled when that was seen. */
  #follow(found: Found): void {
    const { event, field, value, ranges } = found;
    const key = `${Buffer.from(event.session ?? []).toString('hex')} ${field}`;
    const before = this.#latest.get(key);
    this.#latest.delete(key);
    if (before !== undefined) {
      if (this.#search !== null && before.value !== null && value !== null) {
        const over = this.#search.across(before.value, value);
        before.ranges.push(...over.before);
        ranges.push(...over.after);
      }
      this.#settle(before);
    }
    if ('continued' in event.fields && event.fields.continued) this.#latest.set(key, found);
    else this.#settle(found);
  }

  #settle(found: Found): void {
    if (found.value === null) this.#gone++;
    else if (this.#search === null || found.ranges.length > 0) this.#add(found);
  }

  #add({ log, event, field, length, value, isRest, ranges }: Found): void {
    const key = `${log} ${event.index} ${field}`;
    if (this.#targets.has(key) || value === null) return;
    const remainder = this.#selection.keepRest ? this.#rest(value, ranges) : null;
    if (isRest) this.#again.add(key);
    this.#targets.set(key, { log, index: event.index, field, length, remainder });
    const kind = `${event.kind}.${field}`;
    this.#kinds[kind] = (this.#kinds[kind] ?? 0) + 1;
    if (event.session !== null) this.#sessions.set(Buffer.from(event.session).toString('hex'), log);
    if (this.#targets.size > MOST_TARGETS)
      throw new RedactionError(
        'REDACTION_TOO_LARGE',
        `more than ${MOST_TARGETS} payloads are meant; take them out in parts, such as by session`,
      );
  }

  #rest(value: Uint8Array, ranges: readonly Range[]): Uint8Array | null {
    this.#kept += value.length;
    if (value.length > MOST_REMAINDER_BYTES || this.#kept > MOST_REMAINDERS_BYTES)
      throw new RedactionError(
        'REDACTION_TOO_LARGE',
        `of payloads of more than ${MOST_REMAINDER_BYTES} bytes, or ${MOST_REMAINDERS_BYTES} in all, the rest cannot be kept; take them out whole, or in parts`,
      );
    return blanked(value, ranges);
  }
}

/** The payloads of an event; `value` is null when it was redacted. */
function* payloadsIn(raw: RawEvent): Generator<{ field: string; length: number; value: Uint8Array | null }> {
  const lengths = new Map(payloadsOf(raw.event).map(({ field, ref }) => [field, ref.length]));
  for (const { field, from, to, length } of storedPayloads(raw.event, raw.payloads))
    yield {
      field,
      length: lengths.get(field) ?? 0,
      value: length === null ? null : raw.payloads.subarray(from + PAYLOAD_HEAD_BYTES, to),
    };
}
