/** Folds the events of one log, in order, into rows of the index: with the very code that writes volumes. */
import type { FactsOf } from '../../archive/archive.ts';
import { KnownTexts } from '../../archive/fold/known-texts.ts';
import { SessionWriter } from '../../archive/fold/session-writer.ts';
import { NormalWords } from '../../archive/fold/statement-words.ts';
import type { SegmentSink } from '../../archive/fold/store.ts';
import type { VolumeParts } from '../../archive/fold/volume-parts.ts';
import type { Event } from '../../../shared/recording/event.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { KeptSessions } from './kept-sessions.ts';
import { KeptStatements, type EventsAtHand } from './kept-statements.ts';
import { Names } from './names.ts';
import type { Batch, WithdrawnIndexRow } from './rows.ts';
import { Withdrawn, withdrawnBy } from './withdrawn.ts';

/** Of a session whose opening is not in the store. */
const NOT_RECORDED = { connection: '', user: '', applicationName: '', clientAddress: '' } as const;

/** Events themselves stay where they are. */
const NO_SEGMENTS: SegmentSink = { add: () => undefined, flush: () => undefined, merge: () => undefined };

/** Where a log goes on. */
export interface LogStart {
  /** Hex. */
  readonly log: string;
  /** Events below are in the index: sessions that began before {@link replayFrom} are passed over until then. */
  readonly next: number;
  /** The first event that is taken. */
  readonly replayFrom: number;
  readonly firstTime: number | null;
  /** What was taken out of the record. */
  readonly withdrawn: readonly WithdrawnIndexRow[];
}

interface Open {
  readonly writer: SessionWriter;
  /** Events that rows may still need, and where statements began. */
  readonly events: Map<number, StoredEvent>;
  readonly position: number;
}

export class LogFold {
  readonly #start: LogStart;
  readonly #sessions: KeptSessions;
  readonly #statements: KeptStatements;
  readonly #parts: VolumeParts;
  readonly #open = new Map<string, Open>();
  readonly #byKey = new Map<number, Open>();
  readonly #touched = new Set<Open>();
  readonly #withdrawn: Withdrawn;
  #taken: WithdrawnIndexRow[] = [];
  #next: number;
  #firstTime: number | null;
  #lastTime: number | null = null;

  constructor(start: LogStart, factsOf: FactsOf) {
    this.#start = start;
    this.#withdrawn = new Withdrawn(start.withdrawn);
    this.#next = start.replayFrom;
    this.#firstTime = start.firstTime;
    const names = new Names();
    const events: EventsAtHand = {
      positionOf: (key, sequence) => this.#byKey.get(key)?.events.get(sequence)?.event.index ?? 0,
      eventOf: (key, sequence) => this.#byKey.get(key)?.events.get(sequence) ?? null,
    };
    this.#sessions = new KeptSessions(names);
    this.#statements = new KeptStatements(names, this.#sessions, events);
    this.#parts = {
      sessions: this.#sessions,
      statements: this.#statements,
      dictionaries: names,
      counts: { add: () => undefined },
      texts: new KnownTexts({ dictionaries: names, factsOf, normalWords: new NormalWords() }),
      words: null,
      storedText: (key, sequence) => events.eventOf(key, sequence)?.payloads['text'] ?? null,
    };
  }

  /** Index of the next event that is expected. */
  get next(): number {
    return this.#next;
  }

  /** Takes the next event; one that was taken before is passed over. */
  apply(stored: StoredEvent): void {
    const { event } = stored;
    if (event.index < this.#next) return;
    this.#next = event.index + 1;
    this.#firstTime ??= event.time;
    this.#lastTime = event.time;
    if (event.session !== null)
      this.#ofSession(Buffer.from(event.session).toString('hex'), this.#withdrawn.shown(stored));
    else if (event.kind === 'redacted' || event.kind === 'keysDestroyed') this.#withdraw(event);
    else if (event.kind === 'logOpened' || event.kind === 'recovered') this.#abandon();
  }

  /** What the events since the last time change. `now` in µs. */
  taken(now: number): Batch {
    const { log } = this.#start;
    for (const { writer } of this.#touched) writer.commit(this.#next);
    const { statements, tables, amendments } = this.#statements.taken(log, this.#next);
    const sessions = this.#sessions.taken(log, this.#next);
    for (const open of this.#touched) this.#settle(open);
    this.#touched.clear();
    const withdrawn = this.#taken;
    this.#taken = [];
    const replayFrom = Math.min(this.#next, ...[...this.#open.values()].map(({ position }) => position));
    return {
      position: {
        log,
        next: this.#next,
        replay_from: replayFrom,
        first_time: this.#firstTime,
        last_time: this.#lastTime,
        indexed: now,
      },
      sessions,
      statements,
      tables,
      agents: this.#sessions.takenAgents(),
      jobs: this.#sessions.takenJobs(),
      amendments,
      withdrawn,
    };
  }

  /** The rows in the index are changed by what is taken; those at hand, and the events that they may still need, are here. */
  #withdraw(event: Event): void {
    const row = withdrawnBy(event);
    if (row === null) return;
    this.#taken.push(row);
    if (row.log !== this.#start.log) return;
    this.#withdrawn.add(row);
    this.#statements.withdraw(row);
    for (const { events } of this.#open.values())
      for (const [sequence, stored] of events) events.set(sequence, this.#withdrawn.shown(stored));
  }

  #ofSession(id: string, stored: StoredEvent): void {
    const { event } = stored;
    const known = this.#open.get(id);
    // A session that ended before this indexer began, or goes on in rows that are whole without it.
    if (known === undefined && event.kind !== 'sessionOpened' && event.index < this.#start.next) return;
    const open = known ?? this.#opened(id, stored);
    if (isShown(event)) open.events.set(event.sequence, stored);
    open.writer.apply(stored);
    this.#touched.add(open);
  }

  #opened(id: string, { event }: StoredEvent): Open {
    const fields = event.kind === 'sessionOpened' ? event.fields : NOT_RECORDED;
    const row = this.#sessions.open(id, event.index, event.time, fields);
    const writer = new SessionWriter(row, NO_SEGMENTS, this.#parts);
    const open = { writer, events: new Map<number, StoredEvent>(), position: event.index };
    this.#open.set(id, open);
    this.#byKey.set(row.id, open);
    return open;
  }

  /** Keeps of a session what its coming events may need. */
  #settle({ writer, events }: Open): void {
    const { id: key, closed, memory } = writer;
    if (closed) return this.#forget(key);
    this.#statements.settleBut(key, memory.unsettled());
    const kept = memory.kept();
    for (const sequence of events.keys()) if (!kept.has(sequence)) events.delete(sequence);
  }

  #forget(key: number): void {
    this.#open.delete(this.#sessions.of(key).id);
    this.#byKey.delete(key);
    this.#statements.forget(key);
    this.#sessions.forget(key);
  }

  /** Sessions belong to one run of a gateway: whatever was live before has ended, and nobody recorded how. */
  #abandon(): void {
    for (const open of this.#open.values()) {
      if (open.writer.closed) continue;
      open.writer.closed = true;
      this.#sessions.abandon(open.writer.id);
      this.#touched.add(open);
    }
  }
}

/** Whether rows show something of an event, or say where it stands. */
function isShown(event: Event): boolean {
  switch (event.kind) {
    case 'statement':
    case 'functionCall':
    case 'parse':
    case 'prepared':
      return true;
    case 'outcome':
      return event.fields.status === 'failed';
    default:
      return false;
  }
}
