/** What the logs of an archive say of each other: log heads, tombstones of expired volumes, redactions of values of other logs. */
import type { EventOf } from '../../../../shared/recording/event.ts';
import type { Findings } from './findings.ts';
import { keyOf } from './redactions.ts';

/** An archive may lag this far behind its spool when processors are short, µs. */
const LAG_US = 600e6;

/** Events of a log, `from` up to, without, `to`. */
interface Range {
  readonly log: string;
  readonly from: number;
  readonly to: number;
}

/** Volumes that are not here; `frontier` (Latin-1) and `volume` (file name) are of the one behind them. */
interface Missing extends Range {
  readonly frontier: string;
  readonly volume: string;
}

/** What an event or a note says of a volume that was removed by rule. */
type Expired = Pick<EventOf<'volumeExpired'>['fields'], 'log' | 'first' | 'next' | 'frontier'>;

/** A volume that was removed by rule; `frontier` is that of the tree at `next`, Latin-1. */
interface Tombstone {
  readonly first: number;
  readonly next: number;
  readonly frontier: string;
}

interface Head {
  readonly events: number;
  /** Who says so, and when (µs). */
  readonly by: string;
  readonly time: number;
}

export class WholeArchive {
  readonly #findings: Findings;
  readonly #heads = new Map<string, Head>();
  readonly #tombstones = new Map<string, Tombstone[]>();
  readonly #missing: Missing[] = [];
  /** Redactions that events tell of: {@link keyOf}. */
  readonly redacted = new Set<string>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** `event` of the log `by` (hex) says how far logs were on disk. */
  heads({ fields, time, index }: EventOf<'logHeads'>, by: string): void {
    for (const [i, log] of fields.logs.entries()) {
      const events = fields.events[i] ?? 0;
      const known = this.#heads.get(log);
      if (known === undefined || events > known.events)
        this.#heads.set(log, { events, by: `event ${index} of log ${by}`, time });
    }
  }

  /** A volume was removed by rule: a `volumeExpired` event or a note says so. */
  expired({ log: id, first, next, frontier }: Expired): void {
    const log = Buffer.from(id).toString('hex');
    const known = this.#tombstones.get(log) ?? [];
    known.push({ first, next, frontier: Buffer.from(frontier).toString('latin1') });
    this.#tombstones.set(log, known);
  }

  /** How many events of the log (hex) were in volumes that were removed by rule, from its first on. */
  expiredUpTo(log: string): number {
    return Math.max(0, ...(this.#tombstones.get(log) ?? []).map(({ next }) => next));
  }

  redaction({ fields }: EventOf<'redacted'>): void {
    this.redacted.add(keyOf(Buffer.from(fields.log).toString('hex'), fields.event, fields.field));
  }

  missing(missing: Missing): void {
    this.#missing.push(missing);
  }

  /**
   * Judges what was told, once all logs were read: `sizes` of those that are here; `now` in µs. Of a folder all logs are here,
   * of `sealed` volumes alone none to its end.
   */
  finish(sizes: ReadonlyMap<string, number>, of: 'file' | 'folder' | 'sealed', now: number): void {
    for (const missing of this.#missing) this.#judgeMissing(missing);
    if (of === 'sealed') return;
    for (const [log, { events, by, time }] of this.#heads) {
      const size = sizes.get(log) ?? (of === 'folder' ? this.expiredUpTo(log) : Number.POSITIVE_INFINITY);
      if (events > size && now - time > LAG_US)
        this.#findings.add('TRUNCATED', `${by} says that there were ${events} events`, {
          log,
          event: size,
          lastEvent: events - 1,
        });
    }
  }

  #judgeMissing({ log, from, to, frontier, volume }: Missing): void {
    const tombstones = (this.#tombstones.get(log) ?? []).toSorted((a, b) => a.first - b.first);
    let at = from;
    let last: Tombstone | null = null;
    for (const tombstone of tombstones) {
      if (tombstone.first > at || tombstone.next <= at) continue;
      at = tombstone.next;
      last = tombstone;
    }
    if (at < to) {
      const message = 'events are not here, and no volume that was removed by rule held them';
      this.#findings.add('INCOMPLETE', message, { log, event: at, lastEvent: to - 1 });
    } else if (last?.next === to && last.frontier !== frontier) {
      const message = 'the volume does not go on from the one that was removed before it';
      this.#findings.add('CORRUPT', message, { log, volume });
    }
  }
}
