/**
 * Values that a verification could not open, and why: keys whose destruction is on the record are redactions, keys that are gone without a
 * word are missing, and those that the verifier was not given are counted.
 */
import type { EventOf } from '../../../shared/recording/event.ts';
import { originOf } from '../../../shared/recording/checkpoint.ts';
import type { BundleSegment } from '../../../shared/remote/bundle.ts';
import type { Findings } from '../../archive/sqlite/verify/findings.ts';
import { LogKeys } from '../../archive/sqlite/verify/log-keys.ts';
import type { Unread } from '../keys/key-source.ts';

/** What was not looked into for want of a key. */
export interface NotOpened {
  /** Bundles of which not even the events could be read. */
  readonly bundles: number;
  /** How many events these hold, as their manifests say. */
  readonly events: number;
  /** Sessions of which values could not be read. */
  readonly sessions: number;
}

interface UnreadKey {
  readonly log: string;
  readonly session: string | null;
  readonly unread: Unread;
  readonly firstIndex: number;
}

export class UnreadValues {
  readonly #findings: Findings;
  /** By what they are called: keys that values are sealed with which could not be read. */
  readonly #unread = new Map<string, UnreadKey>();
  /** Those that an event of a log says were destroyed. */
  readonly #told = new Map<string, EventOf<'keysDestroyed'>>();
  #bundles = 0;
  #events = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** The payloads of a segment of a log (hex) cannot be read. */
  unread(log: string, { session, key = '', firstIndex }: BundleSegment, unread: Unread): void {
    const name = nameOf(log, session, key);
    if (!this.#unread.has(name)) this.#unread.set(name, { log, session, unread, firstIndex });
  }

  /** A bundle of so many events is sealed for a tenant whose key is not here. */
  sealedBundle(events: number): void {
    this.#bundles++;
    this.#events += events;
  }

  /** A log says that keys were destroyed. */
  destroyed(event: EventOf<'keysDestroyed'>): void {
    const { log, session, keys } = event.fields;
    for (const key of keys) this.#told.set(nameOf(hex(log), session && hex(session), key), event);
  }

  /** Judges what is not to be read; `trusted` gives the keys (32 bytes each) that may sign for a log (hex). */
  finish(trusted: (log: string) => readonly Uint8Array[]): NotOpened {
    let sessions = 0;
    for (const [name, { log, session, unread, firstIndex }] of this.#unread) {
      const place = { log, event: firstIndex };
      const whose = session === null ? 'the log’s own values' : `the values of session ${session}`;
      const why = this.#whyDestroyed(name, log, unread, trusted);
      if (why !== null)
        this.#findings.add(
          'VERIFIED_WITH_REDACTIONS',
          `${whose} can be read by nobody any more: ${why}`,
          place,
        );
      else if (unread.why === 'unavailable') sessions++;
      else {
        const said =
          unread.why === 'lost'
            ? unread.message
            : 'its journal says that it was destroyed, and no key that is trusted here signed for that';
        this.#findings.add('MISSING', `${whose} cannot be read: ${said}`, place);
      }
    }
    return { bundles: this.#bundles, events: this.#events, sessions };
  }

  /** Who destroyed a key and why, by the record or by its journal; null where neither says so. */
  #whyDestroyed(
    name: string,
    log: string,
    unread: Unread,
    trusted: (log: string) => readonly Uint8Array[],
  ): string | null {
    const event = this.#told.get(name);
    if (event !== undefined) return words(event.fields.by, event.time, event.fields.reason);
    if (unread.why !== 'destroyed') return null;
    const { bad, trusted: isSigned } = new LogKeys(originOf(Buffer.from(log, 'hex')), [
      ...trusted(log),
    ]).signed(unread.note);
    return bad || !isSigned ? null : words(unread.by, unread.time, unread.reason);
  }
}

function words(by: string, time: number, reason: string): string {
  return `their key was destroyed by ${by} on ${new Date(time / 1000).toISOString().slice(0, 10)}: ${reason}`;
}

function nameOf(log: string, session: string | null, key: string): string {
  return `${log} ${session ?? 'log'} ${key}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
