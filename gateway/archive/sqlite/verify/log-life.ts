/** What should be in a log and is not: signs of life, its runs' ends, its sessions' ends (docs/format.md §11, "Time"). */
import { EVENTS } from '../../../../shared/recording/event.ts';
import type { Findings } from './findings.ts';

/** A living log has an event every 15 s, which a busy machine may write late. */
const SILENCE_NS = 60e9;

/** A log whose last event is younger is still being written. */
const OPEN_US = 60e6;

const LOG_OPENED = EVENTS.logOpened.code;
const LOG_CLOSED = EVENTS.logClosed.code;
const SESSION_CLOSED = EVENTS.sessionClosed.code;

/** A session as far as it was read. */
interface SessionState {
  /** Index of its first event here. */
  readonly first: number;
  /** The sequence that comes next; null when that is not known. */
  next: number | null;
  /** How many times indexes were missing when its last event came: then sequences may jump. */
  misses: number;
}

export class LogLife {
  readonly #findings: Findings;
  readonly #log: string;
  readonly #sessions = new Map<string, SessionState>();
  #misses = 0;
  #boot: number | null = null;
  #monotonic: number | null = null;
  #last: { index: number; time: number; closed: boolean } | null = null;
  /** Kept until it is known whether the log is an import's. */
  readonly #silences: number[] = [];
  #imported = false;
  /** Sessions seen. */
  sessions = 0;

  /** `log` in hex. */
  constructor(findings: Findings, log: string) {
    this.#findings = findings;
    this.#log = log;
  }

  /** Events before the next are not here; `carried` are sessions told of from there, with the index of their first event told. */
  begin(carried: ReadonlyMap<string, number>): void {
    for (const id of this.#sessions.keys()) if (!carried.has(id)) this.#sessions.delete(id);
    for (const [id, first] of carried) {
      if (this.#sessions.has(id)) continue;
      this.sessions++;
      this.#sessions.set(id, { first, next: null, misses: this.#misses });
    }
    for (const state of this.#sessions.values()) state.next = null;
    this.#boot = null;
    this.#monotonic = null;
    this.#last = null;
  }

  /** Indexes are missing. */
  missing(): void {
    this.#misses++;
    this.#monotonic = null;
  }

  /** The next event in the order of the log. */
  event(
    index: number,
    session: string | null,
    sequence: number,
    code: number,
    time: number,
    monotonic: number,
  ): void {
    if (this.#monotonic !== null && monotonic - this.#monotonic > SILENCE_NS && code !== LOG_OPENED)
      this.#silences.push(index);
    this.#monotonic = monotonic;
    if (this.#last === null) this.#last = { index, time, closed: code === LOG_CLOSED };
    else {
      this.#last.index = index;
      this.#last.time = time;
      this.#last.closed = code === LOG_CLOSED;
    }
    if (session !== null) this.#ofSession(index, session, sequence, code);
    else if (code === LOG_OPENED || code === LOG_CLOSED) this.#endSessions();
  }

  /** A run of the log begins: to be called before {@link event}. */
  opened(index: number, boot: number): void {
    if (this.#boot !== null && boot !== this.#boot + 1)
      this.#add(`start ${boot} of the gateway follows start ${this.#boot}`, index);
    this.#boot = boot;
  }

  imported(): void {
    this.#imported = true;
  }

  /** Whether the last run is over in order, or still going at `now` (µs). */
  isOpen(now: number): boolean {
    return this.#last !== null && !this.#last.closed && Math.abs(now - this.#last.time) < OPEN_US;
  }

  /** Nothing more comes. `ends`: the log's end should be here. */
  finish(now: number, ends: boolean): void {
    if (!this.#imported)
      for (const index of this.#silences)
        this.#add('silence before the event: no sign of life for more than a minute', index);
    if (!ends || this.#last === null || this.#last.closed || this.isOpen(now)) return;
    this.#add('the log stops here without being closed', this.#last.index);
    this.#endSessions();
  }

  #ofSession(index: number, id: string, sequence: number, code: number): void {
    let state = this.#sessions.get(id);
    if (state === undefined) {
      this.sessions++;
      if (sequence !== 0 && this.#misses === 0)
        this.#corrupt('an event belongs to a session that is not open', index);
      state = { first: index, next: sequence, misses: this.#misses };
      this.#sessions.set(id, state);
    } else if (state.next !== null && sequence !== state.next && state.misses === this.#misses)
      this.#corrupt('an event is out of its session’s order', index);
    state.next = sequence + 1;
    state.misses = this.#misses;
    if (code === SESSION_CLOSED) this.#sessions.delete(id);
  }

  #endSessions(): void {
    for (const { first } of this.#sessions.values())
      this.#add('a session that begins here has no end', first);
    this.#sessions.clear();
  }

  #add(message: string, event: number): void {
    this.#findings.add('INCOMPLETE', message, { log: this.#log, event });
  }

  #corrupt(message: string, event: number): void {
    this.#findings.add('CORRUPT', message, { log: this.#log, event });
  }
}
