/** What should be in a log and is not: signs of life, its runs' ends, its sessions' ends (docs/format.md §11, "Time"). */
import { EVENTS } from '../../../../shared/recording/event.ts';
import type { Findings } from './findings.ts';
import type { Run } from './segment-run.ts';

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
  /** ns, of the event before; NaN where that is not here. */
  #monotonic = Number.NaN;
  #last: { readonly index: number; readonly time: number; readonly closed: boolean } | null = null;
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
    this.#monotonic = Number.NaN;
    this.#last = null;
  }

  /** Indexes are missing. */
  missing(): void {
    this.#misses++;
    this.#monotonic = Number.NaN;
  }

  /** The next events in the order of the log: those of a segment from place `from` up to, without, `to`. */
  events(run: Run, from: number, to: number): void {
    const { indexes, monotonics, codes } = run;
    for (let at = from; at < to; at++) {
      const monotonic = monotonics[at] as number;
      if (monotonic - this.#monotonic > SILENCE_NS && codes[at] !== LOG_OPENED)
        this.#silences.push(indexes[at] as number);
      this.#monotonic = monotonic;
    }
    const last = to - 1;
    this.#last = {
      index: indexes[last] as number,
      time: run.times[last] as number,
      closed: codes[last] === LOG_CLOSED,
    };
    if (run.session !== null) this.#ofSession(run, run.session, from, to);
    else
      for (let at = from; at < to; at++)
        if (codes[at] === LOG_OPENED || codes[at] === LOG_CLOSED) this.#endSessions();
  }

  /** A run of the log begins: to be called before {@link events}. */
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

  #ofSession({ indexes, sequences, codes }: Run, id: string, from: number, to: number): void {
    let state = this.#sessions.get(id);
    for (let at = from; at < to; at++) {
      const sequence = sequences[at] as number;
      if (state === undefined) state = this.#begin(id, indexes[at] as number, sequence);
      else if (state.next !== null && sequence !== state.next && state.misses === this.#misses)
        this.#corrupt('an event is out of its session’s order', indexes[at] as number);
      state.next = sequence + 1;
      state.misses = this.#misses;
      if (codes[at] !== SESSION_CLOSED) continue;
      this.#sessions.delete(id);
      state = undefined;
    }
  }

  #begin(id: string, index: number, sequence: number): SessionState {
    this.sessions++;
    if (sequence !== 0 && this.#misses === 0)
      this.#corrupt('an event belongs to a session that is not open', index);
    const state = { first: index, next: sequence, misses: this.#misses };
    this.#sessions.set(id, state);
    return state;
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
