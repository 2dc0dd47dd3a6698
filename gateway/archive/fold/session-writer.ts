/** Turns the events of one session into its rows: the session's own, and one for each SQL statement. */
import type { EventFields, EventOf } from '../../../shared/recording/event.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { DecidedRows } from './decided-rows.ts';
import type { Place } from './live-words.ts';
import type { OpenStatement } from './open-statement.ts';
import { SessionMemory } from './session-memory.ts';
import { SessionStatements } from './session-statements.ts';
import type { Counters, SegmentSink, StoredSession } from './store.ts';
import type { VolumeParts } from './volume-parts.ts';

export class SessionWriter {
  readonly id: number;
  readonly segments: SegmentSink;
  /** What is needed to go on with it elsewhere. */
  readonly memory: SessionMemory;
  readonly #parts: VolumeParts;
  readonly #counters: Counters;
  /** Sessions are counted in the volume that they began in. */
  readonly #carried: boolean;
  #jobId: number | null;
  #attested: boolean;
  readonly #decided: DecidedRows;
  readonly #statements: SessionStatements;
  /** Set once the session is over: nothing follows. */
  closed = false;
  /** Nothing more of it comes to this volume. */
  #isOver = false;

  constructor(
    stored: StoredSession,
    segments: SegmentSink,
    parts: VolumeParts,
    memory = new SessionMemory(),
  ) {
    this.id = stored.id;
    this.segments = segments;
    this.memory = memory;
    this.#parts = parts;
    const { statements, rows, errors, bytes, events, denied, held, masked } = stored;
    this.#counters = { statements, rows, errors, bytes, events, denied, held, masked };
    this.#carried = stored.carried === 1;
    this.#jobId = stored.job_id;
    this.#attested = stored.provenance === 'attested';
    const open = new Map<number, OpenStatement>();
    this.#decided = new DecidedRows(stored, parts, this.#counters, open);
    this.#statements = new SessionStatements(stored, parts, this.#counters, open, this.#decided);
  }

  /** Takes the session's next event. */
  apply(stored: StoredEvent): void {
    this.memory.note(stored.event);
    this.#project(stored);
  }

  /**
   * Takes an event again to go on from it: one that an earlier volume has, or with `resumed` one that an earlier run of the
   * shipper took. It is counted where it is, and so is a statement where its row is; of one that is not `open` the text alone
   * is of use.
   */
  repeat(
    stored: StoredEvent,
    { resumed, open }: { readonly resumed: boolean; readonly open: boolean },
  ): void {
    const { event } = stored;
    if (event.kind === 'statement' && !open) {
      this.#statements.remember(event, stored.payloads['text']);
      return;
    }
    const before = { ...this.#counters };
    this.#statements.resuming = resumed;
    this.#project(stored);
    this.#statements.resuming = false;
    const { statements } = resumed ? before : this.#counters;
    Object.assign(this.#counters, before, { statements });
  }

  /** Statements of these numbers, so many rows, go on in the next volume; {@link commit} follows, and nothing else. */
  leave(numbers: ReadonlySet<number>, rows: number): void {
    this.#counters.statements -= rows;
    this.#statements.leave(numbers);
    this.#isOver = true;
  }

  #project(stored: StoredEvent): void {
    const { event } = stored;
    this.#counters.events++;
    switch (event.kind) {
      case 'identity':
        return this.#onIdentity(event.fields);
      case 'connected':
        return this.#parts.sessions.login(this.id, event.fields.user);
      case 'imported':
        this.#statements.imported = true;
        return this.#parts.sessions.source(this.id, event.fields);
      case 'ciContext':
        return this.#onCiContext(event);
      case 'ciMismatch':
        return this.#parts.sessions.mismatch(this.id, event.fields.asserted);
      case 'policyApplied':
      case 'decision':
      case 'vote':
      case 'holdEnded':
      case 'columnsMasked':
      case 'detected':
        return this.#decided.apply(event);
      case 'sessionClosed':
        this.closed = true;
        return this.#parts.sessions.close(this.id, event.time, event.fields);
      default:
        return this.#statements.apply(stored);
    }
  }

  /** Makes visible what is awaited and what was counted. `changed` is the volume's count of events. */
  commit(changed: number): void {
    this.#statements.store();
    if (this.closed) this.segments.merge();
    else this.segments.flush();
    this.#parts.sessions.count(this.id, this.#counters, changed);
  }

  /** Whether words of its statements must be read from its segments. */
  get hasLostWords(): boolean {
    return this.#statements.words.isLost;
  }

  /** See {@link LiveWords.finish}. */
  finishWords(): Place | null {
    return this.#statements.words.finish(this.#isOver || this.closed);
  }

  /** Nobody here knows how it ended, and nothing more comes. */
  abandon(): void {
    this.#isOver = true;
  }

  #onIdentity(fields: EventFields<'identity'>): void {
    const known = this.#parts.dictionaries.token(fields);
    this.#parts.sessions.identify(this.id, known);
    if (!this.#carried && !this.#statements.resuming) this.#parts.counts.add('agentSessions', known.agentId);
  }

  /** A verified claim outranks the agent's own word; the first of each kind counts. */
  #onCiContext(event: EventOf<'ciContext'>): void {
    const attested = event.fields.provenance === 'attested';
    if (this.#jobId !== null && (this.#attested || !attested)) return;
    this.#attested = attested;
    const { counts } = this.#parts;
    if (!this.#carried && this.#jobId !== null) counts.add('jobSessions', this.#jobId, -1);
    this.#jobId = this.#parts.dictionaries.job(event.fields);
    if (!this.#carried) counts.add('jobSessions', this.#jobId);
    if (this.#counters.statements > 0) this.#parts.statements.assign(this.id, this.#jobId);
    this.#parts.sessions.assign(this.id, this.#jobId);
  }
}
