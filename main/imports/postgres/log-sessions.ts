/** The entries of a PostgreSQL log, sorted by session; those of no session stay with the log. */
import type { ImportedLog } from '../imported-log.ts';
import type { Tally } from '../tally.ts';
import type { EntryTaker } from './csvlog.ts';
import type { LogEntry } from './log-entry.ts';
import { type CountStatements, LogSession } from './log-session.ts';
import { type Said, saidIn } from './message-kind.ts';

/**
 * Sessions that may be open at a time, as far as the file tells: without `log_disconnections` none ever ends in it. Beyond, those
 * silent for longest are taken for ended; should one go on, it does so as another session.
 */
const MOST_OPEN = 20_000;
const LET_GO = 2_000;

export interface LogSessionsOptions {
  /** Whether entries name user and database, so that those without are of the server's own processes. */
  readonly names: boolean;
  readonly count: CountStatements;
  /** For what cannot be read before anything could be: µs since 1970. */
  readonly time: number;
}

export class LogSessions implements EntryTaker {
  readonly #log: ImportedLog;
  readonly #tally: Tally;
  readonly #options: LogSessionsOptions;
  readonly #sessions = new Map<string, LogSession>();
  /** By process: one process serves one session at a time. */
  readonly #byPid = new Map<string, LogSession>();
  #time: number;

  constructor(log: ImportedLog, tally: Tally, options: LogSessionsOptions) {
    this.#log = log;
    this.#tally = tally;
    this.#options = options;
    this.#time = options.time;
  }

  readonly entry = (entry: LogEntry): void => {
    this.#tally.entry(entry.lines);
    this.#time = entry.time;
    const said = saidIn(entry.message);
    const session = this.#sessionOf(entry, said);
    if (session === null) {
      this.#tally.apart++;
      const { line, original, time } = entry;
      this.#log.entry({ line, problem: null, original }, null, time);
    } else if (session.take(entry, said)) this.#forget(session);
  };

  readonly broken = (line: number, lines: number, original: Buffer, problem: string): void => {
    this.#tally.entry(lines);
    this.#tally.problem(line, problem);
    this.#log.entry({ line, problem, original }, null, this.#time);
  };

  readonly blank = (lines: number): void => this.#tally.empty(lines);

  /** The file's end. */
  end(): void {
    for (const session of this.#sessions.values()) {
      session.finish();
      this.#tally.statements += session.statements;
    }
    this.#sessions.clear();
    this.#byPid.clear();
  }

  #sessionOf(entry: LogEntry, said: Said): LogSession | null {
    const known = this.#sessions.get(entry.session);
    if (known !== undefined && !(said.kind === 'received' && entry.session === entry.pid)) return known;
    if (known === undefined && this.#isOfServer(entry, said)) return null;
    // The process number is used again: what it served before is over.
    const before = known ?? this.#byPid.get(entry.pid);
    if (before !== undefined) this.#finish(before);
    const session = new LogSession(this.#log, this.#options.count, entry.session, entry.pid);
    this.#sessions.set(session.key, session);
    if (session.pid !== '') this.#byPid.set(session.pid, session);
    if (this.#sessions.size > MOST_OPEN) this.#letGo();
    return session;
  }

  /** Whether it was written by a process that serves nobody, or about nothing that a session does. */
  #isOfServer(entry: LogEntry, said: Said): boolean {
    if (said.kind === 'received') return false;
    if (this.#options.names) return entry.user === '' && entry.database === '' && said.kind !== 'authorized';
    return said.kind === 'other' && entry.statement === null && entry.severity !== 'ERROR';
  }

  #letGo(): void {
    const silent = [...this.#sessions.values()].toSorted((a, b) => a.touched - b.touched).slice(0, LET_GO);
    for (const session of silent) this.#finish(session);
  }

  #finish(session: LogSession): void {
    session.finish();
    this.#forget(session);
  }

  #forget(session: LogSession): void {
    this.#tally.statements += session.statements;
    this.#sessions.delete(session.key);
    if (this.#byPid.get(session.pid) === session) this.#byPid.delete(session.pid);
  }
}
