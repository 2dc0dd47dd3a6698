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
  /** The sequence that comes next. */
  next: number;
  /** How many times indexes were missing when its last event came: then sequences may jump. */
  misses: number;
}

export class LogLife {
  readonly #findings: Findings;
  readonly #log: string;
  readonly #sessions = new Map<string, SessionState>();
  /** Sessions carried from before the volume, by id; value: the index of the first event carried. */
  #carried: ReadonlyMap<string, number> = new Map();
  /** Whether what lies before is not here: sessions may begin in the middle, boots anywhere. */
  #partial = false;
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

  /** A volume begins; `carried` as above. */
  begin(carried: ReadonlyMap<string, number>): void {
    this.#carried = carried;
  }

  /** Events before the next are not here. */
  gap(): void {
    this.#sessions.clear();
    this.#partial = true;
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
    const expected = this.#boot === null ? (this.#partial ? boot : 1) : this.#boot + 1;
    if (boot !== expected)
      this.#add(`the gateway’s start ${boot} follows start ${expected - 1}: runs between are missing`, index);
    this.#boot = boot;
  }

  imported(): void {
    this.#imported = true;
  }

  /** Whether the last run is over in order, or still going at `now` (µs). */
  isOpen(now: number): boolean {
    return this.#last !== null && !this.#last.closed && now - this.#last.time <= OPEN_US;
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
      state = this.#begin(index, id, sequence);
      this.#sessions.set(id, state);
    } else if (sequence !== state.next && state.misses === this.#misses) {
      this.#corrupt(`an event is out of its session’s order`, index);
    }
    state.next = sequence + 1;
    state.misses = this.#misses;
    if (code === SESSION_CLOSED) this.#sessions.delete(id);
  }

  #begin(index: number, id: string, sequence: number): SessionState {
    this.sessions++;
    const carried = this.#carried.get(id);
    if (sequence !== 0 && carried === undefined && !this.#partial && this.#misses === 0)
      this.#corrupt('an event belongs to a session that has no beginning', index);
    return { first: carried ?? index, next: sequence, misses: this.#misses };
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
